"""REPLY-1: one number from the five criteria of a reply and its penalties."""

from __future__ import annotations

from collections.abc import Container, Mapping

WEIGHTS = {"acknowledges": 0.25, "validates": 0.15, "owns": 0.20, "next_step": 0.25, "clear": 0.15}
PENALTIES = {"blame": 10.0, "dismissal": 15.0, "over_promise": 10.0, "copy_paste": 5.0}
# The finding that a penalty is given for.
FINDINGS = {"blame": "blaming", "dismissal": "dismissive", "over_promise": "over_promise", "copy_paste": "robotic"}
TOP = 4.0
GIVEN, MISSING, NOT_CALLED_FOR = "given", "missing", "not_called_for"


def penalties(findings: Container[str]) -> dict[str, float]:
    """Return the penalties that a reply's kinds of findings earn."""
    return {name: points for name, points in PENALTIES.items() if FINDINGS[name] in findings}


def score(criteria: Mapping[str, float], penalties: Mapping[str, float]) -> float:
    """Return 25 x the weighted criteria (0..4) less the penalties, 0..100.

    A criterion that the situation did not call for is left out, and the others carry its weight.
    """
    weight = sum(WEIGHTS[name] for name in criteria)
    earned = sum(WEIGHTS[name] * value for name, value in criteria.items()) / weight if weight else 0.0
    return round(max(0.0, min(100.0, 25.0 * earned - sum(penalties.values()))), 1)
