"""The draft coach in a real browser: hints, the three hard rules, what is counted, and when it is silent."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.acting import HOLLOW, said, write
from tests.browser.conftest import MakeStage
from tests.talk import rows


def test_hints_come_while_writing_and_notes_are_left_alone(make_stage: MakeStage) -> None:
    stage, talk = make_stage()
    frame = stage.open(record=said(talk))
    write(stage, frame, HOLLOW)
    expect(frame.locator(".hints")).to_contain_text("Polite, but says nothing of this case")
    stage.page.evaluate("window.note(true)")
    expect(frame.locator(".hints")).to_have_text("Hints come as you write.")
    stage.page.evaluate("window.note(false)")
    expect(frame.locator(".hints li").first).to_be_visible()
    frame.get_by_label("Hints for this ticket").uncheck()
    expect(frame.locator(".hints")).to_be_hidden()


def test_only_a_hard_rule_holds_a_send(make_stage: MakeStage) -> None:
    stage, talk = make_stage()
    frame = stage.open(record=said(talk))
    write(stage, frame, HOLLOW)
    stage.page.locator("#submit").click()
    expect(stage.page.locator("#told")).to_have_text("Saved")
    write(stage, frame, "We accept full liability for this and will write again by Friday.")
    expect(frame.locator(".hints li.critical")).to_contain_text("Stop: Admits liability")
    stage.page.locator("#submit").click()
    expect(stage.page.locator("#told")).to_contain_text("Attune: Admits liability, which needs an approval.")
    assert len(stage.page.evaluate("window.saved")) == 1
    stage.page.evaluate("window.note(true)")
    stage.page.locator("#submit").click()
    expect(stage.page.locator("#told")).to_have_text("Saved")


def test_a_coach_that_does_not_answer_lets_the_send_proceed(make_stage: MakeStage) -> None:
    stage, talk = make_stage()
    frame = stage.open(record=said(talk))
    stage.down = "/"
    stage.page.locator("#composer").fill("We accept full liability for this and will write again by Friday.")
    stage.page.locator("#submit").click()
    expect(stage.page.locator("#told")).to_have_text("Saved")
    assert stage.page.evaluate("window.waited") < 1_500
    expect(frame.locator(".hints")).to_contain_text("Not checked this time")


def test_what_became_of_hints_is_counted_for_the_team(make_stage: MakeStage) -> None:
    stage, talk = make_stage()
    frame = stage.open(record=said(talk))
    write(stage, frame, HOLLOW)
    expect(frame.locator(".hints li").first).to_be_visible()
    write(stage, frame, f"{HOLLOW} I have reversed the charge on order 7713 and will write to you by Friday.")
    expect(frame.locator(".hints")).not_to_contain_text("says nothing of this case")
    with stage.page.expect_response("**/draft/outcome"):
        stage.page.locator("#submit").click()
    counted = {(row.code, row.outcome): row.n for row in rows(stage.made, "SELECT code, outcome, n FROM coach_count")}
    assert counted[("HOLLOW_REPLY", "accepted")] == 1 and all(outcome != "unchecked" for _, outcome in counted)


def test_a_reply_that_went_out_unchecked_is_counted_when_we_are_back(make_stage: MakeStage) -> None:
    stage, talk = make_stage()
    frame = stage.open(record=said(talk))
    stage.down = "/"
    stage.page.locator("#composer").fill("Thank you for your message, a colleague looks at it.")
    stage.page.locator("#submit").click()
    expect(stage.page.locator("#told")).to_have_text("Saved")
    stage.down = ""
    write(stage, frame, "I have looked at your order and will write to you by Friday.")
    with stage.page.expect_response("**/draft/outcome"):
        stage.page.locator("#submit").click()
    assert [row.n for row in rows(stage.made, "SELECT n FROM coach_count WHERE outcome = 'unchecked'")] == [1]


def test_a_language_without_rules_gets_no_coach(make_stage: MakeStage) -> None:
    stage, talk = make_stage()
    frame = stage.open(record=said(talk))
    write(stage, frame, "Es tut mir leid, dass Sie so lange warten mussten und das nicht ging.")
    expect(frame.locator(".coach")).to_be_hidden()
    stage.page.locator("#submit").click()
    expect(stage.page.locator("#told")).to_have_text("Saved")
    write(stage, frame, HOLLOW)
    expect(frame.locator(".coach")).to_be_visible()


def test_a_raised_flag_interrupts_once_in_ten_minutes(make_stage: MakeStage) -> None:
    stage, talk = make_stage()
    case = said(talk)
    for _ in range(2):
        with stage.page.expect_response("**/alert"):
            stage.open(record=case)
    stage.open(record=case, user="502")
    assert stage.page.evaluate("window.notified") == []
    stage.made.advance(601)
    with stage.page.expect_response("**/alert"):
        frame = stage.open(record=case)
    expect(frame.locator("h1")).to_have_text("High: needs attention")
    assert stage.page.evaluate("window.notified") == [["Attune: High: needs attention", "alert"]]
