"""What a dev part sets is measured on its other half."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.evaluate.halves import Rows, by_halves


def test_nobody_is_judged_by_what_he_taught() -> None:
    def answer(known: Rows, asked: Rows) -> NDArray[Any]:
        assert not {r["id"] for r in known} & {r["id"] for r in asked}
        return np.array([r["id"] for r in asked])

    rows = [{"id": i} for i in range(7)]
    assert by_halves(rows, answer).tolist() == list(range(7))
