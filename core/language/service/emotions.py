"""From the network's outputs to probabilities, the nine tags, intensity and target.

Written for single calls: few array operations over all outputs at once, the rest plain numbers.
"""

from __future__ import annotations

import math
from bisect import bisect
from collections.abc import Mapping, Sequence
from operator import add, itemgetter
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.language.service.artefact import Artefact
from core.language.service.labelling import Labelling, grouped

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
SIDE: Final = [0, 0, 0, 0, 0, 0, 2, 2, 1]
_BY_SIDE: Final = itemgetter(*SIDE)
NINE: Final = len(UNDERNEATH)


# Arrays without dimensions: with plain numbers NumPy takes twice the time over the few outputs of a text.
_HALF, _LEAST, _MOST = (np.array(x, np.float32) for x in (0.5, 1e-7, -0.999))
_PLACES = np.array(1e4)  # four


def logistic(x: Floats) -> Floats:
    """1 / (1 + e^−x) by tanh, which overflows nowhere."""
    return halved_logistic(x * _HALF)


def halved_logistic(x: Floats) -> Floats:
    """The same of log-odds that were halved before, in place."""
    np.tanh(x, out=x)
    x *= _HALF
    x += _HALF
    return x


def rounded(x: Floats) -> list[list[float]]:
    """Rows of plain numbers, to four places."""
    out = x.astype(np.float64)
    out *= _PLACES
    np.rint(out, out=out)
    out /= _PLACES
    rows: list[list[float]] = out.tolist()
    return rows


def place(groups: dict[str, list[str]]) -> dict[str, slice]:
    """Where each group's columns lie."""
    out, start = {}, 0
    for name, labels in groups.items():
        out[name] = slice(start, start + len(labels))
        start += len(labels)
    return out


def shares(x: Sequence[float]) -> list[float]:
    """Numbers that sum to 1."""
    top = max(x)
    e = [math.exp(v - top) for v in x]
    total = sum(e)
    return [v / total for v in e]


class Tagging:
    """The nine from three sides: the written sets' head, the 28 underneath, and the sentiment."""

    def __init__(self, fine: list[str], emotions: Mapping[str, Any], choice: Mapping[str, Any]) -> None:
        self._not_under = -grouped(fine, UNDERNEATH.values())
        one = np.eye(len(UNDERNEATH), dtype=np.float32)
        self.own, self.under = (
            np.concatenate([c[name] * one for c in (emotions, choice)], 1).astype(np.float32)
            for name in ("own", "under")
        )
        self.bias = np.array([*emotions["bias"], *choice["bias"]], np.float32)
        self._side = float(choice["side"])

    def scores(self, own: Floats, fine: Floats) -> Floats:
        """(n, 18) log-odds of the nine by themselves, then their standing without the sentiment."""
        out: Floats = own @ self.own + self.below(fine) @ self.under + self.bias
        return out

    def below(self, fine: Floats) -> Floats:
        """Log-odds of each of the nine by the 28 underneath (noisy-or)."""
        none = fine * _MOST
        out: Floats = np.log1p(none, out=none) @ self._not_under
        np.expm1(out, out=out)
        out += _LEAST
        return np.log(out, out=out)

    def chosen(self, standing: Sequence[float], sides: Sequence[float]) -> tuple[int, float]:
        """Which of the nine it is, and its share among them."""
        told = [self._side * math.log(p + 1e-4) for p in sides]
        scores = list(map(add, standing, _BY_SIDE(told)))
        top = max(scores)
        return scores.index(top), 1.0 / sum([math.exp(s - top) for s in scores])


class Read(NamedTuple):
    """One text as plain numbers; what hardly anybody asks for stays in its array."""

    fine: Floats  # independent probability of each of the 28
    escalates: float  # each 0…1: does it escalate, is it about steps or hurt, how strong, is empathy due
    process: float
    emotional: float
    strength: float
    called: float
    targets: list[float]
    sides: tuple[float, float, float]  # negative, neutral, positive; sum 1
    sentiment: float  # −1…1: positive less negative
    emotions: list[float]  # independent probability of each of the nine
    chosen: tuple[int, float]  # which of the nine fits best, and its share among them


class Reading:
    """Calibrated outputs of a batch."""

    def __init__(self, artefact: Artefact) -> None:
        s: dict[str, Any] = artefact.settings
        self.groups = artefact.groups
        self.where = place(artefact.groups)
        self._tags = Tagging(artefact.groups["fine"], s["emotions"], s["choice"])
        self._fine, self._targets = len(artefact.groups["fine"]), 5 + len(artefact.groups["target"])
        halves = np.ones(self._fine + self._targets + 3 + 2 * NINE, np.float32)
        halves[: -3 - 2 * NINE] = halves[-2 * NINE : -NINE] = 0.5  # what becomes a probability by itself
        weights, bias = self._calibration(s)
        self._weights, self._bias, self._under = weights * halves, bias * halves, self._tags.under * halves[-2 * NINE :]
        self.labelling = Labelling(artefact.groups["fine"], s["fine_thresholds"], s["family_thresholds"])
        self._cuts: list[float] = s["intensity_cuts"]
        self._sure: list[float] = s["confidence"]

    def _calibration(self, s: Mapping[str, Any]) -> tuple[Floats, Floats]:
        """All that is linear in the outputs as one matrix: fine, state, target, sentiment, then the tags' scores."""
        where, size = self.where, {name: len(labels) for name, labels in self.groups.items()}
        scale = {"sentiment": s["sentiment_scale"], "state": s["state_scale"]}
        bias = {"sentiment": s["sentiment_bias"], "state": s["state_bias"], "target": s["target_bias"]}
        columns, biases = [], []
        for name in ("fine", "state", "target", "sentiment"):
            column = np.zeros((sum(size.values()), size[name]), np.float32)
            column[where[name]] = np.eye(size[name]) * scale.get(name, 1.0)
            columns.append(column)
            biases.append(np.zeros(size[name]) + bias.get(name, 0.0))
        tags = np.zeros((sum(size.values()), len(self._tags.bias)), np.float32)
        tags[where["tag"]] = self._tags.own
        weights = np.concatenate([*columns, tags], 1)
        return weights, np.concatenate([*biases, self._tags.bias]).astype(np.float32)

    def read(self, logits: Floats) -> list[Read]:
        """Everything calibrated; in few arrays, so that a single text costs few operations."""
        x = logits @ self._weights
        x += self._bias
        fine = halved_logistic(x[:, : -3 - 2 * NINE])[:, : self._fine]
        scores = x[:, -2 * NINE :]
        scores += self._tags.below(fine) @ self._under
        halved_logistic(scores[:, :NINE])
        return list(map(self._one, rounded(x[:, self._fine :]), fine))

    def _one(self, row: list[float], fine: Floats) -> Read:
        targets = self._targets
        n, q, z = [int(share * 1e5 + 0.5) for share in shares(row[targets : targets + 3])]
        sides = n / 1e5, q / 1e5, z / 1e5
        emotions, standing = row[-2 * NINE : -NINE], row[-NINE:]
        chosen = self._tags.chosen(standing, sides)
        state = row[0], row[1], row[2], row[3], row[4]
        return Read(fine, *state, row[5:targets], sides, (z - n) / 1e5, emotions, chosen)

    def calibrated(self, logits: Floats) -> Floats:
        """Sentiment probabilities as an array (evaluation)."""
        return np.array([read.sides for read in self.read(logits)], np.float32)

    def sure(self, share: float) -> float:
        """The probability that a reader agrees with the tag that has this share."""
        x = self._sure[0] + self._sure[1] * math.log(share / (1.000001 - share))
        return 1.0 / (1.0 + math.exp(-x))

    def intensity(self, raw: float, p: Sequence[float]) -> int:
        """0…3 from the raw intensity; a text read as neutral stays at 0 or 1."""
        level = bisect(self._cuts, raw)
        if p[1] >= p[0] and p[1] >= p[2]:
            return min(1, level) if raw > self._cuts[0] else 0
        return max(1, level)
