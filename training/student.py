"""The student: a small word-and-pair network that NumPy can run, taught by labels and teacher."""

from __future__ import annotations

import time
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional

from core.language.service.words import (
    BUCKETS,
    MARKS,
    TOKENS_KEPT,
    UNKNOWN,
    pair_rows,
    pieces,
    tokens,
    units,
)
from training.losses import SHARE, loss
from training.targets import SLICES, WIDTH

FILTERS, PAIR_WIDTH, PAIR_BITS, HIDDEN = 128, 32, 16, 384
SIZE = 128  # texts in a batch
WORD_RATE, BUCKET_RATE, PAIR_RATE, RATE = 6e-3, 2e-3, 1e-3, 3e-3
DROP_WORD, DROP_POOLED, DROP_HIDDEN = 0.1, 0.1, 0.15
# Groups that the labels teach better listen less to the teacher.
MOST_SOFT = {"tag": 0.6, "state": 0.8, "target": 0.5, "reply": 0.8}
# What two students must share to be one.
CHOSEN = (FILTERS, HIDDEN, WORD_RATE, BUCKET_RATE, PAIR_RATE, RATE, DROP_WORD, DROP_POOLED, DROP_HIDDEN, MOST_SOFT)
CROP = 96  # word rows of a training text; the middle of a longer one is left out


@dataclass(frozen=True)
class Encoded:
    """Texts as word types: rows of ids (vocabulary first, then unseen types) and pair rows."""

    ids: list[NDArray[np.int64]]
    pairs: list[NDArray[np.int64]]


class Encoder:
    """Gives every word type an id; types past the vocabulary are made of their pieces."""

    def __init__(self, vocabulary: list[str]) -> None:
        self.types = list(vocabulary)
        self.rows = {w: i for i, w in enumerate(vocabulary)}
        self.known = len(vocabulary)
        self.vocabulary = frozenset(vocabulary)
        self.pieces: list[list[int]] = [pieces(w) for w in vocabulary]
        self.hashes: list[int] = [zlib.crc32(w.encode()) for w in vocabulary]

    def type_id(self, word: str) -> int:
        """The id of a word, a new one where it has none."""
        row = self.rows.get(word)
        if row is None:
            row = self.rows[word] = len(self.types)
            self.types.append(word)
            self.pieces.append(pieces(word))
            self.hashes.append(zlib.crc32(word.encode()))
        return row

    def ids(self, text: str) -> list[int]:
        """Ids of a text, as ``units`` reads it."""
        out = []
        for surface in tokens(text):
            out += [self.type_id(word) for word in units(surface, self.vocabulary)]
        return out[: TOKENS_KEPT * 2] or [UNKNOWN]

    def encode(self, texts: list[str], crop: int = TOKENS_KEPT * 2) -> Encoded:
        """All texts, each with its first and last rows up to ``crop``."""
        ids = [
            np.array(i if len(i) <= crop else i[: crop // 2] + i[-crop // 2 :], np.int64) for i in map(self.ids, texts)
        ]
        hashes = np.array(self.hashes, np.uint32)
        pairs = [pair_rows(hashes[i], PAIR_BITS).astype(np.int64) for i in ids]
        return Encoded(ids, pairs)


class Student(nn.Module):
    """Width-3 convolution over words, max and mean pooled, plus hashed pairs; one hidden layer."""

    def __init__(self, first: NDArray[np.float32], encoder: Encoder) -> None:
        super().__init__()
        self.encoder = encoder
        width = first.shape[1]
        self.words = nn.Embedding.from_pretrained(torch.tensor(first), freeze=False)
        self.buckets = nn.EmbeddingBag(BUCKETS, width, mode="mean")
        nn.init.normal_(self.buckets.weight, 0, 0.1)
        self.pairs = nn.EmbeddingBag((1 << PAIR_BITS) + 1, PAIR_WIDTH, mode="sum", padding_idx=1 << PAIR_BITS)
        nn.init.normal_(self.pairs.weight, 0, 0.05)
        self.taps = nn.Linear(width * 3, FILTERS)
        self.hidden = nn.Linear(FILTERS * 2 + PAIR_WIDTH, HIDDEN)
        self.out = nn.Linear(HIDDEN, WIDTH)

    def vectors(self, types: torch.Tensor, drop: float) -> torch.Tensor:
        """Vectors of word types; some known ones are made of their pieces while training."""
        out = self.words(types.clamp(max=self.encoder.known - 1))
        apart = (types >= self.encoder.known) | (torch.rand(len(types)) < drop) & (types >= len(MARKS))
        if not bool(apart.any()):
            return torch.as_tensor(out)
        rows = apart.nonzero()[:, 0]
        bags = [self.encoder.pieces[int(t)] for t in types[rows]]
        starts = np.cumsum([0, *map(len, bags)])[:-1]
        made = self.buckets(torch.tensor([p for b in bags for p in b]), torch.tensor(starts))
        return torch.as_tensor(out.index_copy(0, rows, made))

    def forward(self, ids: torch.Tensor, pairs: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Logits of a padded batch."""
        types, where = ids.unique(return_inverse=True)
        x = self.vectors(types, 0.1 if self.training else 0.0)[where] * mask[..., None]
        if self.training:
            x = x * (torch.rand(mask.shape) > DROP_WORD)[..., None]
        x = functional.pad(x, (0, 0, 1, 1))
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=self.training):
            taps = self.taps(torch.cat([x[:, :-2], x[:, 1:-1], x[:, 2:]], 2))
        h = functional.relu(taps.float()) * mask[..., None]
        length = mask.sum(1, keepdim=True)
        pair = self.pairs(pairs) / length.sqrt()
        pooled = torch.cat([h.max(1).values, h.sum(1) / length, pair], 1)
        pooled = functional.dropout(pooled, DROP_POOLED, self.training)
        hidden = functional.dropout(functional.relu(self.hidden(pooled)), DROP_HIDDEN, self.training)
        return torch.as_tensor(self.out(hidden))


def batch(data: Encoded, rows: NDArray[Any]) -> tuple[torch.Tensor, ...]:
    """Padded ids, pairs and mask of some rows."""
    size = max(len(data.ids[i]) for i in rows)
    ids = np.zeros((len(rows), size), np.int64)
    pairs = np.full((len(rows), max(size - 1, 1)), 1 << PAIR_BITS, np.int64)
    mask = np.zeros((len(rows), size), np.float32)
    for n, i in enumerate(rows):
        ids[n, : len(data.ids[i])] = data.ids[i]
        pairs[n, : len(data.pairs[i])] = data.pairs[i]
        mask[n, : len(data.ids[i])] = 1
    return torch.tensor(ids), torch.tensor(pairs), torch.tensor(mask)


def soft_loss(
    logits: torch.Tensor, taught: torch.Tensor, weight: torch.Tensor, parts: Mapping[str, float]
) -> torch.Tensor:
    """Distance to the teacher's probabilities in every group, whether labelled or not, times the group's part."""
    total = logits.new_zeros(())
    known = ~torch.isnan(taught[:, :1])
    weight, taught = weight * known[:, 0], torch.nan_to_num(taught)
    for group, where in SLICES.items():
        x, t = logits[:, where], taught[:, where]
        if group == "sentiment":
            value = -(functional.softmax(t, 1) * functional.log_softmax(x, 1)) * 3
        else:
            value = functional.binary_cross_entropy_with_logits(x, t.sigmoid(), reduction="none")
        total = total + parts[group] * SHARE[group] * (value * weight[:, None]).mean()
    return total


def batches(data: Encoded, size: int, rng: np.random.Generator) -> list[NDArray[Any]]:
    """Batches of like length in random order."""
    keys = np.array([len(i) for i in data.ids]) + rng.normal(0, 3, len(data.ids))
    order = np.argsort(keys)
    cut = [order[i : i + size] for i in range(0, len(order), size)]
    return [cut[i] for i in rng.permutation(len(cut))]


def fit(
    model: Student,
    data: Encoded,
    target: NDArray[np.float32],
    weight: NDArray[np.float32],
    taught: NDArray[np.float32] | None,
    epochs: int,
    soft: float,
    seed: int,
) -> None:
    """Train; ``soft``: the teacher's share of the loss where there is a teacher."""
    tables = [model.words.weight, model.buckets.weight, model.pairs.weight]
    dense = [p for p in model.parameters() if not any(p is s for s in tables)]
    opt = torch.optim.AdamW(
        [
            {"params": [tables[0]], "lr": WORD_RATE, "weight_decay": 0.0},
            {"params": [tables[1]], "lr": BUCKET_RATE, "weight_decay": 0.0},
            {"params": [tables[2]], "lr": PAIR_RATE, "weight_decay": 0.1},
            {"params": dense, "lr": RATE, "weight_decay": 0.05},
        ],
        fused=True,
    )
    rng, steps = np.random.default_rng(seed), epochs * (len(data.ids) / SIZE)
    sched = torch.optim.lr_scheduler.LambdaLR(opt, lambda s: min(1.0, (s + 1) / 100) * max(0.02, 1 - s / steps))
    y, w = torch.tensor(target), torch.tensor(weight)
    t = None if taught is None else torch.tensor(taught)
    for number in range(epochs):
        start, total = time.time(), 0.0
        for rows in batches(data, SIZE, rng):
            logits = model(*batch(data, rows))
            if t is None:
                value = loss(logits, y[rows], w[rows])
            else:
                asked = (~torch.isnan(t[rows, 0])).float()
                parts = {group: min(soft, MOST_SOFT.get(group, 1.0)) for group in SHARE}
                kept = {group: 1 - part * asked for group, part in parts.items()}
                value = loss(logits, y[rows], w[rows], kept) + soft_loss(logits, t[rows], w[rows] ** 0.5, parts)
            opt.zero_grad()
            value.backward()
            opt.step()
            sched.step()
            total += value.item()
        print(
            f"student epoch {number}: loss {total * SIZE / len(data.ids):.3f}, {time.time() - start:.0f} s", flush=True
        )


def predict(model: Student, texts: list[str]) -> NDArray[np.float32]:
    """Logits in order."""
    data = model.encoder.encode(texts)
    order = np.argsort([len(i) for i in data.ids])
    out = np.zeros((len(texts), WIDTH), np.float32)
    model.eval()
    with torch.no_grad():
        for i in range(0, len(order), 256):
            rows = order[i : i + 256]
            out[rows] = model(*batch(data, rows)).numpy()
    model.train()
    return out
