"""Which of GoEmotions' 28 a text is told to have: Ekman's family first, the labels within it after."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

# Ekman's six and neutral: which family a text belongs to is decided first, and the single labels within it.
FAMILIES: Final[dict[str, tuple[str, ...]]] = {
    "anger": ("anger", "annoyance", "disapproval"),
    "disgust": ("disgust",),
    "fear": ("fear", "nervousness"),
    "joy": (
        *("admiration", "amusement", "approval", "caring", "desire", "excitement"),
        *("gratitude", "joy", "love", "optimism", "pride", "relief"),
    ),
    "sadness": ("sadness", "disappointment", "embarrassment", "grief", "remorse"),
    "surprise": ("surprise", "realization", "confusion", "curiosity"),
    "neutral": ("neutral",),
}


def grouped(fine: Sequence[str], groups: Iterable[Sequence[str]]) -> Floats:
    """(labels, groups): 1 where a label belongs to a group."""
    listed = list(groups)
    out = np.zeros((len(fine), len(listed)), np.float32)
    for column, names in enumerate(listed):
        out[[fine.index(n) for n in names], column] = 1.0
    return out


class Labelling:
    """Which of the 28 are told: every family that passes its cut has one label at least, every other has none."""

    def __init__(self, labels: Sequence[str], single: Sequence[float], families: Sequence[float]) -> None:
        self.labels, self._single, self._cuts = tuple(labels), tuple(single), tuple(families)
        self._members = [[labels.index(n) for n in names] for names in FAMILIES.values()]
        self._groups = grouped(labels, FAMILIES.values())

    def families(self, fine: Floats) -> Floats:
        """(n, families) probability that any label of a family fits (noisy-or)."""
        return np.asarray(-np.expm1(np.log1p(fine * -0.999) @ self._groups), np.float32)

    def told(self, fine: Floats) -> tuple[str, ...]:
        """The labels of one text by name, in their order."""
        values, out = fine.tolist(), []
        for members, family, cut in zip(self._members, self.families(fine).tolist(), self._cuts, strict=True):
            if family >= cut:
                strength = [values[k] / self._single[k] for k in members]
                least = min(1.0, max(strength))
                out += [k for k, s in zip(members, strength, strict=True) if s >= least]
        return tuple(self.labels[k] for k in sorted(out))
