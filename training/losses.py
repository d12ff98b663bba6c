"""Losses of teacher and student: masked, one number a batch."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch.nn import functional

from training.targets import SLICES

# How much each group counts; sentiment is what most of the product rests on.
SHARE = {
    "fine": 12.0,
    "sentiment": 1.5,
    "film": 2.0,
    "tag": 3.0,
    "state": 1.5,
    "target": 1.0,
    "reply": 5.0,
    "polite": 0.7,
}


def _masked(value: torch.Tensor, known: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
    w = weight[:, None] * known
    return (value * w).sum() / weight.sum().clamp(min=1.0) / value.shape[1]


def loss(
    logits: torch.Tensor, target: torch.Tensor, weight: torch.Tensor, kept: Mapping[str, torch.Tensor] | None = None
) -> torch.Tensor:
    """Sum of group losses: softmax cross-entropy for sentiment, logistic for the rest.

    ``kept``: for each group the share of a row's weight that its own labels have beside the teacher.
    """
    known = ~torch.isnan(target)
    filled = torch.nan_to_num(target)
    total = logits.new_zeros(())
    for group, where in SLICES.items():
        x, y, k = logits[:, where], filled[:, where], known[:, where].float()
        if not bool(k.any()):
            continue
        if group == "sentiment":
            value = -(y * functional.log_softmax(x, dim=1)) * 3
        else:
            value = functional.binary_cross_entropy_with_logits(x, y, reduction="none")
        total = total + SHARE[group] * _masked(value, k, weight if kept is None else weight * kept[group])
    return total
