"""The systems under comparison, all with the same face."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.language.service.analyzer import ServiceAnalyzer
from core.language.service.judgement import CustomerJudgement

Array = NDArray[Any]
Scores = Callable[[Sequence[str]], Array]
CUT = 0.05  # TextBlob and VADER: within this of zero is neutral (VADER's own advice)


@lru_cache(maxsize=1)
def analyzer() -> ServiceAnalyzer:
    """The shipped analyser."""
    return ServiceAnalyzer()


@lru_cache(maxsize=200_000)
def _judged(text: str) -> CustomerJudgement:
    return analyzer().customers.judge([text], explain=False)[0]


def judged(texts: Sequence[str]) -> list[CustomerJudgement]:
    """Shipped judgements; refused ones count as neutral without confidence."""
    return [_judged(t) for t in texts]


def textblob(texts: Sequence[str]) -> Array:
    """TextBlob's polarity."""
    from textblob import TextBlob

    return np.array([TextBlob(t).sentiment.polarity for t in texts])


def vader(texts: Sequence[str]) -> Array:
    """VADER's compound score."""
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    system = SentimentIntensityAnalyzer()
    return np.array([system.polarity_scores(t)["compound"] for t in texts])


def three(score: Array) -> Array:
    """−1, 0, 1 by the cut."""
    return np.where(score > CUT, 1, np.where(score < -CUT, -1, 0))


def shipped_probabilities(texts: Sequence[str]) -> Array:
    """(n, 3) negative, neutral, positive."""
    return np.array([j.p for j in judged(texts)])
