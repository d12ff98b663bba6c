"""The teacher's last layer, fitted anew on what its body makes of the texts.

Fine-tuning turns a body over to its tasks long before the weights of rare outputs have grown; those are a matter of
seconds once the body stands still.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from training.matrix import target_matrix, weights
from training.targets import SLICES, Example

GROUPS: Final = ("fine", "tag", "state", "target", "reply")  # yes-no outputs
RATE, DECAY, PASSES, SIZE, RARE = 2e-3, 2e-3, 12, 256, -4.0
Floats = NDArray[np.float32]


def refit(head: Any, pooled: Floats, found: list[Example]) -> None:
    """Give the head new weights for all of GROUPS; ``pooled``: (n, features), one row an example."""
    mean, spread = pooled.mean(0), pooled.std(0) + 1e-3
    x, y, weight = torch.tensor((pooled - mean) / spread), torch.tensor(target_matrix(found)), weights(found)
    for group in GROUPS:
        where = SLICES[group]
        rows = ~torch.isnan(y[:, where]).all(1)
        w, b = fitted(x[rows], y[rows][:, where], torch.tensor(weight)[rows])
        w /= torch.tensor(spread)[:, None]
        with torch.no_grad():
            head.weight[where] = w.T.to(head.weight)
            head.bias[where] = (b - torch.tensor(mean) @ w).to(head.bias)


def fitted(x: Any, y: Any, weight: Any) -> tuple[Any, Any]:
    """Weights (features, outputs) and biases of logistic outputs; NaN in ``y`` says nothing."""
    w = torch.zeros(x.shape[1], y.shape[1], requires_grad=True)
    b = torch.full((y.shape[1],), RARE, requires_grad=True)
    opt, known, gold = torch.optim.Adam([w, b], lr=RATE), ~torch.isnan(y), torch.nan_to_num(y)
    sched = torch.optim.lr_scheduler.LambdaLR(opt, lambda p: 1 - p / PASSES)
    weight = weight / weight.mean()
    for _ in range(PASSES):
        for rows in torch.randperm(len(x)).split(SIZE):
            cost = functional.binary_cross_entropy_with_logits(x[rows] @ w + b, gold[rows], reduction="none")
            value = ((cost * known[rows]).sum(1) * weight[rows]).mean() + DECAY * w.pow(2).sum()
            opt.zero_grad()
            value.backward()
            opt.step()
        sched.step()
    return w.detach(), b.detach()
