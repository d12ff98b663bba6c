"""The pages in a real browser, inside a stand-in host that speaks the app SDK's protocol."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.acting import EVIL, HOLLOW, record, said, write
from tests.browser.conftest import MakeStage
from tests.browser.stage import axe
from tests.talk import ANGRY, rows

SHOWN = [("ticket_sidebar", "1"), ("user_sidebar", ""), ("organization_sidebar", "")]


def test_an_agent_sees_state_next_step_and_reasons_with_marked_phrases(make_stage: MakeStage) -> None:
    stage, talk = make_stage()
    frame = stage.open(record=said(talk))
    expect(frame.locator("h1")).to_have_text("High: needs attention")
    expect(frame.get_by_role("meter", name="Distress")).to_have_attribute("aria-valuetext", re.compile("of 100, high"))
    assert 1 <= frame.locator(".reasons li").count() <= 3
    assert frame.locator("blockquote mark").first.inner_text() in ANGRY
    expect(frame.get_by_text("Due in")).to_be_visible()
    assert "invoke" in stage.page.evaluate("window.asked"), "the tray is made as high as the card"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("place", ["ticket_sidebar", "user_sidebar", "organization_sidebar"])
def test_nothing_is_wrong_for_keyboard_and_screen_reader(make_stage: MakeStage, place: str, scheme: str) -> None:
    stage, talk = make_stage(default_role="csm" if place == "organization_sidebar" else "agent")
    frame = stage.open(place, record(talk, place, said(talk)), scheme=scheme)
    assert frame.evaluate("document.documentElement.dataset.theme") == scheme
    for button in frame.get_by_role("button", name="Disagree").all():
        button.click()
    for summary in frame.locator("summary").all():
        summary.click()
    if place == "ticket_sidebar":
        write(stage, frame, HOLLOW)
        expect(frame.locator(".hints li").first).to_be_visible()
    assert axe(frame) == []


@pytest.mark.parametrize("width", [240, 320])
def test_a_narrow_tray_breaks_nothing(make_stage: MakeStage, width: int) -> None:
    stage, talk = make_stage()
    frame = stage.open(record=said(talk, f"{'Averylongwordwithoutanyspace' * 4} {ANGRY}"))
    stage.page.evaluate("width => document.getElementById('app').style.width = `${width}px`", width)
    frame.get_by_role("button", name="Disagree").click()
    assert frame.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_disagreeing_by_keyboard_reaches_the_store_and_the_card_says_so(make_stage: MakeStage) -> None:
    stage, talk = make_stage()
    frame = stage.open(record=said(talk))
    frame.get_by_role("button", name="Disagree").press("Enter")
    stage.page.keyboard.press("ArrowDown")
    stage.page.keyboard.press("Tab")
    stage.page.keyboard.type("The wording is usual in this trade.")
    stage.page.keyboard.press("Tab")
    stage.page.keyboard.press("Enter")
    expect(frame.get_by_text("Under dispute")).to_be_visible()
    (kept,) = rows(stage.made, "SELECT reason, words, value FROM feedback")
    assert (kept.reason, kept.words, kept.value) == ("too_low", "The wording is usual in this trade.", "high")


def test_asking_a_supervisor_opens_one_task_in_the_tool(make_stage: MakeStage) -> None:
    stage, talk = make_stage()
    frame = stage.open(record=said(talk))
    frame.get_by_role("button", name="Ask supervisor").dblclick()
    expect(frame.locator(".told")).to_contain_text("A supervisor was asked")
    stage.made.work()
    assert len([one for one in talk.box.records()["tasks"] if "supervisor_call" in one["external_id"]]) == 1


def test_an_alert_put_aside_does_not_come_back(make_stage: MakeStage) -> None:
    stage, talk = make_stage()
    frame = stage.open(record=said(talk))
    frame.get_by_role("button", name="Put alert aside").click()
    expect(frame.get_by_role("button", name="Put alert aside")).to_have_count(0)


@pytest.mark.parametrize("place", [place for place, _ in SHOWN])
def test_what_customers_write_never_becomes_markup(make_stage: MakeStage, place: str) -> None:
    stage, talk = make_stage(default_role="agent")
    case = said(talk, EVIL)
    frame = stage.open(place, record(talk, place, case), title=EVIL, said=(("Ada", EVIL),))
    for summary in frame.locator("summary").all():
        summary.click()
    write(stage, frame, EVIL)
    assert frame.locator("main img, main script, main iframe").count() == 0
    assert stage.page.evaluate("window.evil") is None
