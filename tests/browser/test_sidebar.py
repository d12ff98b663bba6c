"""The pages in a real browser, inside a stand-in host that speaks the app SDK's protocol."""

from __future__ import annotations

import re
import time
from datetime import timedelta

import pytest
from playwright.sync_api import Frame, expect

from core.compliance.consent import Choice
from core.store import ledger
from tests.browser.conftest import MakeStage
from tests.browser.stage import Stage, axe
from tests.talk import ANGRY, CALM, Talk, only_person, rows

HOLLOW = "We understand your frustration and apologise for any inconvenience."
EVIL = '<img src=x onerror="top.evil=1"><script>top.evil=1</script> I am extremely angry and I will cancel &amp; go'
SHOWN = [("ticket_sidebar", "1"), ("user_sidebar", ""), ("organization_sidebar", "")]


def said(talk: Talk, words: str = ANGRY) -> str:
    case: str = talk.say(words)[0]["case"]
    talk.made.work()
    return case


def record(talk: Talk, place: str, case: str) -> str:
    level = {"user_sidebar": "person", "organization_sidebar": "account"}.get(place)
    if level is None:
        return case
    (link,) = rows(talk.made, "SELECT external_id FROM link WHERE level = :level", level=level)
    return str(link.external_id)


def write(stage: Stage, frame: Frame, words: str) -> None:
    stage.page.locator("#composer").fill(words)
    frame.page.wait_for_timeout(700)


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


# --- states ----------------------------------------------------------------------------------------------------------


def test_a_new_ticket_says_that_nothing_is_scored_yet(make_stage: MakeStage) -> None:
    stage, _ = make_stage()
    expect(stage.open(record="4711").locator("h1")).to_have_text("Nothing scored yet")
    expect(stage.open(record="").locator("h1")).to_have_text("Nothing scored yet")


def test_loading_is_drawn_and_said(make_stage: MakeStage) -> None:
    stage, talk = make_stage()
    case = said(talk)
    stage.waiting = []
    frame = stage.open(record=case, ready=".skeleton")
    expect(frame.get_by_role("status")).to_contain_text("Loading")
    expect(frame.locator("h1")).to_have_count(0)
    stage.let_go()
    expect(frame.locator("h1")).to_be_visible()
    expect(frame.locator(".skeleton")).to_have_count(0)


def test_no_permission_is_said_and_the_rest_works(make_stage: MakeStage) -> None:
    stage, talk = make_stage()
    case, made = said(talk, CALM), stage.made
    with made.store.tenant(made.tenant) as connection:
        at = made.clock.now()
        ledger.record(connection, made.tenant, only_person(made), Choice("service_analysis", "objected", at), at)
    said(talk)
    frame = stage.open(record=case)
    expect(frame.locator("h1")).to_have_text("Not analysed: no permission")
    expect(frame.get_by_role("button", name="Ask supervisor")).to_be_visible()
    expect(frame.get_by_role("button", name="Disagree")).to_have_count(0)
    assert axe(frame) == []


@pytest.mark.parametrize(("role", "title"), [("collections", "No view for your role"), ("", "No view for your role")])
def test_a_role_without_a_view_is_told_so(make_stage: MakeStage, role: str, title: str) -> None:
    stage, talk = make_stage(default_role=role)
    frame = stage.open(record=said(talk))
    expect(frame.locator("h1")).to_have_text(title)
    assert "Distress" not in frame.locator("main").inner_text()
    assert axe(frame) == []


def test_observe_mode_shows_nothing(make_stage: MakeStage) -> None:
    stage, talk = make_stage(mode="observe")
    frame = stage.open(record=said(talk))
    expect(frame.locator("h1")).to_have_text("Trial period")
    assert "Distress" not in frame.locator("main").inner_text()


def test_stale_and_unreachable_are_said_while_the_card_stays(make_stage: MakeStage) -> None:
    stage, talk = make_stage()
    case = said(talk)
    talk.say("And one more thing.")
    stage.made.advance(16 * 60)
    frame = stage.open(record=case)
    expect(frame.get_by_text("older than 15 minutes")).to_be_visible()
    assert axe(frame) == []
    stage.down = "/"
    frame.get_by_role("button", name="Refresh").click()
    expect(frame.get_by_text("Attune cannot be reached.")).to_be_visible()
    expect(frame.locator("h1")).to_have_text("High: needs attention")
    stage.down = ""
    frame.get_by_role("button", name="Refresh").click()
    expect(frame.get_by_text("Attune cannot be reached.")).to_have_count(0)


def test_a_server_that_is_away_from_the_start_leaves_a_way_back(make_stage: MakeStage) -> None:
    stage, talk = make_stage()
    case = said(talk)
    stage.down = "/api/"
    frame = stage.open(record=case)
    expect(frame.locator("h1")).to_have_text("Attune cannot be reached")
    assert axe(frame) == []
    stage.down = ""
    frame.get_by_role("button", name="Try again").click()
    expect(frame.locator("h1")).to_have_text("High: needs attention")


@pytest.mark.parametrize("token", ["", "nonsense", "expired", "foreign key", "other audience", "other issuer"])
def test_a_doubtful_first_load_asks_to_sign_in(make_stage: MakeStage, token: str) -> None:
    from cryptography.hazmat.primitives.asymmetric import rsa

    stage, talk = make_stage()
    case = said(talk)
    home = f"https://{stage.account}.zendesk.com/api/v2/apps/installations"
    given = {
        "expired": lambda: stage.token(exp=stage.made.clock.now().timestamp() - 1),
        "other audience": lambda: stage.token(aud=f"{home}/10.json"),
        "other issuer": lambda: stage.token(iss="else.zendesk.com"),
    }.get(token, lambda: token)()
    if token == "foreign key":
        stage.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        given = stage.token()
    frame = stage.open(record=case, token=given)
    expect(frame.locator("h1")).to_have_text("Please sign in again")
    assert "/api/v1" not in "".join(stage.errors) and axe(frame) == []


def test_an_expired_bearer_asks_to_sign_in(make_stage: MakeStage) -> None:
    stage, talk = make_stage()
    frame = stage.open(record=said(talk))
    stage.made.clock.at += timedelta(minutes=31)
    frame.get_by_role("button", name="Refresh").click()
    expect(frame.locator("h1")).to_have_text("Please sign in again")


def test_the_page_stands_in_no_other_frame(make_stage: MakeStage) -> None:
    stage, talk = make_stage()
    case = said(talk)
    headers: list[str] = []
    stage.page.on("response", lambda one: headers.append(one.headers.get("content-security-policy", "")))
    frame = stage.open(record=case)
    (policy,) = {one for one in headers if "frame-ancestors https://" in one}
    assert f"frame-ancestors https://{stage.account}.zendesk.com;" in f"{policy};"
    assert "unsafe" not in policy and "default-src 'none'" in policy
    assert frame.evaluate("document.cookie") == "" and stage.page.context.cookies() == []


def test_the_card_is_there_within_a_second(make_stage: MakeStage) -> None:
    stage, talk = make_stage()
    case = said(talk)
    stage.open(record=case)
    begun = time.monotonic()
    answer = stage.asking.call("GET", f"/cases/{case}")
    assert answer.status_code == 200 and time.monotonic() - begun < 1.0
