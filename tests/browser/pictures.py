"""``python -m tests.browser.pictures``: takes the pictures of sidebar, wizard and console, and the app's logos."""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from cryptography.fernet import Fernet, MultiFernet
from playwright.sync_api import Browser
from sqlalchemy import update

from core.store import embedded
from core.store.engine import Store
from core.store.migrate import upgrade
from core.store.seal import Seal
from core.store.tables import AccountRow
from tests.browser import console, wizard
from tests.browser.stage import Stage, browser, lacking, stage
from tests.talk import Talk, connect, rows
from tests.world import World, world

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "pictures"
ASSETS = ROOT / "manifests" / "zendesk" / "app" / "assets"
LOGOS = {"logo.png": 320, "logo-small.png": 128}
TALK = (
    ("customer", "Hello, I was charged twice for order 7713 and nobody answers. Could you look at it?", "09:10"),
    ("agent", "Thank you for your message. We are looking into it.", "09:40"),
    (
        "customer",
        "This is the third time I write about the double charge. I am extremely disappointed, I expected an "
        "answer days ago.",
        "10:30",
    ),
    ("customer", "Still nothing. If this is not fixed by Friday I will cancel my subscription.", "11:20"),
)
HOLLOW = "We understand your frustration and apologise for any inconvenience. I guarantee this will never happen again."


@contextmanager
def _world() -> Iterator[World]:
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        server = embedded.start(Path(folder))
        upgrade(server.addresses.owner)
        store = Store(server.addresses.app)
        try:
            seal = Seal(MultiFernet([Fernet(Fernet.generate_key())]), b"pictures")
            with world(store, seal, only=("zendesk",)) as made:
                yield made
        finally:
            store.close()
            server.stop()


def _tell(talk: Talk) -> str:
    case = ""
    inputs = {"usage": 35.0, "adoption": 45.0, "engagement": 60.0}
    for role, words, at in TALK:
        case = talk.say(words, role=role, at=f"2026-11-20T{at}:00Z")[0]["case"]
        talk.made.work()
        with talk.made.store.tenant(talk.made.tenant) as connection:
            connection.execute(update(AccountRow).values(signals=inputs))
    return case


def _sidebar(on: Stage, case: str, scheme: str, name: str) -> None:
    said = tuple(("Ada Byron" if role == "customer" else "You", words) for role, words, _ in TALK)
    frame = on.open(record=case, scheme=scheme, said=said, title="#7713 Charged twice", path="")
    on.page.locator("#composer").fill(HOLLOW)
    frame.wait_for_selector(".hints li")
    on.page.screenshot(path=FOLDER / f"{name}-ticket-{scheme}.png")
    on.page.set_viewport_size({"width": 1180, "height": 1900})
    frame.wait_for_timeout(200)
    on.page.locator("iframe").screenshot(path=FOLDER / f"{name}-{scheme}.png")
    on.page.set_viewport_size({"width": 1180, "height": 900})


def _others(on: Stage, talk: Talk) -> None:
    for place, level, user in (("user_sidebar", "person", "501"), ("organization_sidebar", "account", "502")):
        (link,) = rows(talk.made, "SELECT external_id FROM link WHERE level = :level", level=level)
        on.open(place, link.external_id, user=user)
        on.page.locator("iframe").screenshot(path=FOLDER / f"{place.removesuffix('_sidebar')}.png")


def _wizard(made: World, tabs: Browser) -> None:
    with world(made.store, made.seal, only=(wizard.VENDOR,), joined=False, mode="observe") as fresh:
        wizard.tell(fresh)
        with wizard.desk(fresh, tabs) as on:
            wizard.pictures(on, FOLDER)


def _page(on: Stage) -> None:
    """Take the page of leads, as the host shows it."""
    on.open("nav_bar", "", user="503", title="Attune", ready="table")
    on.page.set_viewport_size({"width": 1180, "height": 640})
    on.page.screenshot(path=FOLDER / "nav-bar.png")


def _logos(tabs: Browser) -> None:
    drawing = (ASSETS / "logo.svg").read_text("utf-8")
    for name, size in LOGOS.items():
        page = tabs.new_page(viewport={"width": size, "height": size})
        page.set_content(f"<style>body{{margin:0}}svg{{display:block;width:{size}px;height:{size}px}}</style>{drawing}")
        page.screenshot(path=ASSETS / name, omit_background=True)
        page.close()


@click.command()
def main() -> None:
    """Take all pictures anew."""
    if lacking():
        raise click.ClickException(lacking())
    FOLDER.mkdir(parents=True, exist_ok=True)
    with _world() as made, browser() as tabs:
        talk = connect(made)
        case = _tell(talk)
        with stage(made, tabs, options={"roles": {"502": "csm", "503": "lead"}}) as on:
            _sidebar(on, case, "light", "sidebar")
            _sidebar(on, case, "dark", "sidebar")
            _others(on, talk)
            _page(on)
        _wizard(made, tabs)
        with world(made.store, made.seal) as lived:
            console.pictures(lived, tabs, FOLDER)
        _logos(tabs)
    click.echo(f"wrote {FOLDER} and the logos in {ASSETS}")


if __name__ == "__main__":
    main()
