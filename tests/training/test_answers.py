"""What the teacher has said is not asked again, though the run was broken off."""

from pathlib import Path

import numpy as np
import pytest

from training import answers, stages
from training.targets import WIDTH, Example

FOUND = [Example(text, "apple_tweets") for text in ("one", "two", "three", "four", "five")]


class Slow:
    """Says of a text how long it is, and is broken off after so many parts."""

    stamp = "slow"

    def __init__(self, parts: int) -> None:
        self.parts, self.asked = parts, list[str]()

    def logits(self, texts: list[str]) -> np.ndarray:
        if not self.parts:
            raise KeyboardInterrupt
        self.parts -= 1
        self.asked += texts
        return np.array([[float(len(t))] * WIDTH for t in texts], np.float32)


def test_a_run_that_was_broken_off_goes_on_where_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stages, "FOLDER", tmp_path)
    monkeypatch.setattr(answers, "AT_ONCE", 2)
    broken, rest = Slow(1), Slow(9)
    with pytest.raises(KeyboardInterrupt):
        answers.answers(FOUND, broken)  # type: ignore[arg-type]
    out = answers.answers(FOUND, rest)  # type: ignore[arg-type]
    assert out[:, 0].tolist() == [len(e.text) for e in FOUND]
    assert len(broken.asked) == 2 and sorted(broken.asked + rest.asked) == sorted(e.text for e in FOUND)


def test_answers_of_another_teacher_do_not_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stages, "FOLDER", tmp_path)
    answers.answers(FOUND, Slow(1))  # type: ignore[arg-type]
    other = Slow(1)
    other.stamp = "other"
    answers.answers(FOUND, other)  # type: ignore[arg-type]
    assert len(other.asked) == len(FOUND)


def test_texts_left_to_their_label_have_no_answer() -> None:
    out = answers.answers([Example("why was I charged", "banking77")], Slow(0))  # type: ignore[arg-type]
    assert np.isnan(out).all()
