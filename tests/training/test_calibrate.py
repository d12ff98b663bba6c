"""What is fitted after training finds what is there, and does not jump with a row more or less."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from training.calibrate import finding_cut, sentiment_prior, sides, steady_cut, threshold
from training.targets import SENTIMENT

Cut = Callable[[NDArray[np.float64], NDArray[np.bool_], float], float]
RNG = np.random.default_rng(5)
TRUE = {"sentiment_scale": 1.5, "sentiment_bias": [0.8, 0.0, -0.4], "sentiment_long": 0.9}


def test_the_prior_finds_scale_bias_and_length() -> None:
    logits, long = RNG.normal(size=(20_000, 3)), RNG.exponential(0.5, 20_000)
    p = np.exp(sides(TRUE, logits, long))
    labels = [SENTIMENT[k] for k in (RNG.random((len(p), 1)) > p.cumsum(1)).sum(1)]
    found = sentiment_prior(logits, long, labels, np.ones(len(p)))
    assert found["sentiment_scale"] == pytest.approx(1.5, abs=0.1)
    assert found["sentiment_bias"] == pytest.approx([0.8, 0.0, -0.4], abs=0.15)
    assert found["sentiment_long"] == pytest.approx(0.9, abs=0.15)


def test_length_speaks_against_negative_alone() -> None:
    short, long = np.exp(sides(TRUE, np.zeros((2, 3)), np.array([0.0, 1.0])))
    assert long[0] < short[0]
    assert long[1] / long[2] == pytest.approx(short[1] / short[2])


def scored(seed: int) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Sixty sentences, one in three a finding, their scores overlapping."""
    gold = np.arange(60) % 3 == 0
    return np.random.default_rng(seed).normal(size=60) + 2 * gold, gold


def test_a_steady_cut_moves_less_from_sample_to_sample() -> None:
    samples = [scored(seed) for seed in range(30)]
    plain, steady = (np.std([cut(*sample, 0.85) for sample in samples]) for cut in (finding_cut, steady_cut))
    assert steady < plain


@pytest.mark.parametrize("cut", [finding_cut, steady_cut])
def test_a_precision_out_of_reach_finds_nothing(cut: Cut) -> None:
    score = np.arange(20.0)
    assert cut(score, score < 3, 0.85) > score.max()


def test_a_threshold_parts_what_can_be_parted() -> None:
    p = np.linspace(0, 1, 200)
    assert threshold(p > 0.6, p) == pytest.approx(0.6, abs=0.02)
