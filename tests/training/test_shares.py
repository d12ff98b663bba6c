"""What is set by how often classes stand in what is read at work."""

import numpy as np
import pytest

from training.shares import SERVICE_SHARE, as_service, lifted


def test_classes_are_weighed_as_service_sees_them() -> None:
    rows = [{"label": label} for label in ["negative"] + ["neutral"] * 8 + ["positive"]]
    weights = as_service(rows, 1.0)
    assert sum(weights) == pytest.approx(10.0)
    assert weights[0] == pytest.approx(10.0 * SERVICE_SHARE["negative"])


def test_rare_tags_are_lifted_and_common_ones_pay() -> None:
    moved = lifted([0.0, 0.0, 0.0], np.array([0.9, 0.09, 0.01]))
    assert moved[0] < moved[1] < moved[2]
    assert sum(moved) == pytest.approx(0.0, abs=1e-3)
