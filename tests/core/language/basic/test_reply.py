from __future__ import annotations

import pytest

from core.language.basic.analyzer import TextBlobAnalyzer
from core.language.empathy import FINDINGS, score
from core.ports import ReplyJudgement

ANGRY = "I was charged 48 euros twice for order 7713 and I am furious"
HOLLOW = "We understand your frustration and apologise for any inconvenience."
GOOD = (
    "I'm sorry that you were charged twice. That should not have happened. I have reversed the 48 euro charge on "
    "order 7713; you will see it by Friday."
)


def judge(reply: str, customer: str | None = ANGRY) -> ReplyJudgement:
    return TextBlobAnalyzer().reply(reply, customer, "en")


def test_the_rubric_example() -> None:
    criteria = {"acknowledges": 3, "validates": 2, "owns": 4, "next_step": 4, "clear": 3}
    assert score(criteria, {}) == 82.5
    assert score(criteria, {"copy_paste": 5.0}) == 77.5


@pytest.mark.parametrize(
    ("criteria", "penalties", "expected"),
    [
        (dict.fromkeys(("acknowledges", "validates", "owns", "next_step", "clear"), 4), {}, 100.0),
        (dict.fromkeys(("acknowledges", "validates", "owns", "next_step", "clear"), 0), {"dismissal": 15.0}, 0.0),
        ({"owns": 4, "next_step": 4, "clear": 4}, {}, 100.0),
    ],
)
def test_the_score_stays_in_range(criteria: dict[str, float], penalties: dict[str, float], expected: float) -> None:
    assert score(criteria, penalties) == expected


def test_a_full_reply_beats_a_hollow_one() -> None:
    good, hollow = judge(GOOD), judge(HOLLOW)
    assert good.empathy is not None and hollow.empathy is not None
    assert good.empathy > 80 and hollow.empathy < 30
    assert (good.outcome, hollow.outcome) == ("given", "missing")
    assert set(hollow.penalties) == {"copy_paste"} and not good.penalties
    assert all(GOOD[span.start : span.end] == span.text for span in good.spans) and good.spans


def test_a_neutral_question_does_not_call_for_empathy() -> None:
    found = judge("I have reset your password. You can log in today.", "How do I reset my password?")
    assert found.outcome == "not_called_for" and "acknowledges" not in found.criteria
    assert found.empathy is not None and found.empathy > 70


@pytest.mark.parametrize(
    ("reply", "fault"),
    [
        ("Calm down, there is nothing we can do.", "dismissive"),
        ("As I already told you, you should have read the terms.", "blaming"),
        ("I guarantee you it will never happen again.", "over_promise"),
    ],
)
def test_faults_cost(reply: str, fault: str) -> None:
    assert fault in {FINDINGS[name] for name in judge(reply).penalties}


@pytest.mark.parametrize(
    "reply",
    [
        "You did everything right.",
        "I will check what we can do by Friday.",
        "Your warranty guarantee is two years.",
    ],
)
def test_what_only_looks_like_a_fault_costs_nothing(reply: str) -> None:
    assert not judge(reply).penalties


@pytest.mark.parametrize(
    "reply",
    [
        "",
        "Kind regards,\nTom",
        "Hi Ada,\nBest wishes\nTom",
        "see attached",
        "This is an automated response: we are closed.",
        "I am out of office until Monday",
    ],
)
def test_what_is_no_reply_is_refused(reply: str) -> None:
    assert (judge(reply).refused, judge(reply).empathy) == ("NOT_A_PUBLIC_REPLY", None)


def test_another_language_is_refused() -> None:
    assert judge("Es tut mir leid, dass Sie so lange auf die Antwort warten mussten").refused == "LANGUAGE_UNSUPPORTED"
