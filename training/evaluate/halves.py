"""Figures of a dev part that also sets something: set on one half, measured on the other, both ways."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Rows = list[dict[str, Any]]
HALVES: Final = (
    "By halves: what the artefact sets on this dev part was set on one half for this figure and measured on the other, "
    "both ways."
)


def by_halves(found: Rows, answer: Callable[[Rows, Rows], NDArray[Any]]) -> NDArray[Any]:
    """Answers for all rows; ``answer(known, asked)`` may learn from the rows known and not from those asked about."""
    even, odd = found[::2], found[1::2]
    first, second = answer(odd, even), answer(even, odd)
    out = np.zeros((len(found), *first.shape[1:]), first.dtype)
    out[::2], out[1::2] = first, second
    return out
