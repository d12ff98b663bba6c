"""The written sets keep their rules."""

import pytest

from training.validate import TOO_ALIKE, alike, check, trigrams
from training.written_sets import part_of, read


def test_trigrams_of_a_short_text_are_the_text() -> None:
    assert trigrams("Two words") == {("two", "words")}


def test_variants_of_one_sentence_are_refused() -> None:
    texts = [
        "my parcel from Leeds has not arrived yet today",
        "a quite other text about a shoe",
        "my parcel from Leeds has not arrived yet tonight",
    ]
    assert [(a, b) for a, b, _ in alike(texts)] == [(0, 2)]
    assert all(v > TOO_ALIKE for _, _, v in alike(texts))


def test_a_scenario_lies_on_one_side() -> None:
    assert len({part_of("a-s001-bag") for _ in range(3)}) == 1
    parts = [part_of(f"s{i}") for i in range(2000)]
    assert 0.65 < parts.count("train") / 2000 < 0.75


@pytest.mark.parametrize(("kind", "least"), [("customers", 3000), ("replies", 1500)])
def test_the_sets_are_large_and_sound(kind: str, least: int) -> None:
    found = check(kind, read(kind))
    assert found.rows >= least
    assert found.faults == [] and found.pairs == []
    assert found.openings > 0.8 * found.rows
