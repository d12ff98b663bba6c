"""Measures by examples that can be worked by hand."""

import numpy as np
import pytest

from training.evaluate.drift import psi, slice_verdict, state
from training.evaluate.measures import (
    agreement,
    auc,
    average_precision,
    ece,
    interval,
    macro_f1,
)


def test_auc_with_ties() -> None:
    assert auc(np.array([1, 1, 0, 0]), np.array([0.9, 0.5, 0.5, 0.1])) == pytest.approx(0.875)


def test_average_precision() -> None:
    assert average_precision(np.array([1, 0, 1]), np.array([3, 2, 1])) == pytest.approx(5 / 6)


def test_macro_f1() -> None:
    assert macro_f1(np.array([0, 0, 1]), np.array([0, 1, 1])) == pytest.approx(2 / 3)


def test_ece_of_a_perfect_forecast() -> None:
    assert ece(np.array([0.999] * 4), np.ones(4, bool)) < 0.01


def test_interval_holds_the_value() -> None:
    gold = np.array([0, 1] * 50)
    found = interval(lambda a, b: float((a == b).mean()), gold, np.roll(gold, 1) * 0)
    assert found.low <= found.value <= found.high


def test_kappa() -> None:
    a = np.array([0, 1, 0, 1])
    assert agreement(a, a, 2) == pytest.approx(1.0)
    assert agreement(a, 1 - a, 2) == pytest.approx(-1.0)


def test_drift_example() -> None:
    value = psi([0.5, 0.5], [0.7, 0.3])
    assert value == pytest.approx(0.17, abs=0.005) and state(value) == "warn"


def test_slice_verdicts() -> None:
    found = slice_verdict({"en": (0.12, 800), "es": (0.27, 240), "fr": (0.5, 40)}, "en")
    assert found == {"en": "pass", "es": "fail", "fr": "not proven"}
