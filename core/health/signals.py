"""Health inputs from counted events: usage and adoption (HEALTH-1). What cannot be known is left out, never 0."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class DayCount:
    """How often something happened on a day: ``login``, ``feature_used`` or ``feature_enabled``."""

    kind: str
    name: str
    day: date
    n: float


def from_counts(counts: Sequence[DayCount], today: date) -> dict[str, float]:
    """Return the components (0..100) that the counts support."""
    found = {"usage": _usage(counts, today), "adoption": _adoption(counts, today)}
    return {name: value for name, value in found.items() if value is not None}


def _usage(counts: Sequence[DayCount], today: date) -> float | None:
    """100 x min(1, logins in 14 days / (logins in the 56 days before / 4))."""
    recent = _sum(counts, today - timedelta(days=14), today)
    before = _sum(counts, today - timedelta(days=70), today - timedelta(days=14))
    return round(100 * min(1.0, recent / (before / 4)), 1) if before else None


def _adoption(counts: Sequence[DayCount], today: date) -> float | None:
    """100 x features used in 21 days / features enabled."""
    enabled = {count.name for count in counts if count.kind == "feature_enabled"}
    since = today - timedelta(days=21)
    used = {count.name for count in counts if count.kind == "feature_used" and count.day > since}
    return round(100 * len(used & enabled) / len(enabled), 1) if enabled else None


def _sum(counts: Sequence[DayCount], after: date, until: date) -> float:
    return sum(count.n for count in counts if count.kind == "login" and after < count.day <= until)
