from __future__ import annotations

import pytest

from core.compliance.consent import PURPOSES
from core.fields import catalogue
from core.journey.hold import CODES, COMMERCIAL, NOTICE, Answer, Facts, decide, held, purposes

CALM = Facts(known=True)


@pytest.mark.parametrize(
    ("facts", "code", "cause"),
    [
        (Facts(known=True, courses=((55.0,),)), "SUPPORT_FIRST", "distress"),
        (Facts(known=True, courses=((20.0,), (10.0, 73.0))), "SUPPORT_FIRST", "distress"),
        (Facts(known=True, wording=(0.8, -0.5)), "SUPPORT_FIRST", "wording"),
        (Facts(known=True, safety=True), "SUPPORT_FIRST", "safety"),
        (Facts(known=True, refused="NOT_PERMITTED"), "NOT_PERMITTED", "NOT_PERMITTED"),
        (Facts(known=True, refused="MINOR"), "NOT_PERMITTED", "MINOR"),
        (Facts(refused="NO_BASIS"), "NO_BASIS", "NO_BASIS"),
        (Facts(known=True, mode="paused"), "NOT_CURRENT", ""),
        (Facts(known=True, current=False), "NOT_CURRENT", ""),
        # A 'no' of the person outranks a trial, an outage and everything else.
        (Facts(known=True, refused="NOT_PERMITTED", mode="observe", safety=True), "NOT_PERMITTED", "NOT_PERMITTED"),
    ],
)
def test_a_commercial_message_waits(facts: Facts, code: str, cause: str) -> None:
    for kind in (*COMMERCIAL, "", "a kind that nobody knows"):
        assert decide(facts, kind) == Answer(True, code, cause)
    assert decide(facts, NOTICE) == Answer(False, "SERVICE_OR_NOTICE")


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        (CALM, "CLEAR"),
        (Facts(), "NOTHING_KNOWN"),
        (Facts(known=True, courses=((54.0,),), wording=(-0.49, 1.0)), "CLEAR"),
        (Facts(known=True, mode="observe", courses=((90.0,),)), "TRIAL"),
    ],
)
def test_a_commercial_message_goes(facts: Facts, code: str) -> None:
    assert {decide(facts, kind) for kind in COMMERCIAL} == {Answer(False, code)}


def test_each_kind_needs_its_own_purpose_and_an_unknown_one_all() -> None:
    assert set(COMMERCIAL) == {one for one in PURPOSES if one.startswith("marketing")}
    assert purposes("marketing_sms") == ("marketing_sms",)
    assert purposes("") == purposes("x") == COMMERCIAL


@pytest.mark.parametrize(
    ("course", "holds"),
    [
        ((), False),
        ((54.0,), False),
        ((55.0,), True),
        ((55.0, 30.0), True),
        ((55.0, 29.0), False),
        ((55.0, 29.0, 54.0), False),
        ((55.0, 29.0, 60.0, 40.0), True),
        ((30.0, 54.0, 30.0), False),
    ],
)
def test_a_case_holds_from_55_until_it_is_under_30(course: tuple[float, ...], holds: bool) -> None:
    assert held(course) is holds


def test_no_code_and_no_text_says_how_anybody_feels() -> None:
    told = " ".join([*CODES, *CODES.values()]).lower()
    feelings = [
        *catalogue()["attune_emotion"].choices[:-1],
        "distress",
        "sentiment",
        "emotion",
        "mood",
        "upset",
        "angry",
        "sad",
        "safety",
        "care",
        "minor",
        "negative",
        "risk",
        "crisis",
        "vulnerab",
    ]
    assert [word for word in feelings if word in told] == []


def test_every_answer_has_words() -> None:
    kinds = [
        Facts(known=known, refused=refused, mode=mode, current=current, safety=safety)
        for known in (True, False)
        for refused in ("", "MINOR", "NO_BASIS", "REGION_PINNED", "PURPOSE_MISMATCH")
        for mode in ("live", "observe", "paused")
        for current in (True, False)
        for safety in (True, False)
    ]
    assert {decide(one, kind).code for one in kinds for kind in (*COMMERCIAL, NOTICE)} | {"UNREADABLE"} == set(CODES)
