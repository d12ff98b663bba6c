"""The page of leads and admins in a real browser, in every state."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Frame, expect

from tests.browser.acting import EVIL, said
from tests.browser.conftest import MakeStage
from tests.browser.stage import Stage, axe
from tests.talk import ANGRY

PLACE = "nav_bar"


def open_page(stage: Stage, **more: Any) -> Frame:
    return stage.open(PLACE, "", **more)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_lead_sees_what_is_at_risk_and_goes_there(make_stage: MakeStage, scheme: str) -> None:
    stage, talk = make_stage(default_role="lead")
    case = said(talk, EVIL)
    frame = open_page(stage, scheme=scheme)
    expect(frame.locator("h1")).to_contain_text("At risk now: 1")
    expect(frame.get_by_role("table", name="Cases at risk")).to_contain_text("Speaks of cancelling")
    expect(frame.get_by_role("table", name="Open recovery tasks")).to_contain_text("Overdue by")
    expect(frame.get_by_text("All is well")).to_be_visible()
    expect(frame.get_by_role("button", name="Open the Attune console")).to_be_visible()
    assert axe(frame) == [] and stage.page.evaluate("window.evil") is None
    frame.get_by_role("button", name=f"ticket {case}").first.click()
    assert stage.page.evaluate("window.routed") == [["ticket", case]]


def test_an_admin_sees_delivery_and_no_case(make_stage: MakeStage) -> None:
    stage, talk = make_stage(default_role="admin")
    said(talk)
    frame = open_page(stage)
    expect(frame.locator("h1")).to_have_text("Cases are shown to team leads")
    expect(frame.get_by_text("All is well")).to_be_visible()
    expect(frame.get_by_role("table")).to_have_count(0)
    assert axe(frame) == []


@pytest.mark.parametrize(
    ("role", "mode", "title"),
    [
        ("lead", "live", "No open case is at risk"),
        ("agent", "live", "No view for your role"),
        ("lead", "observe", "Trial"),
    ],
)
def test_empty_no_permission_and_trial_are_drawn(make_stage: MakeStage, role: str, mode: str, title: str) -> None:
    stage, talk = make_stage(default_role=role, mode=mode)
    if mode == "observe":
        said(talk, ANGRY)
    frame = open_page(stage)
    expect(frame.locator("h1")).to_contain_text(title)
    assert axe(frame) == []


def test_loading_stale_and_unreachable_are_drawn(make_stage: MakeStage) -> None:
    stage, talk = make_stage(default_role="lead")
    said(talk)
    talk.say("And one more thing.")
    stage.made.advance(16 * 60)
    stage.waiting = []
    frame = stage.open(PLACE, "", ready=".skeleton")
    expect(frame.get_by_role("status")).to_contain_text("Loading")
    stage.let_go()
    expect(frame.get_by_text("may be out of date")).to_be_visible()
    assert axe(frame) == []
    stage.down = "/"
    frame.get_by_role("button", name="Refresh").click()
    expect(frame.get_by_text("Attune cannot be reached.")).to_be_visible()
    expect(frame.locator("h1")).to_contain_text("At risk now")
    stage.down = ""
    frame.get_by_role("button", name="Refresh").click()
    expect(frame.get_by_text("Attune cannot be reached.")).to_have_count(0)


def test_a_doubtful_first_load_asks_to_sign_in(make_stage: MakeStage) -> None:
    stage, _ = make_stage(default_role="lead")
    frame = open_page(stage, token="nonsense")
    expect(frame.locator("h1")).to_have_text("Please sign in again")
