"""Everything that is set on dev parts after training: priors, thresholds, ratings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score

from training.targets import SENTIMENT

Floats = NDArray[np.floating[Any]]
RESAMPLES, SEED = 400, 3


def log_softmax(x: Floats) -> Floats:
    """Row by row."""
    return x - np.logaddexp.reduce(x, axis=1, keepdims=True)


def logistic(x: Floats) -> Floats:
    """1 / (1 + e^−x)."""
    return 1 / (1 + np.exp(-x))


def sides(prior: Mapping[str, Any], logits: Floats, long: Floats) -> Floats:
    """(n, 3) log-probability of negative, neutral, positive; ``long``: by how much each text is."""
    x = prior["sentiment_scale"] * logits + np.array(prior["sentiment_bias"])
    x[:, 0] -= prior["sentiment_long"] * long
    return log_softmax(x)


def sentiment_prior(logits: Floats, long: Floats, labels: list[str], weight: Floats) -> dict[str, Any]:
    """Scale, class bias and weight of a text's length that fit the service sets best (weighted log-loss)."""
    y = np.array([SENTIMENT.index(v) for v in labels])
    logits, long = logits.astype(float), long.astype(float)  # in single precision the search ends too soon

    def prior(v: Floats) -> dict[str, Any]:
        scale, negative, positive, slope = np.array([np.exp(v[0]), *v[1:]]).tolist()
        return {"sentiment_scale": scale, "sentiment_bias": [negative, 0.0, positive], "sentiment_long": slope}

    def cost(v: Floats) -> float:
        logp = sides(prior(v), logits, long)
        return float(-(weight * logp[np.arange(len(y)), y]).sum() / weight.sum() + 0.002 * (v**2).sum())

    found = prior(minimize(cost, np.zeros(4), method="L-BFGS-B").x)
    return {name: np.round(v, 4).tolist() for name, v in found.items()}


def threshold(gold: NDArray[np.bool_], p: Floats) -> float:
    """The cut with the best F1; one imagined hit and miss keep rare labels steady."""
    cuts = np.unique(np.quantile(p, 1 - np.geomspace(0.0008, 0.75, 60)))

    def value(c: float) -> float:
        tp = float((gold & (p >= c)).sum())
        return (2 * tp + 1) / (float((p >= c).sum()) + float(gold.sum()) + 2)

    return float(max(cuts, key=value))


def fine_thresholds(gold: NDArray[np.bool_], p: Floats) -> list[float]:
    """One threshold for each of the 28, never under .03."""
    return [max(0.03, round(threshold(gold[:, k], p[:, k]), 4)) for k in range(gold.shape[1])]


def intensity_cuts(raw: Floats, gold: NDArray[Any]) -> list[float]:
    """Three cuts of the raw intensity that agree best with the labels (least absolute error)."""
    grid = np.arange(0.04, 0.96, 0.04)
    best = min(
        (np.abs(np.searchsorted([a, b, c], raw) - gold).mean(), a, b, c)
        for a in grid
        for b in grid
        for c in grid
        if a < b < c
    )
    return [round(float(v), 3) for v in best[1:]]


def which(inputs: dict[str, Floats], gold: Floats) -> dict[str, Any]:
    """One scale an input and one bias a column, so that the softmax of their sum fits the gold shares."""

    def cost(v: Floats) -> float:
        return float(-(gold * log_softmax(_summed(inputs, v))).sum(1).mean())

    return _fitted(inputs, cost)


def each(inputs: dict[str, Floats], gold: Floats) -> dict[str, Any]:
    """The same with every column by itself, by its logistic."""

    def cost(v: Floats) -> float:
        x = _summed(inputs, v)
        return float((np.logaddexp(0, x) - gold * x).mean() * gold.shape[1])

    return _fitted(inputs, cost)


def _summed(inputs: dict[str, Floats], v: Floats) -> Floats:
    total: Floats = sum((v[i] * x for i, x in enumerate(inputs.values())), v[len(inputs) :][None, :])
    return total


def _fitted(inputs: dict[str, Floats], cost: Callable[[Floats], float]) -> dict[str, Any]:
    """Least cost with scales drawn to an even mean and biases to none: there are few rows of a rare label."""
    n, columns = len(inputs), next(iter(inputs.values())).shape[1]
    start = np.concatenate([np.full(n, 1.0 / n), np.zeros(columns)])
    best = minimize(lambda v: cost(v) + 0.003 * ((v - start) ** 2).sum(), start, method="L-BFGS-B").x
    scales = {name: round(float(v), 4) for name, v in zip(inputs, best, strict=False)}
    return scales | {"bias": [round(float(v), 4) for v in best[n:]]}


def platt(x: Floats, y: NDArray[Any]) -> tuple[float, float]:
    """Scale and bias of a logit."""
    model = LogisticRegression(C=1.0).fit(x[:, None], y)
    return float(model.coef_[0][0]), float(model.intercept_[0])


def ridge(inputs: Floats, rated: Floats, strength: float) -> list[list[float]]:
    """(outputs, 1 + inputs) weights, fitted on standardised inputs and folded back."""
    mean, spread = inputs.mean(0), inputs.std(0) + 1e-3
    z = (inputs - mean) / spread
    w = np.linalg.solve(z.T @ z + strength * np.eye(z.shape[1]), z.T @ (rated - rated.mean(0)))
    w = (w / spread[:, None]).T
    bias = rated.mean(0) - w @ mean
    out: list[list[float]] = np.round(np.concatenate([bias[:, None], w], 1), 5).tolist()
    return out


def finding_cut(score: Floats, gold: NDArray[np.bool_], precision: float) -> float:
    """The lowest cut that keeps the precision on at least three hits; out of reach where none does."""
    order = np.argsort(-score)
    hits = np.cumsum(gold[order])
    kept = hits / np.arange(1, len(order) + 1) >= precision
    kept &= hits >= 3
    if not kept.any():
        return float(max(4.0, score.max() + 1))
    last = int(np.flatnonzero(kept)[-1])
    below = score[order[last + 1]] if last + 1 < len(order) else score[order[last]] - 1
    return float((score[order[last]] + below) / 2)


def steady_cut(score: Floats, gold: NDArray[np.bool_], precision: float) -> float:
    """The mean of ``finding_cut`` over resamples: one sentence more or less does not move it far."""
    rng, size = np.random.default_rng(SEED), len(score)
    drawn = (rng.integers(0, size, size) for _ in range(RESAMPLES))
    return float(np.mean([finding_cut(score[at], gold[at], precision) for at in drawn]))


def given_cut(value: Floats, gold: NDArray[np.bool_]) -> float:
    """The cut of 'given' with the best macro-F1."""
    grid = np.arange(0.1, 0.9, 0.02)
    return float(max(grid, key=lambda c: f1_score(gold, value >= c, average="macro")))
