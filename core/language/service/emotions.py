"""From the network's outputs to probabilities, the nine tags, intensity and target.

Written for single calls: few array operations over all outputs at once, the rest plain numbers.
"""

from __future__ import annotations

import math
from bisect import bisect
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from core.language.service.artefact import Artefact

Floats = NDArray[np.float32]

# Which of GoEmotions' 28 speak for each of the nine (all labels stay available beside them).
UNDERNEATH: Final[dict[str, tuple[str, ...]]] = {
    "frustration": ("annoyance", "disapproval"),
    "anger": ("anger", "disgust"),
    "anxiety": ("fear", "nervousness"),
    "disappointment": ("disappointment",),
    "confusion": ("confusion",),
    "sadness": ("sadness", "grief", "remorse"),
    "gratitude": ("gratitude",),
    "delight": ("joy", "admiration", "excitement", "love", "relief", "amusement"),
    "neutral": ("neutral", "curiosity"),
}
# The side of the sentiment (0 negative, 1 neutral, 2 positive) that each of the nine belongs to.
SIDE: Final = (0, 0, 0, 0, 0, 0, 2, 2, 1)


def logistic(x: Floats) -> Floats:
    """1 / (1 + e^−x) by tanh, which overflows nowhere."""
    return np.asarray(0.5 * np.tanh(0.5 * x) + 0.5, np.float32)


def softmax(x: Sequence[float]) -> list[float]:
    """Numbers that sum to 1."""
    top = max(x)
    e = [math.exp(v - top) for v in x]
    total = sum(e)
    return [v / total for v in e]


def place(groups: dict[str, list[str]]) -> dict[str, slice]:
    """Where each group's columns lie."""
    out, start = {}, 0
    for name, labels in groups.items():
        out[name] = slice(start, start + len(labels))
        start += len(labels)
    return out


class Reading:
    """Calibrated outputs of a batch."""

    def __init__(self, artefact: Artefact) -> None:
        s: dict[str, Any] = artefact.settings
        self.groups = artefact.groups
        self.where = place(artefact.groups)
        width = sum(map(len, artefact.groups.values()))
        self._scale, self._bias = np.ones(width, np.float32), np.zeros(width, np.float32)
        self._scale[self.where["sentiment"]] = s["sentiment_scale"]
        self._bias[self.where["sentiment"]] = s["sentiment_bias"]
        self._bias[self.where["tag"]] = s["tag_bias"]
        self._scale[self.where["state"]] = s.get("state_scale", 1.0)
        self._bias[self.where["state"]] = s.get("state_bias", 0.0)
        self._share = float(s["tag_share"])
        self.thresholds: list[float] = s["fine_thresholds"]
        self._cuts: list[float] = s["intensity_cuts"]
        self._sure: list[float] = s["confidence"]
        fine = artefact.groups["fine"]
        self._under = np.zeros((len(fine), len(UNDERNEATH)), np.float32)
        for column, names in enumerate(UNDERNEATH.values()):
            self._under[[fine.index(n) for n in names], column] = 1.0

    def read(self, logits: Floats) -> tuple[list[list[float]], list[list[float]], list[list[float]]]:
        """(probability of every output, calibrated sentiment scores, the nine) as plain numbers."""
        x = logits * self._scale + self._bias
        p = logistic(x)
        tags = self.tags(p)
        rounded = np.round(p.astype(np.float64), 4).tolist()
        return rounded, x[:, self.where["sentiment"]].tolist(), tags.tolist()

    def tags(self, p: Floats) -> NDArray[np.float64]:
        """Independent probabilities of the nine: the written sets' head and the 28 underneath."""
        quiet = np.log1p(-0.999 * p[:, self.where["fine"]]) @ self._under
        mixed = self._share * p[:, self.where["tag"]] + (1 - self._share) * (1.0 - np.exp(quiet))
        return np.asarray(np.round(mixed.astype(np.float64), 4))

    def calibrated(self, logits: Floats) -> Floats:
        """Sentiment probabilities as an array (evaluation)."""
        _, x, _ = self.read(logits)
        return np.array([softmax(row) for row in x], np.float32)

    def direction(self) -> Floats:
        """One number an output: what adds to positive and takes from negative."""
        out = np.zeros(len(self._scale), np.float32)
        out[self.where["sentiment"]] = (-1.0, 0.0, 1.0)
        return out

    def best_tag(self, tags: list[float], p: Sequence[float]) -> tuple[int, float]:
        """The tag that fits the sentiment best, and the probability that it is right."""
        fit = [t * (0.25 + p[SIDE[i]]) for i, t in enumerate(tags)]
        first, second = sorted(fit, reverse=True)[:2]
        best = fit.index(first)
        w = self._sure
        x = w[0] + w[1] * tags[best] + w[2] * (first - second) + w[3] * max(p)
        return best, 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, x))))

    def intensity(self, raw: float, p: Sequence[float]) -> int:
        """0…3 from the raw intensity; a text read as neutral stays at 0 or 1."""
        level = bisect(self._cuts, raw)
        if p[1] >= p[0] and p[1] >= p[2]:
            return min(1, level) if raw > self._cuts[0] else 0
        return max(1, level)

    def above(self, fine: list[float]) -> tuple[str, ...]:
        """Which of the 28 pass their thresholds, the nearest one at least."""
        names = self.groups["fine"]
        out = [n for n, p, t in zip(names, fine, self.thresholds, strict=True) if p >= t]
        if not out:
            ratio = [p / t for p, t in zip(fine, self.thresholds, strict=True)]
            out = [names[ratio.index(max(ratio))]]
        return tuple(out)
