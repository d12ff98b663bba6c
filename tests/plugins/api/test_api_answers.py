"""What people answer: drafts judged in time, disagreement, dismissal, one call for the supervisor; kept and erased."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from core.jobs import erasing
from core.ports import ReplyJudgement, TextJudgement
from core.store import expiry
from plugins.api.coach import Coach
from tests.plugins.api.asking import Asking
from tests.talk import Talk, only_person, rows

HOLLOW = "We understand your frustration and apologise for any inconvenience."
SOLID = (
    "I am sorry that you had to write three times, and I see why you are disappointed. I have reversed the charge "
    "today and I will write to you again by Friday."
)


def advice(asking: Asking, case: str, draft: str, role: str = "agent") -> dict[str, Any]:
    answer = asking.call("POST", f"/cases/{case}/draft", role, json={"text": draft})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.get_json()
    return found


def codes(found: dict[str, Any]) -> dict[str, str]:
    return {hint["code"]: hint["level"] for hint in found["hints"]}


def test_a_hollow_draft_gets_hints_and_a_solid_one_none(angry: tuple[Asking, Talk, str]) -> None:
    asking, _, case = angry
    hollow, solid = advice(asking, case, HOLLOW), advice(asking, case, SOLID)
    assert codes(hollow)["HOLLOW_REPLY"] == "hint" and hollow["proceed"] is True
    assert all(hint["words"] and hint["instead"] for hint in hollow["hints"]) and len(hollow["hints"]) <= 3
    assert codes(solid) == {} and solid["words"] == "Reads well." and solid["score"] > hollow["score"]


@pytest.mark.parametrize(
    ("draft", "code", "level"),
    [
        ("Your card 4111 1111 1111 1111 was charged twice, I will refund it today.", "SECRET", "block"),
        ("Please log in again, your password is Summer2026! and it works at once.", "SECRET", "block"),
        ("We accept full liability for this and will write to you by Friday.", "LIABILITY", "block"),
        ("In my view you should stop taking the tablets until Friday.", "REGULATED_ADVICE", "block"),
        ("I guarantee that this will never happen again, you have my word.", "OVER_PROMISE", "confirm"),
    ],
)
def test_hard_rules_and_promises(angry: tuple[Asking, Talk, str], draft: str, code: str, level: str) -> None:
    asking, _, case = angry
    found = advice(asking, case, draft)
    assert codes(found).get(code) == level
    assert found["proceed"] is (level != "block")
    assert "4111" not in str(found) and "Summer2026" not in str(found), "a secret is not repeated"


@pytest.mark.parametrize(
    "draft",
    [
        "Please choose a new password in your settings; it is valid at once.",
        "Order 4111 was sent on Monday and will be with you by Friday.",
        "Our liability insurance answers such questions; I will ask them today.",
        "You should see the money on Friday, I have checked it myself.",
    ],
)
def test_near_misses_are_not_stopped(angry: tuple[Asking, Talk, str], draft: str) -> None:
    asking, _, case = angry
    assert advice(asking, case, draft)["proceed"] is True


def test_short_and_foreign_drafts_are_left_alone(angry: tuple[Asking, Talk, str]) -> None:
    asking, _, case = angry
    assert advice(asking, case, "Hello Ada")["verdict"] == "too_short"
    german = advice(asking, case, "Es tut mir leid, dass Sie so lange warten mussten und das nicht ging.")
    assert german["verdict"] == "not_coached" and german["proceed"] is True and german["hints"] == []


class Slow:
    """An analyser that waits until it is let go."""

    version = "slow"

    def __init__(self) -> None:
        self.go = threading.Event()

    def customer(self, texts: Sequence[str], locale: str | None) -> list[TextJudgement]:
        return [TextJudgement(None) for _ in texts]

    def reply(self, reply: str, customer: str | None, locale: str | None) -> ReplyJudgement:
        self.go.wait(20)
        return ReplyJudgement(50.0)


def test_what_is_too_slow_lets_the_send_proceed() -> None:
    slow = Slow()
    coach = Coach(lambda: slow, seconds=0.01)
    try:
        with capture_logs() as logged:
            assert [coach.judge("a draft of a reply", None, "en") for _ in range(12)] == [None] * 12
        assert {(one["event"], one["cause"]) for one in logged} == {
            ("draft_not_checked", "slow"),
            ("draft_not_checked", "busy"),
        }
    finally:
        slow.go.set()


def test_collections_and_account_managers_write_no_drafts(angry: tuple[Asking, Talk, str]) -> None:
    asking, _, case = angry
    for role in ("collections", "csm", "marketing", "none"):
        assert asking.call("POST", f"/cases/{case}/draft", role, json={"text": SOLID}).status_code == 403
        assert asking.call("POST", f"/cases/{case}/supervisor", role, json={}).status_code == 403


def test_a_draft_is_kept_nowhere(angry: tuple[Asking, Talk, str]) -> None:
    asking, _, case = angry
    advice(asking, case, "I have looked into the zanzibar matter and will write by Friday.")
    for table in ("turn", "feedback", "audit", "outbox", "inbox"):
        assert not rows(asking.made, f"SELECT 1 FROM {table} t WHERE t::text ILIKE '%zanzibar%'"), table


def test_a_disagreement_is_kept_with_the_value_it_speaks_of_and_the_card_says_so(
    angry: tuple[Asking, Talk, str],
) -> None:
    asking, _, case = angry
    said = {"reason": "too_high", "words": "She is fine, call her on +44 20 7946 0958"}
    for _ in range(2):
        assert asking.call("POST", f"/cases/{case}/disagreement", json=said).status_code == 200
    (kept,) = rows(asking.made, "SELECT * FROM feedback")
    assert (kept.kind, kept.key, kept.reason, kept.value) == ("disagree", "attune_risk_flag", "too_high", "high")
    assert "7946" not in kept.words and kept.words.startswith("She is fine") and kept.rule_version.startswith("2026.1/")
    assert "501" not in kept.actor
    card = asking.card(f"/cases/{case}", "lead", "900")
    assert card["disputed"] is True and "Under dispute" in card["notes"][0]
    assert rows(asking.made, "SELECT 1 FROM audit WHERE action = 'disagree'")
    assert asking.call("POST", f"/cases/{case}/disagreement", json={"reason": "nonsense"}).status_code == 422
    assert asking.call("POST", "/cases/777/disagreement", json={"reason": "other"}).status_code == 404


def test_a_dismissed_alert_is_quiet_for_that_reader_until_the_flag_is_judged_again(
    angry: tuple[Asking, Talk, str],
) -> None:
    asking, talk, case = angry
    assert asking.call("POST", f"/cases/{case}/dismissal", json={}).status_code == 200
    assert asking.card(f"/cases/{case}")["alert"] is False
    assert asking.card(f"/cases/{case}", user="502")["alert"] is True
    at = (asking.made.clock.now() + timedelta(minutes=1)).isoformat()
    talk.say("This is a disgrace, I am furious and I will call my lawyer and cancel!", at=at)
    asking.made.advance(120)
    asking.made.work()
    assert asking.card(f"/cases/{case}")["alert"] is True


def test_a_supervisor_is_called_once_and_the_task_reaches_the_tool(angry: tuple[Asking, Talk, str]) -> None:
    asking, talk, case = angry
    answers = [asking.call("POST", f"/cases/{case}/supervisor", json={}).get_json() for _ in range(3)]
    assert [one["done"] for one in answers] == [True, False, False]
    assert asking.woken == [asking.made.installations["zendesk"]]
    asking.made.work()
    found = [task for task in talk.box.records()["tasks"] if "supervisor_call" in task["external_id"]]
    assert len(found) == 1
    assert "Supervisor asked to join" in [one["subject"] for one in asking.card(f"/cases/{case}")["tasks"]]


def test_a_supervisor_may_be_called_although_the_person_objected(angry: tuple[Asking, Talk, str]) -> None:
    from core.compliance.consent import Choice
    from core.store import ledger

    asking, talk, case = angry
    made = asking.made
    with made.store.tenant(made.tenant) as connection:
        at = made.clock.now()
        ledger.record(connection, made.tenant, only_person(made), Choice("service_analysis", "objected", at), at)
    assert asking.call("POST", f"/cases/{case}/supervisor", json={}).get_json()["done"] is True
    made.work()
    assert [task for task in talk.box.records()["tasks"] if "supervisor_call" in task["external_id"]]


def test_answers_go_with_the_person_and_with_time(angry: tuple[Asking, Talk, str]) -> None:
    asking, _, case = angry
    made = asking.made
    asking.call("POST", f"/cases/{case}/disagreement", json={"reason": "other", "words": "see the notes"})
    with made.store.tenant(made.tenant) as connection:
        assert expiry.purge(connection, made.tenant, made.clock.now() + timedelta(days=179))["feedback"] == 0
        assert expiry.purge(connection, made.tenant, made.clock.now() + timedelta(days=181))["feedback"] == 1
    asking.call("POST", f"/cases/{case}/disagreement", json={"reason": "other", "words": "see the notes"})
    erased = erasing.erase_person(made.runtime, made.tenant, only_person(made), actor="test")
    assert erased.counts["feedback"] == 1 and not rows(made, "SELECT 1 FROM feedback")
