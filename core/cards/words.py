"""The words on a card: they speak of messages and facts, never of what a person feels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from core.language.distress import flag
from core.model import Value

STATE_WORDS = {
    "empty": "Nothing scored yet",
    "no_view": "Your role has no view here",
    "observing": "Trial period: scores are kept, not shown",
}
CASE_WORDS = {
    "none": "Calm: no special care",
    "watch": "Watch: keep an eye on it",
    "high": "High: needs attention",
    "critical": "Critical: act now",
}
ACCOUNT_WORDS = {
    "green": "Healthy",
    "amber": "Needs attention",
    "red": "At risk",
    "not enough data": "Not enough data yet",
}
BANDS: Mapping[str, Mapping[str, str]] = {
    "attune_risk_flag": {"none": "calm", "watch": "watch", "high": "high", "critical": "critical"},
    "attune_health_band": {
        "green": "healthy",
        "amber": "needs attention",
        "red": "at risk",
        "not enough data": "not enough data",
    },
}
CONSENT_WORDS = {"on": "Allowed", "off": "Not allowed", "pending": "Not yet answered"}
STEADY_WITHIN = 5.0


def distress_band(value: Value) -> str | None:
    """Return the band word of a distress score: calm, watch, high or critical."""
    if not isinstance(value, int | float):
        return None
    name = flag(int(value))
    return "calm" if name == "none" else name


def trend_direction(values: Sequence[float]) -> str:
    """Return rising, falling or steady, from the last values (a change of five points counts)."""
    recent = values[-4:]
    change = recent[-1] - recent[0]
    if abs(change) < STEADY_WITHIN:
        return "steady"
    return "rising" if change > 0 else "falling"


def trend_words(direction: str, first: float, last: float) -> str:
    """Return the course in one sentence."""
    if direction == "steady":
        return f"Steady around {last:g}"
    return f"{direction.capitalize()}: {first:g} to {last:g}"


def clock_words(left: timedelta) -> str:
    """Return how long there is, or how long it has been due, in the largest fitting unit."""
    seconds = int(abs(left).total_seconds())
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            amount = f"{seconds // size} {unit}"
            break
    else:
        amount = "less than a minute"
    return f"Due in {amount}" if left >= timedelta() else f"Overdue by {amount}"


def consent_lines(mirror: str) -> list[tuple[str, str]]:
    """Read the consent mirror (``service analysis: on; ...``) back into purposes and states."""
    parts = (part.partition(": ") for part in mirror.split("; "))
    return [(purpose, state) for purpose, colon, state in parts if colon]
