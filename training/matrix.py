"""Examples as arrays: a target matrix with NaN where nothing is known, and row weights."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from training.targets import GROUPS, SLICES, WIDTH, Example

Floats = NDArray[np.float32]


def target_matrix(examples: list[Example]) -> Floats:
    """(n, WIDTH) targets between 0 and 1, NaN where the example says nothing."""
    out = np.full((len(examples), WIDTH), np.nan, dtype=np.float32)
    for row, example in enumerate(examples):
        for group, values in example.known.items():
            start = SLICES[group].start
            for offset, label in enumerate(GROUPS[group]):
                if label in values:
                    out[row, start + offset] = values[label]
    return out


def weights(examples: list[Example]) -> Floats:
    """Row weights."""
    return np.array([e.weight for e in examples], dtype=np.float32)
