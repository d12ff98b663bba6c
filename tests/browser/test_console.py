"""The console in a real browser: every page for axe and at the narrowest, scripts stay text, the little that moves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from playwright.sync_api import Browser, Dialog, expect
from sqlalchemy import text

from plugins.console.menu import PAGES
from tests.browser import console as stage
from tests.browser.console import EVIL, Tab
from tests.conftest import MakeWorld
from tests.talk import rows

# The pages are the same in each: all of axe's rules once, in the dark those of colour, in the narrow only the width.
RULES: dict[tuple[str, int], tuple[str, ...] | None] = {
    ("light", 1280): (),
    ("dark", 1280): ("color-contrast",),
    ("light", 320): None,
}
MakeTab = Callable[..., Tab]
# Looked at by the wizard's own tests.
ELSEWHERE = {"setup", "uninstall"}
# Addresses that lead on and show nothing of their own.
NO_PAGE = {"home", "sign_out", "enter", "sign_in_with"}


@pytest.fixture
def make_tab(make_world: MakeWorld, tabs: Browser) -> Iterator[MakeTab]:
    """A tab on a world in which a day has happened, with scripts in whatever people write; script errors fail."""
    with ExitStack() as stack:
        made: list[Tab] = []

        def make(**options: Any) -> Tab:
            world = make_world(only=("zendesk",))
            stage.live_a_day(world, EVIL)
            made.append(stack.enter_context(stage.tab(world, tabs, **options)))
            return made[-1]

        yield make
        assert [error for one in made for error in one.errors] == []


def person(on: Tab) -> str:
    made = on.console.made
    (link,) = rows(made, "SELECT external_id FROM link WHERE level = 'person'")
    return f"?installation={made.installations['zendesk']}&person={link.external_id}"


@pytest.mark.parametrize(("scheme", "width"), RULES)
def test_every_page_is_sound(make_tab: MakeTab, scheme: str, width: int) -> None:
    on = make_tab(scheme=scheme, width=width, role="")
    on.open("sign-in")
    rules = RULES[scheme, width]
    wrong = {"sign_in": faults(on, rules)}
    for role in ("admin", "lead", "privacy"):
        on.page.context.clear_cookies()
        on.sign_in(role)
        for page in PAGES:
            if role in page.roles and page.name not in {*ELSEWHERE, *NO_PAGE, *wrong}:
                on.open(page.path + (person(on) if page.name == "privacy" else ""))
                wrong[page.name] = faults(on, rules)
    assert {name: found for name, found in wrong.items() if found} == {}
    assert set(wrong) == {page.name for page in PAGES} - {*ELSEWHERE, *NO_PAGE}
    assert on.page.evaluate("window.evil") is None


def faults(on: Tab, rules: tuple[str, ...] | None) -> list[str]:
    """What is wrong with the page that is open, with everything unfolded."""
    on.page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    found = [] if rules is None else on.axe(*rules)
    return [*found, *(["sticks out at the side"] if on.sticks_out() else [])]


def test_without_a_mouse_one_gets_in_and_about(make_tab: MakeTab) -> None:
    on = make_tab()
    on.page.keyboard.press("Tab")
    on.page.keyboard.press("Enter")
    assert on.page.evaluate("document.activeElement.id") == "page", "the first stop skips to the page"
    on.page.get_by_role("link", name="Settings", exact=True).focus()
    on.page.keyboard.press("Enter")
    expect(on.page.get_by_role("heading", level=1)).to_have_text("Settings")
    on.page.get_by_label("Certainty of tone").fill("0.6")
    on.page.keyboard.press("Enter")
    expect(on.page.locator("main")).to_contain_text("Saved.")


def test_a_browser_says_what_is_out_of_range_and_the_server_too(make_tab: MakeTab) -> None:
    on = make_tab()
    on.open("settings")
    field = on.page.get_by_label("Certainty of tone")
    field.fill("7")
    on.page.get_by_role("button", name="Save Organisation").click()
    assert field.evaluate("one => one.validity.rangeOverflow")
    on.page.locator("form.settings").first.evaluate("form => form.noValidate = true")
    on.page.get_by_role("button", name="Save Organisation").click()
    expect(on.page.locator("#wrong")).to_be_visible()
    expect(on.page.get_by_label("Certainty of tone")).to_have_attribute("aria-invalid", "true")


def test_figures_renew_themselves_unless_somebody_is_reading(make_tab: MakeTab) -> None:
    on = make_tab()
    on.open("health")
    asked: list[str] = []
    on.page.on("request", lambda request: asked.append(request.url) if request.url.endswith("/now") else None)
    poll = "htmx.ajax('GET', '/console/health/now', {source: '#now', target: '#now'})"
    on.page.locator("[name=id]").first.check()
    on.page.evaluate(poll)
    on.page.wait_for_timeout(300)
    assert asked == [] and on.page.locator("[name=id]").first.is_checked()
    on.page.locator("[name=id]").first.uncheck()
    on.page.locator("h1").click()
    on.page.evaluate("document.activeElement.blur()")
    with on.page.expect_response("**/health/now"):
        on.page.evaluate(poll)


def test_a_dead_letter_is_tried_again_by_its_button(make_tab: MakeTab) -> None:
    on = make_tab()
    on.open("health")
    assert on.page.locator("[name=id]").count() == 2
    on.page.locator("[name=id]").first.check()
    on.page.get_by_role("button", name="Try chosen again").click()
    expect(on.page.locator("main")).to_contain_text("The dead letters are tried again")
    assert on.page.locator("[name=id]").count() == 1


def test_the_chain_is_checked_when_the_page_is_there(make_tab: MakeTab) -> None:
    on = make_tab(role="privacy")
    on.open("audit")
    expect(on.page.locator("main")).to_contain_text("Chain verified")


def test_a_lost_session_leads_to_the_sign_in_from_within_a_page(make_tab: MakeTab) -> None:
    on = make_tab(role="privacy")
    on.open("audit")
    with on.console.made.store.tenant(on.console.made.tenant) as connection:
        connection.execute(text("DELETE FROM console_session"))
    on.page.evaluate("htmx.ajax('GET', '/console/audit/chain', 'main')")
    expect(on.page.get_by_role("heading", level=1)).to_have_text("Sign in")
    # The browser notes the refused request; that is what was asked for.
    on.errors[:] = [one for one in on.errors if "401" not in one]


def test_a_server_that_is_away_is_said_so(make_tab: MakeTab) -> None:
    on = make_tab()
    on.open("health")
    on.page.route("**/health/now", lambda route: route.abort())
    on.page.evaluate("htmx.ajax('GET', '/console/health/now', '#now').catch(() => 0)")
    expect(on.page.locator("#broken")).to_be_visible()
    on.errors.clear()


def test_erasing_asks_twice(make_tab: MakeTab) -> None:
    on = make_tab(role="privacy")
    on.open(f"privacy{person(on)}")
    asked: list[str] = []

    def answer(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.dismiss() if len(asked) == 1 else dialog.accept()

    on.page.on("dialog", answer)
    id_ = on.page.locator("form.danger code").inner_text()
    on.page.locator("[name=again]").fill(id_)
    on.page.get_by_role("button", name="Erase").click()
    assert on.page.get_by_role("button", name="Erase").is_visible() and len(asked) == 1
    on.page.get_by_role("button", name="Erase").click()
    expect(on.page.locator("main")).to_contain_text("A second search found nothing")


def test_no_page_runs_anything_of_its_own_kind_from_within(make_tab: MakeTab) -> None:
    on = make_tab()
    on.open("health")
    on.page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"window.evil=1\">')")
    on.page.wait_for_timeout(200)
    assert on.page.evaluate("window.evil") is None, "the content security policy stops inline script"
    on.errors.clear()
