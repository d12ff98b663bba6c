from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.assess import prepare
from core.fields import at_level
from core.judgement import CaseHistory, Permissions, Scored, Turn
from core.model import IntentKind, Level, Reason, Role
from tests.core.cases import (
    BASES,
    LIVE,
    START,
    judged,
    message,
    observation,
    of_kind,
    run,
    tasks,
    value,
    written,
)

CASE_KEYS = {entry.key for entry in at_level(Level.CASE)}
SCORED = CASE_KEYS - {"attune_expires_at"}
CANCEL = (Reason("CANCEL_INTENT", "cancel", weight=20.0),)


def the_catalogue_example() -> list[Turn]:
    turns = [judged(0, -0.2, "frustration", 1), judged(1, -0.5, "frustration", 2), judged(2, -0.8, "anger", 3)]
    return [*turns[:2], replace(turns[2], signals=CANCEL)]


def test_three_messages_give_the_weighted_sentiment() -> None:
    assert value(run(the_catalogue_example()), "attune_sentiment") == -0.57


def test_the_distress_example_is_73_and_high() -> None:
    result = run(the_catalogue_example(), history=CaseHistory(contacts_7d=2))
    assert value(result, "attune_distress") == 73
    assert value(result, "attune_risk_flag") == "high"
    codes = {reason.code for reason in observation(result, "attune_distress").reasons[:3]}
    assert "CANCEL_INTENT" in codes and "REPEAT_CONTACT" in {
        reason.code for reason in observation(result, "attune_distress").reasons
    }


def test_a_rise_to_high_writes_fields_tag_remark_and_one_task() -> None:
    result = run(the_catalogue_example(), history=CaseHistory(contacts_7d=2))
    assert written(result)["attune_risk_flag"] == "high"
    assert [(i.name, i.value) for i in of_kind(result, IntentKind.TAG)] == [("attune_risk_high", True)]
    (order,) = tasks(result).values()
    assert (order["template"], order["owner_id"]) == ("high_risk_follow_up", "agent-7")
    assert order["external_id"].startswith("attune-high_risk_follow_up-")
    (remark,) = of_kind(result, IntentKind.REMARK)
    assert "speaks of cancelling: “cancel”" in remark.value and remark.name in remark.value
    assert "2026.1/textblob" in remark.value and "Disagree" in remark.value


def test_the_same_state_gives_the_same_references() -> None:
    first, second = (run(the_catalogue_example(), history=CaseHistory(contacts_7d=2)) for _ in range(2))
    assert first == second


@pytest.mark.parametrize(
    ("old", "expected"),
    [(None, {"high_risk_follow_up"}), ("watch", {"high_risk_follow_up"}), ("high", set()), ("critical", set())],
)
def test_only_a_rise_calls_for_a_task(old: str | None, expected: set[str]) -> None:
    previous = {"attune_risk_flag": Scored(old, START)} if old else {}
    result = run(the_catalogue_example(), history=CaseHistory(contacts_7d=2, previous=previous))
    assert set(tasks(result)) == expected
    assert bool(of_kind(result, IntentKind.REMARK)) == bool(expected)


def test_a_fall_takes_the_tag_away() -> None:
    previous = {"attune_risk_flag": Scored("high", START)}
    result = run([message("Thank you so much, it works now!")], history=CaseHistory(previous=previous))
    assert [i.value for i in of_kind(result, IntentKind.TAG)] == [False]


@pytest.mark.parametrize("mode", ["observe", "paused"])
def test_nothing_leaves_unless_live(mode: str) -> None:
    result = run(the_catalogue_example(), settings=replace(LIVE, mode=mode))
    assert result.intents == () and value(result, "attune_distress") is not None


def test_reply_empathy_stays_in_the_widget_by_default() -> None:
    talk = [
        message("I was charged twice and I am furious"),
        message("I'm sorry you were charged twice. I will refund it by Friday.", Role.AGENT, 1),
    ]
    shown = run(talk, settings=replace(LIVE, reply_write="widget_only"))
    assert value(shown, "attune_reply_empathy") is not None
    assert "attune_reply_empathy" not in written(shown)
    assert "attune_reply_empathy" in written(run(talk))


@pytest.mark.parametrize(
    ("permissions", "code"),
    [
        (Permissions(), "NO_BASIS"),
        (Permissions(bases=BASES, choices={"service_analysis": "objected"}), "NOT_PERMITTED"),
        (Permissions(bases=BASES, choices={"service_analysis": "withdrawn"}), "NOT_PERMITTED"),
        (Permissions(bases=BASES, choices={"service_analysis": "pending"}), "NOT_PERMITTED"),
        (Permissions(bases={"service_analysis": "consent"}), "NOT_PERMITTED"),
        (Permissions(bases=BASES, minor=True), "MINOR"),
        (Permissions(bases=BASES, region_ok=False), "REGION_PINNED"),
    ],
)
def test_without_permission_nothing_is_read_and_all_is_cleared(permissions: Permissions, code: str) -> None:
    previous = {"attune_distress": Scored(70, START), "attune_risk_flag": Scored("high", START)}
    result = run(
        [message("I am furious, cancel my contract!")],
        permissions=permissions,
        history=CaseHistory(previous=previous),
    )
    for key in CASE_KEYS:
        assert (value(result, key), observation(result, key).refused) == (None, code)
        assert written(result)[key] is None
    assert [i.value for i in of_kind(result, IntentKind.TAG)] == [False]
    assert not tasks(result) and not of_kind(result, IntentKind.REMARK)
    (turn,) = result.turns
    assert (turn.words, turn.customer, turn.signals, turn.refused) == ("", None, (), code)
    assert code in result.refusals


def test_a_request_to_stop_suspends_at_once() -> None:
    result = run([message("Please stop analysing my messages. I am furious!")])
    assert observation(result, "attune_emotion").refused == "NOT_PERMITTED"
    assert "service analysis: pending" in value(result, "attune_consent_state")


@pytest.mark.parametrize(
    ("role", "public"), [(Role.NOTE, False), (Role.BOT, True), (Role.SYSTEM, True), (Role.AGENT, False)]
)
def test_notes_bots_and_systems_are_never_judged(role: Role, public: bool) -> None:
    result = run([message("I am furious about this customer", role, public=public)])
    (turn,) = result.turns
    assert turn.customer is None and turn.reply is None and turn.refused == "NOT_A_PUBLIC_REPLY"
    assert not {one.key for one in result.observations} & SCORED


@given(text=st.text(max_size=300), role=st.sampled_from([Role.AGENT, Role.BOT, Role.SYSTEM, Role.NOTE]))
@settings(max_examples=200, deadline=None)
def test_only_customers_ever_get_a_tone(text: str, role: Role) -> None:
    result = run([message(text, role), message("I am so angry", role, 1)])
    assert all(turn.customer is None for turn in result.turns)
    assert not {one.key for one in result.observations} & {"attune_emotion", "attune_sentiment", "attune_distress"}


def test_an_attachment_is_refused_and_the_words_are_used() -> None:
    result = run([message("This is unacceptable, I am angry", attachments=("audio/ogg", "application/pdf"))])
    assert result.turns[0].notes == ("BIOMETRIC_INPUT_REFUSED",)
    assert "BIOMETRIC_INPUT_REFUSED" in result.refusals and value(result, "attune_emotion") == "anger"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("ok", "TOO_SHORT"),
        ("", "TOO_SHORT"),
        ("Das ist leider nicht gut und ich warte seit Tagen", "LANGUAGE_UNSUPPORTED"),
        ("你们的服务太差了我很生气", "LANGUAGE_UNSUPPORTED"),
    ],
)
def test_what_cannot_be_read_stays_empty_and_never_becomes_zero(text: str, code: str) -> None:
    result = run([message(text)])
    for key in ("attune_sentiment", "attune_emotion", "attune_distress", "attune_risk_flag"):
        assert (value(result, key), observation(result, key).refused) == (None, code)
    assert value(result, "attune_expires_at") is None


def test_a_late_turn_never_moves_time_back() -> None:
    late = [message("Where is my order?", minute=5), message("I am angry about this", minute=1)]
    ordered = prepare(sorted(late, key=lambda one: one.at), "GB")
    assert observation(run(ordered), "attune_distress").at == START + timedelta(minutes=5)


def test_a_judged_turn_is_never_judged_again() -> None:
    old = replace(judged(0, -0.9, "anger", 3), words="")
    assert run([old, message("Thanks for your help", minute=1)]).turns[0] == old


def test_a_care_signal_alerts_a_trained_person_without_words() -> None:
    result = run([message("You cut my power. I can't go on like this, I want to end my life.")])
    orders = tasks(result)
    assert set(orders) == {"care_alert", "critical_callback"}
    assert orders["care_alert"]["owner_id"] == "care-1"
    assert orders["care_alert"]["due_at"] == START + timedelta(minutes=5)
    assert value(result, "attune_risk_flag") == "critical"
    for intent in of_kind(result, IntentKind.REMARK):
        assert "end my life" not in intent.value and "care protocol" in intent.value
    again = run(result.turns, history=CaseHistory(previous={"attune_risk_flag": Scored("critical", START)}))
    assert not tasks(again) and not of_kind(again, IntentKind.REMARK)


def test_personal_details_never_reach_a_turn() -> None:
    (turn,) = prepare([message("Hi, mail ada@firm.example or call +44 20 7946 0018, I am diabetic.")], "GB")
    assert turn.words == "Hi, mail [email-1] or call [phone-1], I am [sensitive]."
