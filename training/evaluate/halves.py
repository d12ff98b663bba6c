"""Figures of a dev part that also sets something: set on one half, measured on the other, both ways."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Rows = list[dict[str, Any]]
Order = NDArray[np.intp]
HALVES: Final = (
    "By halves: what the artefact sets on this dev part was set on one half for this figure and measured on the other, "
    "both ways."
)


TIMES, SEED = 10, 7


def by_halves(found: Rows, answer: Callable[[Rows, Rows], NDArray[Any]], order: Order | None = None) -> NDArray[Any]:
    """Answers for all rows; ``answer(known, asked)`` may learn from the rows known and not from those asked about.

    Every other row of ``order`` is one half; without it, of the rows as they stand.
    """
    order = np.arange(len(found)) if order is None else order
    one, other = order[::2], order[1::2]
    first, second = answer(_at(found, other), _at(found, one)), answer(_at(found, one), _at(found, other))
    out = np.zeros((len(found), *first.shape[1:]), first.dtype)
    out[one], out[other] = first, second
    return out


def halvings(n: int) -> Iterator[Order]:
    """Random orders of n rows: the mean over them hangs less on who fell into which half."""
    rng = np.random.default_rng(SEED)
    return (rng.permutation(n) for _ in range(TIMES))


def _at(found: Rows, order: Order) -> Rows:
    return [found[i] for i in order]
