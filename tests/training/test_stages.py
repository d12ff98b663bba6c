"""A stage is done when what it was made from is the same."""

from pathlib import Path

import pytest

from training import stages
from training.stages import Stage, stamp
from training.targets import Example


def test_a_stage_is_done_once_and_for_the_same_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stages, "FOLDER", tmp_path / "training")
    stage = Stage("weights.bin")
    stage.path.write_bytes(b"1")
    assert not stage.done("a")
    stage.finish("a")
    assert stage.done("a") and not stage.done("b")
    stage.forget()
    assert not stage.done("a")


def test_a_result_that_was_deleted_is_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stages, "FOLDER", tmp_path)
    stage = Stage("weights.bin")
    stage.finish("a")
    assert not stage.done("a")


def test_a_stamp_tells_examples_apart() -> None:
    one, other = Example("a", "x", {"tag": {"anger": 1.0}}), Example("a", "x", {"tag": {"anger": 0.0}})
    assert stamp(1, [one]) == stamp(1, [one])
    assert stamp(1, [one]) != stamp(1, [other]) != stamp(2, [other])
