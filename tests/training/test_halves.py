"""What a dev part sets is measured on its other half."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.evaluate.halves import Rows, by_halves, halvings


def test_nobody_is_judged_by_what_he_taught() -> None:
    def answer(known: Rows, asked: Rows) -> NDArray[Any]:
        assert not {r["id"] for r in known} & {r["id"] for r in asked}
        return np.array([r["id"] for r in asked])

    rows = [{"id": i} for i in range(7)]
    assert by_halves(rows, answer).tolist() == list(range(7))


def test_every_halving_answers_for_all_rows_in_their_order() -> None:
    rows: Rows = [{"id": i} for i in range(7)]
    found = [by_halves(rows, lambda known, asked: np.array([r["id"] for r in asked]), o) for o in halvings(7)]
    assert len(found) > 1 and all(ids.tolist() == list(range(7)) for ids in found)


def test_halvings_differ() -> None:
    assert len({tuple(order) for order in halvings(20)}) > 1
