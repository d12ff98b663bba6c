"""HEALTH-1: one number for an account from the inputs that are known, its band, and what moved it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from core.model import Reason

NEUTRAL = 70.0
SOCIAL_CAP = 0.10
NOT_ENOUGH = "not enough data"
TOP_REASONS = 3

LINES = (("green", 70.0), ("amber", 40.0), ("red", 0.0))
_ORDER = {"red": 0, "amber": 1, "green": 2}
# component -> driver when it pulls down, driver when it pushes up
_DRIVERS: dict[str, tuple[str, str]] = {
    "usage": ("USAGE_DOWN", "USAGE_UP"),
    "adoption": ("LOW_ADOPTION", "ADOPTION_UP"),
    "support_sentiment": ("SUPPORT_SENTIMENT_DOWN", "SUPPORT_SENTIMENT_UP"),
    "support_burden": ("SUPPORT_BURDEN_HIGH", "SUPPORT_BURDEN_LOW"),
    "engagement": ("LOW_ENGAGEMENT", "ENGAGEMENT_UP"),
    "social": ("SOCIAL_NEGATIVE", "SOCIAL_POSITIVE"),
}


@dataclass(frozen=True, slots=True)
class Health:
    """The score (``None`` = not enough data), its band, confidence, reasons and the components behind it."""

    score: float | None
    band: str
    confidence: float
    reasons: tuple[Reason, ...]
    parts: Mapping[str, float]


def support_sentiment(total: float, weight: float) -> float | None:
    """Return the component from half-life-weighted sums of sentiment; ``None`` without any conversation."""
    return _clamp(50 + 50 * total / weight) if weight > 0 else None


def support_burden(contacts: int, reopens: int, escalations: int) -> float:
    """Return the component from 30 days of support work."""
    return 100.0 - min(100.0, 10.0 * contacts + 15.0 * reopens + 20.0 * escalations)


def score(
    parts: Mapping[str, float],
    weights: Mapping[str, float],
    previous: Mapping[str, float],
    old_band: str | None,
    *,
    min_confidence: float = 0.50,
    hysteresis: float = 3.0,
) -> Health:
    """Return the weighted mean of the present components (0..100 each), or 'not enough data'."""
    used = _weights(parts, weights)
    confidence = round(sum(used.values()), 4)
    if not used or confidence < min_confidence:
        return Health(None, NOT_ENOUGH, confidence, (Reason("NOT_ENOUGH_DATA"),), dict(parts))
    value = round(sum(used[name] * _clamp(parts[name]) for name in used) / sum(used.values()), 1)
    return Health(value, band(value, old_band, hysteresis), confidence, reasons(parts, used, previous), dict(parts))


def band(value: float, old: str | None, hysteresis: float = 3.0) -> str:
    """Return the band; upwards out of the old one only when ``hysteresis`` points past the line."""
    plain = next(name for name, lowest in LINES if value >= lowest)
    if old not in _ORDER or _ORDER[plain] <= _ORDER[old]:
        return plain
    return next(name for name, lowest in LINES if value >= lowest + hysteresis or name == old)


def reasons(parts: Mapping[str, float], used: Mapping[str, float], previous: Mapping[str, float]) -> tuple[Reason, ...]:
    """Return the three components that moved the score most, against the last parts or a neutral 70.

    A component that is new is compared with neutral. ``weight`` is the move in points of the score.
    """
    total = sum(used.values())
    moves = {name: used[name] / total * (parts[name] - previous.get(name, NEUTRAL)) for name in used}
    ranked = sorted(moves.items(), key=lambda item: (-abs(item[1]), item[0]))
    return tuple(
        Reason(_DRIVERS[name][move > 0], evidence=name, weight=round(move, 2))
        for name, move in ranked[:TOP_REASONS]
        if round(move, 2) and name in _DRIVERS
    )


def _weights(parts: Mapping[str, float], weights: Mapping[str, float]) -> dict[str, float]:
    used = {name: weight for name, weight in weights.items() if name in parts and weight > 0}
    if "social" in used:
        used["social"] = min(used["social"], SOCIAL_CAP)
    return used


def _clamp(value: float) -> float:
    return max(0.0, min(100.0, value))
