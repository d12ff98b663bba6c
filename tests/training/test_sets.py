"""Only permitted sets train; development data stays outside the repository."""

import re
from pathlib import Path

import pytest

from core.language.service.artefact import load
from training import sets
from training.targets import EKMAN, FINE, GROUPED, GROUPS, REPLY, SLICES, WIDTH


def test_groups_cover_the_28() -> None:
    for groups in (EKMAN, GROUPED):
        assert sorted(f for g in groups.values() for f in g) == sorted(FINE)


def test_columns_are_one_row() -> None:
    assert sum(s.stop - s.start for s in SLICES.values()) == WIDTH


def test_training_reads_permitted_sets_only() -> None:
    source = Path(sets.__file__).read_text(encoding="utf-8")
    named = set(re.findall(r'rows\(folder, "(\w+)"', source))
    assert named and named <= set(sets.PERMITTED)


def test_public_examples_are_labelled() -> None:
    folder = sets.data_folder()
    if folder is None:
        pytest.skip("skipped: ATTUNE_SHARED not set")
    found = sets.public_examples(folder)
    assert {e.source for e in found} == set(sets.PERMITTED)
    assert all(e.known for e in found)


def test_the_artefact_keeps_the_order_of_the_outputs() -> None:
    assert list(load().groups.items()) == [*GROUPS.items(), ("alone", REPLY), ("size", ["beyond"])]


def test_what_is_held_back_is_told_by_the_text_alone() -> None:
    share = sum(sets.held(f"text {i}") for i in range(2000)) / 2000
    assert 0.08 < share < 0.12 and sets.held("text 7") == sets.held("text 7")
