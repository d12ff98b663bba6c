"""The teacher's network: MPNet in two halves, a lower one that stays as it was and an upper one that learns."""

from __future__ import annotations

import copy
from typing import Final

import torch
from torch import nn

from training.pretrained import pretrained
from training.targets import WIDTH

FROZEN: Final = 6  # layers of the lower half
Batch = dict[str, torch.Tensor]


class Teacher(nn.Module):
    """Mean and max pooled over the upper half, one linear head for all targets.

    The lower half never changes, so what it makes of a text may be kept (``Read``).
    """

    def __init__(self) -> None:
        super().__init__()
        from transformers import AutoModel

        whole = AutoModel.from_pretrained(pretrained(), add_pooling_layer=False)
        upper = copy.deepcopy(whole.encoder)
        whole.encoder.layer, upper.layer = whole.encoder.layer[:FROZEN], upper.layer[FROZEN:]
        self.lower, self.upper = whole.requires_grad_(False), upper
        self.upper.relative_attention_bias.requires_grad_(False)
        self.drop = nn.Dropout(0.1)
        self.head = nn.Linear(2 * whole.config.hidden_size, WIDTH)

    def train(self, mode: bool = True) -> Teacher:
        """The lower half leaves nothing out while the upper one learns."""
        super().train(mode)
        self.lower.eval()
        return self

    def begun(self, batch: Batch) -> torch.Tensor:
        """(texts, pieces, width) What the lower half makes of a batch."""
        with torch.no_grad():
            out: torch.Tensor = self.lower(**batch).last_hidden_state
        return out

    def hidden(self, begun: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """The same after the upper half."""
        away = (1 - mask[:, None, None, :].to(begun.dtype)) * -1e4
        return self.upper(begun, attention_mask=away)[0].float()

    def pooled(self, begun: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """(texts, 2 * width) What both halves make of each text."""
        hidden, there = self.hidden(begun, mask), mask[..., None].float()
        mean = (hidden * there).sum(1) / there.sum(1)
        top = (hidden * there - 1e4 * (1 - there)).max(1).values
        return torch.cat([mean, top], 1)

    def forward(self, begun: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """(texts, outputs) log-odds."""
        pooled = self.drop(self.pooled(begun, mask))
        out: torch.Tensor = self.head(pooled.to(self.head.weight.dtype))
        return out
