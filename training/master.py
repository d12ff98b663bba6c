"""Whom the student listens to: an MPNet fine-tuned on the permitted sets."""

from __future__ import annotations

from pathlib import Path

import torch

from training import refit, teacher
from training.body import Teacher
from training.courses import COURSES
from training.lessons import lessons
from training.reading import Floats, predict
from training.stages import TEACHER, stamp
from training.student import Encoder, Student
from training.vocabulary import first_vectors


class Master:
    """The fine-tuned network; trained first where it has to be.

    ``keep``: the one of the last run answers, though what it learnt from has changed since.
    """

    def __init__(self, folder: Path, keep: bool = False) -> None:
        known = TEACHER.stamped if keep else None
        self.stamp = known or stamp(teacher.SEED, teacher.SIZE, refit.DECAY, list(COURSES), lessons(folder))
        if not TEACHER.done(self.stamp):
            teacher.train(folder, TEACHER.path)
            TEACHER.finish(self.stamp)

    def logits(self, texts: list[str]) -> Floats:
        """(n, outputs) log-odds of texts."""
        device = "cuda" if torch.cuda.is_available() else "cpu"
        model = Teacher().to(device)
        model.load_state_dict(torch.load(TEACHER.path, map_location=device))
        return predict(model, texts, device)

    def student(self, encoder: Encoder) -> Student:
        """A student that knows what the words mean to the teacher, and nothing else."""
        return Student(first_vectors(encoder.types[: encoder.known], TEACHER.path), encoder)
