"""The console in a real browser, on a world in which something has happened: over real HTTP, in this process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Page, expect
from sqlalchemy import text, update

from connectors.sandbox import serving
from core.store import feedback
from core.store.feedback import Answer
from core.store.intake import count
from core.store.tables import InstallationRow
from tests.browser.stage import axe
from tests.plugins.api.asking import ask
from tests.plugins.console.dead_letters import bury
from tests.plugins.console.visiting import NAMES, PASSWORD, Console, open_console
from tests.talk import ANGRY, CALM, connect, rows
from tests.world import NOON, World

# What a help desk sends in a day, by hour; the last is the hour of now.
DAY = (310, 240, 180, 120, 60, 40, 30, 25, 30, 60, 90, 140, 260, 480, 640, 720, 690, 610, 580, 640, 610, 540, 470, 210)
# How the browser notes a form that came back with what is wrong.
FORM = "status of 422"
EVIL = '<img src=x onerror="window.evil=1"><script>window.evil=1</script>'


@dataclass
class Tab:
    """One browser tab on the console of a world."""

    console: Console
    page: Page
    url: str
    errors: list[str] = field(default_factory=list)

    def sign_in(self, role: str) -> None:
        """Sign in as the local user of a role, by the form."""
        self.console.visit(role)  # makes the user
        self.page.goto(f"{self.url}/console/sign-in")
        for name, value in (("tenant", self.console.made.tenant), ("name", NAMES[role]), ("password", PASSWORD)):
            self.page.locator(f"[name={name}]").fill(value)
        self.page.keyboard.press("Enter")
        self.page.locator(".who").wait_for()

    def open(self, path: str) -> None:
        """Open a page below ``/console/``."""
        self.page.goto(f"{self.url}/console/{path}")
        expect(self.page.locator("[hx-trigger=load]")).to_have_count(0)

    def axe(self, *rules: str) -> list[str]:
        """Return what axe-core finds wrong, by all of its rules or by some."""
        return axe(self.page.main_frame, *rules)

    def listen(self, said: ConsoleMessage) -> None:
        """Keep what a script complains of; that a form came back with what is wrong is no complaint."""
        if said.type == "error" and FORM not in said.text:
            self.errors.append(said.text)

    def sticks_out(self) -> bool:
        """Say whether the page is wider than the window."""
        return bool(self.page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))


@contextmanager
def tab(made: World, tabs: Browser, *, width: int = 1280, scheme: Any = "light", role: str = "admin") -> Iterator[Tab]:
    """Serve the console of a world, and open a tab in which somebody is signed in."""
    with tab_on(open_console(made), tabs, width=width, scheme=scheme, role=role) as opened:
        yield opened


@contextmanager
def tab_on(console: Console, tabs: Browser, *, width: int, scheme: Any, role: str) -> Iterator[Tab]:
    """Serve a console over real HTTP, and open a tab in which somebody is signed in."""
    context = tabs.new_context(
        viewport={"width": width, "height": 900}, locale="en-GB", color_scheme=scheme, reduced_motion="reduce"
    )
    with serving(console.web) as url:
        page = context.new_page()
        opened = Tab(console, page, url)
        page.on("pageerror", lambda error: opened.errors.append(str(error)))
        page.on("console", opened.listen)
        try:
            if role:
                opened.sign_in(role)
            yield opened
        finally:
            context.close()


def live_a_day(made: World, evil: str = "") -> None:
    """Let a day happen: events, refusals, a tool that is away, dead letters, a disagreement, changed settings."""
    talk = connect(made, "zendesk")
    talk.say(f"{ANGRY} {evil}")
    talk.say(CALM, case="c2")
    made.work()
    _counts(made)
    _away(made)
    _dead(made, evil)
    _disagree(made, evil)


def _counts(made: World) -> None:
    for ago, received in enumerate(reversed(DAY)):
        for share, installation in zip((1.0, 0.35, 0.2), made.installations.values(), strict=False):
            refused = {"BAD_SIGNATURE": 46, "SCHEMA_DRIFT": 5} if ago == 8 and share == 1.0 else {}
            names = {"received": int(received * share), "DUPLICATE": 3, **refused}
            count(made.store, made.tenant, installation, NOON - timedelta(hours=ago), names)


def _away(made: World) -> None:
    away = {
        "paused_until": NOON + timedelta(minutes=4),
        "outage_since": NOON - timedelta(minutes=38),
        "pause_cause": "REQUEST_LIMIT_EXCEEDED: the daily limit of calls is used up",
    }
    with made.store.tenant(made.tenant) as connection:
        connection.execute(update(InstallationRow).where(InstallationRow.vendor == "salesforce").values(away))


def _dead(made: World, evil: str) -> None:
    causes = (
        ("VALIDATION_RULE", "Assignee is required when the status is solved"),
        ("FIELD_MISSING", f"attune_risk_flag {evil}"),
    )
    fixed = {"name": "attune_risk_flag"}
    bury(
        made,
        [
            {**fixed, "record": f"zendesk:case:{8120 + n}", "cause": cause, "detail": detail}
            for n, (cause, detail) in enumerate(causes)
        ],
    )


def _disagree(made: World, evil: str) -> None:
    said = (
        ("501", "attune_distress", "too_high", f"She only asks for a copy of the invoice. {evil}"),
        ("502", "attune_emotion", "wrong_tone", "This is dry humour, not anger."),
    )
    for user, key, reason, words in said:
        with made.store.tenant(made.tenant) as connection:
            subject = str(connection.execute(text("SELECT 'case:' || min(id) FROM case_file")).scalar_one())
            answer = Answer(feedback.DISAGREE, key, reason, words)
            reader = ask(made).reader("agent", user)
            feedback.keep(connection, made.seal, reader, subject, answer, made.clock.now(), about=subject)


def change_settings(opened: Tab) -> None:
    """Make a few versions of the settings, as an admin would."""
    visit = opened.console.visit()
    visit.get("/settings")
    visit.post("/settings/organisation", {"base": "1", "time_zone": "Europe/Berlin", "holidays": "DE"})
    visit.post("/settings/organisation", {"base": "2", "tag_threshold": "0.6"})
    visit.post("/roles/assign", {"vendor": "zendesk", "user": "3601", "role": "lead"})
    visit.post("/roles/assign", {"vendor": "hubspot", "user": "88", "role": "csm"})
    visit.post("/roles/assign", {"vendor": "zendesk", "user": "3977", "role": "collections"})


def pictures(made: World, tabs: Browser, folder: Path) -> None:
    """Take the console's pictures."""
    live_a_day(made)
    (link,) = rows(made, "SELECT external_id FROM link WHERE level = 'person' AND vendor = 'zendesk' LIMIT 1")
    known = f"privacy?installation={made.installations['zendesk']}&person={link.external_id}"
    with tab(made, tabs) as admin:
        change_settings(admin)
        for name, path in (("settings", "settings"), ("versions", "versions?old=1&new=3"), ("rules", "rules")):
            _take(admin, path, folder / f"console-{name}.png")
        _take(admin, "roles", folder / "console-roles.png", 980)
        _take(admin, "audit", folder / "console-audit.png")
        _take(admin, "health", folder / "console-health.png", 1000)
    for role, path in (("lead", "corrections"), ("privacy", known)):
        with tab(made, tabs, role=role) as reader:
            _take(reader, path, folder / f"console-{path.partition('?')[0]}.png")
    with tab(made, tabs, scheme="dark") as dark:
        _take(dark, "health", folder / "console-health-dark.png", 1000)
    with tab(made, tabs, width=320) as narrow:
        _take(narrow, "health", folder / "console-health-narrow.png", 1400)


def _take(on: Tab, path: str, file: Path, height: int = 900) -> None:
    on.page.set_viewport_size({"width": on.page.viewport_size["width"], "height": height})  # type: ignore[index]
    on.open(path)
    on.page.screenshot(path=file)
