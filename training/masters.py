"""Whom the student listens to: a fine-tuned MiniLM, or an earlier artefact that listened to one."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray

from core.language.service.artefact import Artefact, load
from core.language.service.network import Network
from core.language.service.words import BUCKETS, MARKS, NAME
from training import teacher
from training.stages import TEACHER, stamp
from training.student import PAIR_BITS, Encoder, Student
from training.targets import WIDTH as OUTPUTS
from training.vocabulary import WIDTH, first_vectors

Floats = NDArray[np.float32]


class Master(Protocol):
    """Answers texts, and gives the student its first weights."""

    stamp: str

    def logits(self, texts: list[str]) -> Floats:
        """(n, outputs) log-odds of texts."""

    def student(self, encoder: Encoder) -> Student:
        """A student before its first lesson."""


class Finetuned:
    """MiniLM fine-tuned on the permitted sets; trained first where it has to be."""

    def __init__(self, folder: Path) -> None:
        self.stamp = stamp(teacher.SEED, teacher.examples(folder))
        if not TEACHER.done(self.stamp):
            teacher.train(folder, TEACHER.path)
            TEACHER.finish(self.stamp)

    def logits(self, texts: list[str]) -> Floats:
        """The fine-tuned network's answers."""
        device = "cuda" if torch.cuda.is_available() else "cpu"
        model = teacher.Teacher().to(device)
        model.load_state_dict(torch.load(TEACHER.path, map_location=device))
        return np.asarray(teacher.predict(model, teacher.tokenizer(), texts, device), np.float32)

    def student(self, encoder: Encoder) -> Student:
        """A student that knows what the words mean to the teacher, and nothing else."""
        return Student(first_vectors(encoder.types[: encoder.known], TEACHER.path), encoder)


class Earlier:
    """An artefact of an earlier run, whose network the new student continues.

    Format 1 had no wide heads and no common row for names.
    """

    def __init__(self, folder: Path) -> None:
        self._artefact = load(folder, formats=(1, 2))
        self.stamp = stamp(self._artefact.version, self._artefact.arrays["words"].tobytes())

    def logits(self, texts: list[str]) -> Floats:
        """What the earlier artefact says."""
        return Network(self._artefact).logits(texts)[:, :OUTPUTS]

    def student(self, encoder: Encoder) -> Student:
        """The earlier student, its words in the new order, new words made of their pieces."""
        model = Student(first(self._artefact, encoder), encoder)
        state = model.state_dict()
        buckets, pairs = self._artefact.scaled("buckets"), self._artefact.scaled("pairs")
        state["buckets.weight"] = torch.tensor(buckets[:BUCKETS])
        state["pairs.weight"][: 1 << PAIR_BITS] = torch.tensor(pairs)
        for name in ("taps", "hidden", "out"):
            rows = OUTPUTS if name == "out" else None
            state[f"{name}.weight"] = torch.tensor(self._artefact.dense(name)[:rows])
            state[f"{name}.bias"] = torch.tensor(self._artefact.dense(f"{name}_bias")[:rows])
        model.load_state_dict(state)
        return model


def first(artefact: Artefact, encoder: Encoder) -> Floats:
    """The earlier vectors of the vocabulary; a first row for names is the mean of the words that are now names."""
    old = {w: i for i, w in enumerate(artefact.vocabulary)}
    words, buckets = artefact.scaled("words"), artefact.scaled("buckets")
    out = np.zeros((encoder.known, WIDTH), np.float32)
    for row, word in enumerate(encoder.types[: encoder.known]):
        out[row] = words[old[word]] if word in old else buckets[encoder.pieces[row]].mean(0)
    if MARKS[NAME] not in old:
        out[NAME] = words[[i for w, i in old.items() if w not in encoder.vocabulary]].mean(0)
    return out
