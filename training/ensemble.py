"""Student and wide heads as one: how much each counts is chosen on held-back training texts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.calibrate import logistic, threshold
from training.matrix import target_matrix
from training.sets import held, public_examples
from training.student import Student, predict
from training.targets import REPLY, SLICES, WIDTH, Example
from training.wide import STRENGTH, Wide
from training.written_sets import written_examples

ALONE = slice(WIDTH, WIDTH + len(REPLY))  # the reply's wide heads by themselves
SIZE = ALONE.stop  # by how much a text is long
SHARES = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6)
Array = NDArray[Any]


@dataclass(frozen=True)
class Ensemble:
    """The student's outputs, a share of each replaced by its wide head."""

    student: Student
    wide: Wide
    shares: Array  # one a wide head

    @classmethod
    def chosen(cls, student: Student, wide: Wide, folder: Path) -> Ensemble:
        """One share a group, the best on texts that neither part has seen."""
        found = unseen(folder)
        own, linear = predict(student, [e.text for e in found]), wide.logits([e.text for e in found], student.encoder)
        target = target_matrix(found)
        shares = np.zeros(len(wide.at))
        for group in STRENGTH:
            mine = np.flatnonzero((wide.at >= SLICES[group].start) & (wide.at < SLICES[group].stop))
            if len(mine):
                values = {s: worth(s, own, linear[:, mine], wide.at[mine], target) for s in SHARES}
                shares[mine] = max(SHARES, key=lambda s: values[s])
                print(f"{group}: " + ", ".join(f"{s} {v:.4f}" for s, v in values.items()), flush=True)
        return cls(student, wide, shares)


def unseen(folder: Path) -> list[Example]:
    """The written sets' dev part; requests, and posts (for the 28 alone) that were held back."""
    kept = [e for e in public_examples(folder) if held(e.text)]
    posts = [replace(e, known={"fine": e.known["fine"]}) for e in kept if e.source == "goemotions"]
    others = [e for e in kept if e.source == "politeness"]
    return [e for e in written_examples() if e.part == "dev"] + others + posts


def worth(share: float, own: Array, linear: Array, at: Array, target: Array) -> float:
    """How good a share is: mean best F1."""
    joined = own.copy()
    joined[:, at] = (1 - share) * own[:, at] + share * linear
    values = []
    for column in at:
        known = ~np.isnan(target[:, column])
        gold, p = target[known, column] > 0.5, logistic(joined[known, column])
        if 5 <= gold.sum() < len(gold):
            cut = threshold(gold, p)
            values.append(2 * float((gold & (p >= cut)).sum()) / float(gold.sum() + (p >= cut).sum()))
    return float(np.mean(values)) if values else 0.0
