"""Rewordings keep what a text says, labels and all."""

import numpy as np
import pytest

from training.rewording import NAMES, exchanged, reworded, rewordings, signed
from training.targets import Example

TEXT = "I have waited for three days, they are not going to send the parcel to my house."


@pytest.mark.parametrize(
    ("way", "marker"),
    [
        ("scottish", "tae"),
        ("singapore", "lah"),
        ("typed", "4 three"),
        ("african american", "dey"),
        ("indian", "having"),
    ],
)
def test_a_way_of_writing_shows(way: str, marker: str) -> None:
    rng = np.random.default_rng(0)
    assert any(marker in exchanged(TEXT, way, rng) for _ in range(40))


def test_a_name_is_added_and_nothing_lost() -> None:
    text = signed(TEXT, np.random.default_rng(1))
    assert TEXT in text and any(name in text for name in NAMES)


def test_labels_and_origin_stay() -> None:
    found = rewordings([Example(TEXT, "written_customers", {"tag": {"anger": 1.0}}, 2.0)] * 5)
    assert found and all(e.known == {"tag": {"anger": 1.0}} and e.origin == TEXT and e.text != TEXT for e in found)


def test_the_same_seed_gives_the_same_words() -> None:
    a, b = (reworded(TEXT, np.random.default_rng(7)) for _ in range(2))
    assert a == b
