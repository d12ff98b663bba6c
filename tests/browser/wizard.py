"""The console's wizard in a real browser: real HTTP to the application, to the sandbox, and back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from core.errors import RetryLaterError
from core.installation import leaving, service
from core.installation.checklist import ITEMS
from tests.browser.console import Tab, tab_on
from tests.core.installation.connect import account_of, app_of
from tests.plugins.console.visiting import open_console
from tests.world import World

VENDOR = "zendesk"
SAID = (
    "This is the third time I write about the double charge. I am extremely angry and I will cancel today.",
    "How do I change the address on my invoice, please?",
    "Still nothing. I expected an answer days ago and I am very disappointed.",
    "Thank you, that works now. Great help!",
    "I do not understand the new form, it is confusing.",
)


@dataclass
class Desk:
    """An admin at the console. Whatever is asked of the workers is done when ``work`` is called."""

    tab: Tab
    account: str

    @property
    def page(self) -> Page:
        return self.tab.page

    @property
    def url(self) -> str:
        return self.tab.url

    @property
    def made(self) -> World:
        return self.tab.console.made

    def work(self) -> None:
        """Be the worker."""
        woken = self.tab.console.woken
        asked, woken[:] = list(woken), []
        for what, *arguments in asked:
            with suppress(RetryLaterError):
                if what == "setup":
                    service.run(self.made.runtime, arguments[0], arguments[1])
                if what == "leave":
                    leaving.take_leave(self.made.runtime, arguments[0])

    def press(self, name: str) -> None:
        """Reach a button or link by the keyboard's way, and press Enter."""
        main = self.page.locator("main")
        button, link = (main.get_by_role(role, name=name, exact=True) for role in ("button", "link"))
        button.or_(link).first.focus()
        self.page.keyboard.press("Enter")

    def does(self, button: str) -> None:
        """Ask for a step, be its worker, and wait until the page shows by itself that it is done."""
        self.press(button)
        expect(self.page.locator("#state")).to_contain_text("Waiting for a worker")
        self.work()
        expect(self.page.locator("#state")).to_contain_text("Done", timeout=10_000)


def tell(made: World) -> None:
    """Let people write before anybody listens."""
    box = made.sandbox(VENDOR)
    box.seed([], [{"key": f"p{n}", "name": f"Person {n}", "email": f"p{n}@firm.example"} for n in range(len(SAID))])
    box.say(
        [
            {"case": f"c{n}", "person": f"p{n}", "role": "customer", "channel": "email", "text": text}
            for n, text in enumerate(SAID)
        ]
    )


@contextmanager
def desk(made: World, tabs: Browser, *, width: int = 1180, scheme: str = "light") -> Iterator[Desk]:
    """Serve the console of a world over HTTP, and open a tab in which an admin is signed in."""
    account = account_of(made, VENDOR)
    made.sandbox(VENDOR).configure({"account": account, "ask_first": True})
    console = open_console(made, apps={VENDOR: app_of(made, VENDOR)})
    with tab_on(console, tabs, width=width, scheme=scheme, role="admin") as tab:
        made.runtime = replace(made.runtime, public_url=tab.url)
        yield Desk(tab, account)


def connect(on: Desk) -> None:
    """From the list of tools to the tool's own page and back."""
    on.page.goto(f"{on.url}/console/setup")
    on.press("Connect Zendesk")
    on.page.locator("[name=account]").fill(on.account)
    on.press("Go on to Zendesk")
    on.page.locator("#allow").click()
    expect(on.page.locator("h2#step")).to_contain_text("1. Connect")
    on.work()
    expect(on.page.locator("#state")).to_contain_text("Done", timeout=10_000)


def confirm(on: Desk) -> None:
    """Fill in the checklist."""
    for name, item in ITEMS.items():
        on.page.locator(f"[name={name}-done]").check()
        on.page.locator(f"input[name={name}]").fill(f"{item.asks}: noted")
    on.press("Save the checklist")
    expect(on.page.locator("main")).to_contain_text("Saved.")


def pictures(on: Desk, folder: Path) -> None:
    """Walk the wizard and take a picture of what an admin sees on the way."""

    def take(name: str, *, height: int = 900) -> None:
        on.page.set_viewport_size({"width": 1180, "height": height})
        on.page.screenshot(path=folder / f"wizard-{name}.png")

    on.page.goto(f"{on.url}/console/setup")
    take("tools")
    connect(on)
    take("connect")
    where = on.page.url.partition("?")[0].rpartition("/")[0]
    for step, button in (("fields", "Create fields"), ("past", "Try on past cases"), ("observe", "Begin to observe")):
        on.page.goto(f"{where}/{step}")
        on.does(button)
        take(step, height=1180 if step == "past" else 900)
    on.page.goto(f"{where}/checklist")
    take("checklist", height=1320)
    on.page.goto(f"{where}/live")
    take("live")
    on.page.goto(f"{on.url}/console/uninstall/{where.rpartition('/')[2]}")
    take("uninstall", height=1000)
