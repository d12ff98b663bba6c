"""The wizard, walked in a real browser by the keyboard: connect, every step, going live, uninstalling."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from core.installation.steps import STEPS
from core.store import setup, stages
from tests.browser import wizard
from tests.browser.wizard import Desk
from tests.conftest import MakeWorld

MakeDesk = Callable[..., Desk]


@pytest.fixture
def make_desk(make_world: MakeWorld, tabs: Browser) -> Iterator[MakeDesk]:
    """An admin in front of a tool that nobody has connected; every script error fails the test."""
    with ExitStack() as stack:
        made: list[Desk] = []

        def make(**options: Any) -> Desk:
            world = make_world(only=(wizard.VENDOR,), joined=False, mode="observe")
            wizard.tell(world)
            made.append(stack.enter_context(wizard.desk(world, tabs, **options)))
            return made[-1]

        yield make
        assert [error for one in made for error in one.tab.errors] == []


def sound(on: Desk) -> None:
    """Nothing is wrong for axe, and nothing sticks out at the side; asked once of each page in each of its states."""
    assert on.tab.axe() == [], on.page.url
    assert not on.tab.sticks_out(), on.page.url


def test_an_admin_walks_from_connect_to_live_and_out_again(make_desk: MakeDesk) -> None:
    on = make_desk()
    page = on.page
    wizard.connect(on)
    on.press("Next: Choose parts")
    page.locator("[name=record]").fill("Balancing test of 3 March")
    page.locator("select").first.select_option("legitimate_interest")
    on.press("Save")
    expect(page.locator("main")).to_contain_text("Saved.")
    for following, button, said in (
        ("Create fields", "Create fields", "Provisioned"),
        ("Try on past cases", "Try on past cases", "Flagged high"),
        ("Observe", "Begin to observe", "Observing until 4 Dec 2026"),
    ):
        on.press(f"Next: {following}")
        on.does(button)
        expect(page.locator("main")).to_contain_text(said)
    on.press("Next: Checklist")
    wizard.confirm(on)
    on.press("Next: Go live")
    on.press("Go live")
    expect(page.locator("#wrong")).to_contain_text("The time of observing is not over. 4 Dec 2026")
    sound(on)
    page.locator("[name=early]").fill("The pilot group has agreed")
    on.press("Go live")
    expect(page.locator("main")).to_contain_text("Live: from now on scores are written")
    on.press("Next: Automation")
    on.press("Open tasks from now on")
    expect(page.locator("main")).to_contain_text("Follow-up tasks are opened")
    with on.made.store.tenant(on.made.tenant) as connection:
        (place,) = stages.of_tenant(connection).values()
    assert place.stage == "automated"
    _out(on, place.id)


def _out(on: Desk, installation: str) -> None:
    on.press("Uninstall")
    expect(on.page.locator("h1")).to_contain_text("Uninstall Zendesk")
    with on.page.expect_download() as download:
        on.press("Download the export")
    assert download.value.suggested_filename == "attune-export-2026-11-20.jsonl"
    on.page.locator("[name=sure]").fill(on.account)
    on.press("Uninstall Zendesk")
    expect(on.page.locator("main")).to_contain_text("is being told")
    on.work()
    on.page.reload()
    expect(on.page.locator("main")).to_contain_text("our access is taken back there")
    sound(on)
    assert on.made.sandbox(wizard.VENDOR).gate.refresh == ""
    with on.made.store.tenant(on.made.tenant) as connection:
        assert setup.noted(connection, installation)["leave"].state == "done"


def test_every_step_fits_a_narrow_window_and_has_contrast_in_the_dark(make_desk: MakeDesk) -> None:
    on = make_desk(width=320, scheme="dark")
    wizard.connect(on)
    on.page.goto(f"{on.page.url.rpartition('/')[0]}/past")
    on.does("Try on past cases")
    where = on.page.url.partition("?")[0].rpartition("/")[0]
    for step in STEPS:
        on.page.goto(f"{where}/{step.name}")
        sound(on)
    for path in ("setup", "setup/connect/zendesk", f"uninstall/{where.rpartition('/')[2]}"):
        on.page.goto(f"{on.url}/console/{path}")
        sound(on)


def test_whoever_denies_is_told_so_and_can_begin_again(make_desk: MakeDesk) -> None:
    on = make_desk()
    on.page.goto(f"{on.url}/console/setup/connect/zendesk")
    on.page.locator("[name=account]").fill(on.account)
    on.press("Go on to Zendesk")
    on.page.locator("#deny").click()
    expect(on.page.locator("#wrong")).to_contain_text("Access was not allowed")
    sound(on)
    wizard.connect(on)
