"""How often classes stand in what is read at work, and what is set by it."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

LIFT = 0.45  # how far rare tags are moved towards an even share; 0: not at all
# What service reads: most of it is trouble. Public counts of complaints to companies lie around it.
SERVICE_SHARE = {"negative": 0.6, "neutral": 0.24, "positive": 0.16}


def as_service(found: list[dict[str, Any]], weight: float) -> list[float]:
    """Weights that bring the classes to SERVICE_SHARE and sum to ``weight`` a row."""
    seen = Counter(r["label"] for r in found)
    return [weight * SERVICE_SHARE[r["label"]] * len(found) / seen[r["label"]] for r in found]


def lifted(bias: list[float], share: NDArray[Any]) -> list[float]:
    """Biases with rare tags moved towards an even share (logit adjustment): they are told at all then."""
    moved = -LIFT * np.log(share + 1e-3)
    return [round(float(b), 4) for b in np.array(bias) + moved - moved.mean()]
