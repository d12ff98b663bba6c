"""Measures with their uncertainty."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


@dataclass(frozen=True)
class Measured:
    """A value with its 95 % bootstrap interval and the number of items it rests on."""

    value: float
    low: float
    high: float
    n: int

    def __str__(self) -> str:
        return f"{self.value:.3f} ({self.low:.3f}–{self.high:.3f})"


def interval(measure: Callable[..., float], *columns: Array, times: int = 200) -> Measured:
    """Percentile bootstrap over items; resamples in which the measure is undefined are left out."""
    rng, n, values = np.random.default_rng(11), len(columns[0]), []
    for _ in range(times):
        rows = rng.integers(0, n, n)
        value = measure(*(c[rows] for c in columns))
        if np.isfinite(value):
            values.append(value)
    low, high = np.quantile(values, [0.025, 0.975]) if values else (np.nan, np.nan)
    return Measured(float(measure(*columns)), float(low), float(high), n)


def auc(gold: Array, score: Array) -> float:
    """Probability that a positive item is ranked above a negative one."""
    gold = gold.astype(bool)
    positive, negative = int(gold.sum()), int((~gold).sum())
    if not positive or not negative:
        return float("nan")
    order = np.argsort(score, kind="stable")
    _, first, count = np.unique(score[order], return_index=True, return_counts=True)
    ranks = np.repeat(first + (count + 1) / 2, count)
    place = np.empty(len(score))
    place[order] = ranks
    return float((place[gold].sum() - positive * (positive + 1) / 2) / (positive * negative))


def average_precision(gold: Array, score: Array) -> float:
    """Area under precision over recall."""
    order = np.argsort(-score, kind="stable")
    hits = gold[order].astype(float)
    if not hits.sum():
        return float("nan")
    return float((np.cumsum(hits) / np.arange(1, len(hits) + 1) * hits).sum() / hits.sum())


def accuracy(gold: Array, guess: Array) -> float:
    """Share of right answers."""
    return float((gold == guess).mean())


def f1(gold: Array, guess: Array) -> float:
    """F1 of one yes-no label; 0 where nothing is right."""
    hit = float((gold & guess).sum())
    return 2 * hit / max(1.0, float(gold.sum() + guess.sum()))


def macro_f1(gold: Array, guess: Array) -> float:
    """Mean F1 over the classes that occur in the labels."""
    return float(np.mean([f1(gold == c, guess == c) for c in np.unique(gold)]))


def macro_f1_columns(gold: Array, guess: Array) -> float:
    """Mean F1 over yes-no columns."""
    return float(np.mean([f1(gold[:, k], guess[:, k]) for k in range(gold.shape[1])]))


def reliability(p: Array, right: Array, bins: int = 10) -> list[tuple[float, float, int]]:
    """(mean probability, share right, n) in each filled bin of equal width."""
    place = np.minimum((p * bins).astype(int), bins - 1)
    return [
        (float(p[place == b].mean()), float(right[place == b].mean()), int((place == b).sum()))
        for b in range(bins)
        if (place == b).any()
    ]


def ece(p: Array, right: Array, bins: int = 10) -> float:
    """Expected calibration error."""
    return float(sum(n * abs(a - b) for a, b, n in reliability(p, right, bins)) / len(p))


def agreement(first: Array, second: Array, levels: int) -> float:
    """Cohen's kappa with quadratic weights for 0…levels−1 (plain kappa for two levels)."""
    table = np.zeros((levels, levels))
    np.add.at(table, (first, second), 1)
    table /= table.sum()
    i = np.arange(levels)
    weight = (i[:, None] - i[None, :]) ** 2 / max(1, (levels - 1) ** 2)
    chance = (weight * np.outer(table.sum(1), table.sum(0))).sum()
    return float(1 - (weight * table).sum() / chance) if chance else 1.0
