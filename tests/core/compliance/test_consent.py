from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from core.compliance.consent import Choice, check, effective, mirror, suspended
from core.compliance.opt_out import asks_to_stop
from core.errors import RejectedError
from core.judgement import Permissions, Turn
from core.model import Role

MARCH = datetime(2026, 3, 1, tzinfo=UTC)
LATER = MARCH + timedelta(days=8, hours=10)


def choice(purpose: str, made: str, at: datetime | None = MARCH, **more: object) -> Choice:
    return Choice(purpose, made, at, **{"notice_version": "v7", **more})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ([choice("service_analysis", "granted"), choice("service_analysis", "withdrawn", LATER)], "withdrawn"),
        ([choice("service_analysis", "withdrawn"), choice("service_analysis", "granted", LATER)], "granted"),
        ([choice("service_analysis", "objected"), choice("service_analysis", "granted")], "objected"),
        ([choice("service_analysis", "withdrawn", LATER), choice("service_analysis", "granted")], "withdrawn"),
    ],
)
def test_the_newest_holds_and_at_equal_times_the_stricter(entries: list[Choice], expected: str) -> None:
    assert effective(entries) == {"service_analysis": expected}


def test_an_objection_to_marketing_is_final_for_imports() -> None:
    no = choice("marketing_email", "objected")
    assert effective([no, choice("marketing_email", "granted", LATER, source="hubspot")]) == {
        "marketing_email": "objected"
    }
    assert effective([no, choice("marketing_email", "granted", LATER)]) == {"marketing_email": "granted"}


@pytest.mark.parametrize(
    "entry",
    [
        choice("service_analysis", "granted", None),
        choice("service_analysis", "granted", notice_version=""),
        choice("service_analysis", "granted", bundled=True),
        choice("service_analysis", "granted", minor=True),
        choice("everything", "granted"),
        choice("service_analysis", "maybe"),
        choice("all", "granted"),
        choice("service_analysis", "withdrawn", None),
    ],
)
def test_what_is_no_consent_is_refused(entry: Choice) -> None:
    with pytest.raises(RejectedError) as caught:
        check(entry)
    assert caught.value.code == "INVALID_CONSENT"


def test_saying_no_needs_no_form() -> None:
    assert check(choice("all", "objected", notice_version="", bundled=True)).choice == "objected"


def test_the_mirror_says_per_purpose() -> None:
    bases = {
        "service_analysis": "legitimate_interest",
        "health_scoring": "legitimate_interest",
        "marketing_email": "consent",
    }
    assert mirror(Permissions(bases, {"health_scoring": "objected"})) == (
        "service analysis: on; health scoring: off; marketing email: off"
    )
    assert mirror(Permissions(bases, minor=True)).count("off") == 3
    assert len(mirror(Permissions(dict.fromkeys(("service_analysis",), "x")))) <= 255


def turn(refused: str | None = None) -> Turn:
    return Turn("m", Role.CUSTOMER, MARCH, True, "", notes=("OPT_OUT_REQUESTED",), refused=refused)


@pytest.mark.parametrize(
    ("held", "refused", "expected"),
    [
        ({}, None, "pending"),
        ({"service_analysis": "granted"}, None, "pending"),
        ({"service_analysis": "objected"}, None, "objected"),
        ({}, "NOT_PERMITTED", "pending"),
        ({"service_analysis": "granted"}, "NOT_PERMITTED", "granted"),
    ],
)
def test_a_request_in_free_text_suspends(held: dict[str, str], refused: str | None, expected: str) -> None:
    found = suspended(Permissions(choices=held), [turn(refused)])
    assert found.choices["service_analysis"] == expected


STOP = [
    "Please stop analysing my messages.",
    "stop analyzing my emails",
    "Do not profile me.",
    "I don't want to be profiled",
    "I do not want you to analyse my emotions",
    "Don't track my mood please",
    "I object to the analysis of my messages",
    "I object to profiling",
    "I withdraw my consent to emotion analysis",
    "I want to opt out of sentiment analysis",
    "Please opt me out of any automated processing",
    "Turn off the emotion tracking for me",
    "No sentiment analysis please",
    "Stop scoring me!",
    "You are not allowed to analyse my messages",
    "I don't agree to my messages being analysed",
    "my messages must not be analysed",
    "I never agreed to you reading my feelings, stop it: do not analyse my tone",
    "quit monitoring my conversations",
    "I revoke my permission for profiling",
    "I do not consent to profiling",
    "Please remove me from your sentiment analysis",
    "stop tracking me",
    "Hiermit widerspreche ich dem Profiling",
    "Bitte analysieren Sie meine Nachrichten nicht mehr, hören Sie auf meine Nachrichten zu analysieren",
    "Je m'oppose au profilage",
    "Me opongo a la elaboración de perfiles",
    "please do not use AI to analyse my messages",
    "I would like you to stop evaluating my tone",
    "we don't want our data processed",
    "don't analyze my texts",
    "stop using software to judge my emotions",
    "I opt out of AI analysis",
    "please never analyse my emails again",
]
KEEP = [
    "Please analyse my log file",
    "Stop sending me invoices",
    "Why do you stop the service?",
    "The analysis tool stopped",
    "I can't track my parcel",
    "I can't track my order",
    "Do not cancel my account",
    "My messages do not arrive",
    "The app stops tracking my run after a kilometre",
    "The report does not score leads",
    "Please stop charging me",
    "Could you analyse why my messages are not delivered?",
    "I don't understand the analysis in your report",
    "My profile is not shown",
    "Please don't close my ticket",
    "How can I export the sentiment dashboard?",
    "I object to the fee",
    "I withdraw my complaint",
    "You never read my messages properly, it seems",
]


def test_free_text_requests_are_found() -> None:
    missed = [text for text in STOP if not asks_to_stop(text)]
    assert len(missed) <= 0.05 * len(STOP), missed


@pytest.mark.parametrize("text", KEEP)
def test_other_requests_are_left_alone(text: str) -> None:
    assert not asks_to_stop(text)
