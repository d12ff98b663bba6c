"""Which of the 28 are told: families first, labels within them."""

import numpy as np
import pytest

from core.language.service.artefact import load
from core.language.service.labelling import FAMILIES, Labelling

FINE = load().groups["fine"]
SINGLE = [0.5] * len(FINE)
CUTS = [0.4] * len(FAMILIES)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"joy": 0.6}, ("joy",)),
        ({"joy": 0.6, "love": 0.7, "anger": 0.3}, ("joy", "love")),
        ({"anger": 0.3, "annoyance": 0.35}, ("annoyance",)),  # the family is sure, neither label by itself
        ({"fear": 0.2}, ()),
        ({"neutral": 0.45}, ("neutral",)),
    ],
)
def test_a_family_that_passes_has_a_label(given: dict[str, float], told: tuple[str, ...]) -> None:
    fine = np.array([given.get(name, 0.0) for name in FINE], np.float32)
    assert Labelling(FINE, SINGLE, CUTS).told(fine) == told


def test_a_family_that_does_not_pass_has_none() -> None:
    fine = np.array([0.6 * (name == "joy") for name in FINE], np.float32)
    assert Labelling(FINE, SINGLE, [0.9] * len(FAMILIES)).told(fine) == ()
