"""LANG-1: from single messages to the whole conversation. The newest message weighs most."""

from __future__ import annotations

from collections.abc import Sequence

from core.judgement import Turn
from core.model import Role

SLOPE_TURNS = 3


def sentiment(scores: Sequence[float], decay: float = 0.7) -> float | None:
    """Return the mean of the messages' sentiments, oldest first, each weighed ``decay`` per message of age."""
    if not scores:
        return None
    weights = [decay**age for age in range(len(scores) - 1, -1, -1)]
    return sum(weight * score for weight, score in zip(weights, scores, strict=True)) / sum(weights)


def slope(scores: Sequence[float]) -> float | None:
    """Return the least-squares change of sentiment per turn over the last three; ``None`` under two."""
    last = list(scores)[-SLOPE_TURNS:]
    if len(last) < 2:
        return None
    middle, mean = (len(last) - 1) / 2, sum(last) / len(last)
    spread = sum((index - middle) ** 2 for index in range(len(last)))
    return sum((index - middle) * (score - mean) for index, score in enumerate(last)) / spread


def judged(turns: Sequence[Turn]) -> list[tuple[int, Turn]]:
    """Return the customer's turns that carry a usable sentiment, with their positions."""
    return [(index, turn) for index, turn in enumerate(turns) if _scored(turn)]


def _scored(turn: Turn) -> bool:
    found = turn.customer
    return turn.role is Role.CUSTOMER and found is not None and found.sentiment is not None and found.refused is None
