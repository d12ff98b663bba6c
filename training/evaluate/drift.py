"""LANG-5: population stability of scores and tones between two periods."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

WARN, SUSPEND = 0.10, 0.20
FLOOR = 1e-4


def psi(before: Sequence[float], after: Sequence[float]) -> float:
    """Population stability index of two distributions over the same bins."""
    pairs = [(max(a, FLOOR), max(b, FLOOR)) for a, b in zip(before, after, strict=True)]
    return sum((b - a) * math.log(b / a) for a, b in pairs)


def state(value: float) -> str:
    """ok, warn (from 0.10) or suspend (from 0.20)."""
    return "suspend" if value >= SUSPEND else "warn" if value >= WARN else "ok"


def shares(values: Sequence[str], names: Sequence[str]) -> list[float]:
    """Share of each name."""
    return [sum(v == n for v in values) / max(1, len(values)) for n in names]


def slice_verdict(miss: Mapping[str, tuple[float, int]], reference: str) -> Mapping[str, str]:
    """'pass', 'fail' (gap over .10) or 'not proven' (n under 100) for each slice."""
    base = miss[reference][0]
    return {
        name: "not proven" if n < 100 else "fail" if value - base > 0.10 else "pass"
        for name, (value, n) in miss.items()
    }
