"""From the network's outputs to probabilities, the nine tags, intensity and target.

Written for single calls: few array operations over all outputs at once, the rest plain numbers.
"""

from __future__ import annotations

import math
from bisect import bisect
from collections.abc import Mapping, Sequence
from operator import itemgetter, mul
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
RULED_OUT: Final = 0.06  # a side that is less probable has no tag: nobody is delighted in a surely negative text


# Arrays without dimensions: with plain numbers NumPy takes twice the time over the few outputs of a text.
_HALF, _LEAST, _MOST = (np.array(x, np.float32) for x in (0.5, 1e-7, -0.999))
_PLACES, _EXACTLY = np.array(1e4, np.float32), np.array(1e4)  # four places; divided in double precision


def logistic(x: Floats) -> Floats:
    """1 / (1 + e^−x) by tanh, which overflows nowhere."""
    return halved_logistic(x * _HALF)


def halved_logistic(x: Floats) -> Floats:
    """The same of log-odds that were halved before, in place."""
    np.tanh(x, out=x)
    x *= _HALF
    x += _HALF
    return x


def rounded(x: Floats) -> NDArray[np.float64]:
    """The numbers to four places."""
    whole = x * _PLACES
    out: NDArray[np.float64] = np.rint(whole, out=whole) / _EXACTLY
    return out


def place(groups: dict[str, list[str]]) -> dict[str, slice]:
    """Where each group's columns lie."""
    out, start = {}, 0
    for name, labels in groups.items():
        out[name] = slice(start, start + len(labels))
        start += len(labels)
    return out


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
        """Which of the nine it is, and its share among them; ``standing``: odds without the sentiment."""
        told = [(p + 1e-4) ** self._side if p >= RULED_OUT else 0.0 for p in sides]
        scores = list(map(mul, standing, _BY_SIDE(told)))
        top = max(scores)
        return scores.index(top), top / sum(scores)


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
        self._fine = len(artefact.groups["fine"])
        self._alone = self._fine + 5 + len(artefact.groups["target"])
        self._weights, self._bias = self._calibration(s)
        under = self._tags.under[:, :NINE], self._tags.under[:, NINE:]
        self._under = np.concatenate([under[0] * _HALF, np.zeros((NINE, 3), np.float32), under[1]], 1)
        self.labelling = Labelling(artefact.groups["fine"], s["fine_thresholds"], s["family_thresholds"])
        self._cuts: list[float] = s["intensity_cuts"]
        self._sure: list[float] = s["confidence"]

    def _calibration(self, s: Mapping[str, Any]) -> tuple[Floats, Floats]:
        """All that is linear in the outputs as one matrix: fine, state, target, nine; sentiment, the nine's odds.

        The first four become probabilities by themselves and are halved before.
        """
        tags = np.zeros((sum(map(len, self.groups.values())), 2 * NINE), np.float32)
        tags[self.where["tag"]] = self._tags.own
        alone = [
            self._column("fine", 1.0, 0.0),
            self._column("state", s["state_scale"], s["state_bias"]),
            self._column("target", 1.0, s["target_bias"]),
            (tags[:, :NINE], self._tags.bias[:NINE]),
        ]
        sides = self._column("sentiment", s["sentiment_scale"], s["sentiment_bias"])
        # The longer a text, the more of the network's features say trouble, whatever it tells: fitted beside the bias.
        sides[0][self.where["size"], 0] = -s["sentiment_long"]
        together = [
            sides,
            (tags[:, NINE:], self._tags.bias[NINE:]),
        ]
        weights, biases = zip(*[(w * _HALF, b * _HALF) for w, b in alone], *together, strict=True)
        return np.concatenate(weights, 1), np.concatenate(biases)

    def _column(self, name: str, scale: Any, bias: Any) -> tuple[Floats, Floats]:
        """Weights and bias that leave a group's outputs as they are but for their scale."""
        size = len(self.groups[name])
        weights = np.zeros((sum(map(len, self.groups.values())), size), np.float32)
        weights[self.where[name]] = np.eye(size) * scale
        return weights, (np.zeros(size) + bias).astype(np.float32)

    def read(self, logits: Floats) -> list[Read]:
        """Everything calibrated; in few arrays, so that a single text costs few operations."""
        x = logits @ self._weights
        x += self._bias
        fine = halved_logistic(x[:, : self._alone])[:, : self._fine]
        nine = x[:, self._alone :]
        nine += self._tags.below(fine) @ self._under
        halved_logistic(nine[:, :NINE])
        rows = rounded(x[:, self._fine :])
        weighed = rows[:, -3 - NINE :]
        np.exp(weighed, out=weighed)
        return list(map(self._one, rows.tolist(), fine))

    def _one(self, row: list[float], fine: Floats) -> Read:
        targets = self._alone - self._fine
        weighed = row[-3 - NINE : -NINE]
        places = 1e5 / sum(weighed)
        n, q, z = [int(side * places + 0.5) for side in weighed]
        sides = n / 1e5, q / 1e5, z / 1e5
        chosen = self._tags.chosen(row[-NINE:], sides)
        state = row[0], row[1], row[2], row[3], row[4]
        return Read(fine, *state, row[5:targets], sides, (z - n) / 1e5, row[targets : targets + NINE], chosen)

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
