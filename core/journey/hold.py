"""JOUR-4, the part that exists: whether a commercial message to a person waits. Pure.

The answer stands in a marketing tool. Its code says what to do and never how anybody feels: the three conditions of
a support matter share one code, and only the trail knows which of them it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

HELD_FROM, RELEASED_UNDER = 55.0, 30.0
NEGATIVE_FROM = -0.5
QUIET = timedelta(hours=72)

# What may be sent: marketing by the purposes that a person allows one by one, or what is never held.
COMMERCIAL = ("marketing_email", "marketing_sms", "marketing_phone")
NOTICE = "notice"
# Every code that may leave, with the words for the person who builds the campaign.
CODES: Mapping[str, str] = {
    "CLEAR": "Nothing speaks against sending",
    "NOTHING_KNOWN": "No support case of this contact is known",
    "SERVICE_OR_NOTICE": "Service messages and required notices are never held",
    "TRIAL": "Attune is in its trial period and holds nothing",
    "SUPPORT_FIRST": "A support matter comes first",
    "NOT_PERMITTED": "This person does not allow it",
    "NO_BASIS": "No legal basis is recorded for marketing or for the analysis",
    "NOT_CURRENT": "Attune is paused or behind; it cannot say yes",
    "UNREADABLE": "The question could not be read",
}
_REFUSALS = {"NO_BASIS": "NO_BASIS"}


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one person. ``courses``: each live case's distress, oldest first; ``wording``: the sentiment
    of the person's messages of the last 72 h; ``refused``: the gate's code, empty for yes."""

    known: bool = False
    refused: str = ""
    mode: str = "live"
    current: bool = True
    courses: tuple[tuple[float, ...], ...] = ()
    wording: tuple[float, ...] = ()
    safety: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """Hold or not, the code that may be told, and the cause that only the trail holds."""

    hold: bool
    code: str
    cause: str = ""


def decide(facts: Facts, kind: str) -> Answer:
    """Answer for one kind of message. Whatever is not a notice is commercial, and doubt about that holds it."""
    if kind == NOTICE:
        return Answer(False, "SERVICE_OR_NOTICE")
    if facts.refused:
        return Answer(True, _REFUSALS.get(facts.refused, "NOT_PERMITTED"), facts.refused)
    if facts.mode == "observe":
        return Answer(False, "TRIAL")
    if facts.mode != "live" or not facts.current:
        return Answer(True, "NOT_CURRENT")
    cause = _cause(facts)
    if cause:
        return Answer(True, "SUPPORT_FIRST", cause)
    return Answer(False, "CLEAR" if facts.known else "NOTHING_KNOWN")


def purposes(kind: str) -> tuple[str, ...]:
    """Return what a person must allow for a kind of message; an unknown one needs all of them."""
    return (kind,) if kind in COMMERCIAL else COMMERCIAL


def _cause(facts: Facts) -> str:
    listed = (
        ("safety", facts.safety),
        ("distress", any(held(course) for course in facts.courses)),
        ("wording", any(one <= NEGATIVE_FROM for one in facts.wording)),
    )
    return next((name for name, applies in listed if applies), "")


def held(course: Iterable[float]) -> bool:
    """Say whether a case's distress holds: once it was 55 or more, until it is under 30."""
    holds = False
    for value in course:
        holds = value >= HELD_FROM or (holds and value >= RELEASED_UNDER)
    return holds
