"""Bars over time, worked out here and drawn by the template as SVG; a table beside it says the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.store.delivery import Hour

WIDTH, HEIGHT = 720, 190
LEFT, RIGHT, TOP, BOTTOM = 60, 24, 14, 28


@dataclass(frozen=True, slots=True)
class Bar:
    """One hour: the bar of what came, and on top of it what was refused."""

    x: float
    width: float
    y: float
    height: float
    bad_y: float
    bad_height: float
    label: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Everything that the template draws. ``lines``: (y, label) of the scale."""

    bars: tuple[Bar, ...]
    lines: tuple[tuple[float, str], ...]
    ticks: tuple[tuple[float, str], ...]
    width: int = WIDTH
    height: int = HEIGHT
    base: int = HEIGHT - BOTTOM
    left: int = LEFT
    right: int = WIDTH - RIGHT


def by_hour(hours: Sequence[Hour]) -> Chart:
    """Return the chart of some hours, oldest first."""
    top = _top(max((hour.received + hour.refused for hour in hours), default=0))
    room = (WIDTH - LEFT - RIGHT) / max(1, len(hours))
    bars = tuple(_bar(hour, LEFT + n * room, room, top) for n, hour in enumerate(hours))
    ticks = tuple(
        (round(LEFT + (n + 0.5) * room, 1), f"{hour.at:%H}:00") for n, hour in enumerate(hours) if hour.at.hour % 6 == 0
    )
    return Chart(bars, tuple((_y(top * part, top), f"{top * part:,.0f}") for part in (0, 0.5, 1)), ticks)


def _bar(hour: Hour, x: float, room: float, top: int) -> Bar:
    y, bad_y = _y(hour.received, top), _y(hour.received + hour.refused, top)
    said = f"{hour.at:%H}:00 to {hour.at:%H}:59 UTC: {hour.received:,} received, {hour.refused:,} refused"
    return Bar(
        x=round(x + room * 0.14, 1),
        width=round(room * 0.72, 1),
        y=y,
        height=round(HEIGHT - BOTTOM - y, 1),
        bad_y=bad_y,
        bad_height=round(y - bad_y, 1),
        label=said,
    )


def _y(value: float, top: float) -> float:
    return round(HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * value / top, 1)


def _top(most: int) -> int:
    """Return a round end of the scale that even half of is a whole number."""
    if most <= 4:
        return 4
    size = int(10 ** (len(str(most)) - 1))
    return next(step * size for step in (2, 4, 6, 8, 10, 20) if step * size >= most)
