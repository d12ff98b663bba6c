"""The wide heads: one logistic weight a word, pair of words and output, beside the student.

They remember single expressions that the student smooths over; the two are added in log-odds.
"""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from core.language.service.words import pair_rows
from training.student import PAIR_BITS, Encoder
from training.targets import GROUPS, SLICES, Example

# Groups with wide heads, and how strongly their weights may differ from nothing (inverse regularisation). Sentiment has
# none: single expressions tell the written sets better and most others worse.
STRENGTH = {"fine": 0.6, "tag": 0.5, "state": 0.5, "target": 0.5, "reply": 0.5, "polite": 0.5}
FEWEST = 12  # positive examples under which an output gets no head
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Wide:
    """Weights of words and of pairs (rows, heads), intercepts, and which output each head belongs to."""

    words: Floats
    pairs: Floats
    bias: Floats
    at: NDArray[np.int64]

    def heads(self, group: str) -> list[int]:
        """The heads of a group, in the order of its labels."""
        where = {int(place): head for head, place in enumerate(self.at)}
        return [where[place] for place in range(SLICES[group].start, SLICES[group].stop)]

    def logits(self, texts: list[str], encoder: Encoder) -> Floats:
        """(n, heads) log-odds of texts."""
        table = np.concatenate([self.words, self.pairs])
        return np.asarray(counted(texts, encoder) @ table + self.bias, np.float32)


def counted(texts: list[str], encoder: Encoder) -> sparse.csr_matrix:
    """(n, words + pairs) counts, each text divided by the root of how many there are; unknown words are left out."""
    columns, starts, values = [], [0], []
    for text in texts:
        ids = np.array(encoder.ids(text))
        hashes = np.array([encoder.hashes[i] for i in ids], np.uint32)
        pairs = pair_rows(hashes, PAIR_BITS).astype(np.int64) + encoder.known
        found = np.concatenate([ids[ids < encoder.known], pairs])
        columns.append(found)
        values.append(np.full(len(found), 1 / np.sqrt(2 * len(ids) - 1), np.float32))
        starts.append(starts[-1] + len(found))
    shape = (len(texts), encoder.known + (1 << PAIR_BITS))
    out = sparse.csr_matrix((np.concatenate(values), np.concatenate(columns), starts), shape=shape)
    out.sum_duplicates()
    return out


def rarity(x: sparse.csr_matrix) -> Floats:
    """Inverse document frequency of each row, 0 for rows seen once."""
    seen = np.bincount(x.indices, minlength=x.shape[1])
    return np.where(seen > 1, np.log((1 + x.shape[0]) / (1 + seen)) + 1, 0).astype(np.float32)


def one(x: sparse.csr_matrix, y: NDArray[np.bool_], weight: Floats, c: float) -> tuple[Floats, float]:
    """Weights and intercept of one yes-no output."""
    model = LogisticRegression(C=c, solver="liblinear", tol=0.01).fit(x, y, sample_weight=weight)
    return model.coef_[0].astype(np.float32), float(model.intercept_[0])


def shared(x: sparse.csr_matrix, y: Floats, weight: Floats) -> tuple[sparse.csr_matrix, NDArray[np.bool_], Floats]:
    """Targets between 0 and 1 as a yes and a no that share the row's weight."""
    between = (y > 0.02) & (y < 0.98)
    rows = sparse.vstack([x, x[between]]).tocsr()
    weights = np.concatenate([weight * np.where(between, y, 1.0), weight[between] * (1 - y[between])])
    return rows, np.concatenate([y > 0.02, np.zeros(between.sum(), bool)]), weights.astype(np.float32)


def jobs(found: list[Example], encoder: Encoder, groups: Iterable[str]) -> list[tuple[int, tuple[Any, ...], Floats]]:
    """(output, what to fit, rarity) of every head."""
    out = []
    for group in groups:
        c = STRENGTH[group]
        mine = [e for e in found if group in e.known]
        x = counted([e.text for e in mine], encoder)
        idf = rarity(x)
        scaled = (x @ sparse.diags(idf)).tocsr()
        weight = np.array([e.weight for e in mine], np.float32)
        for number, name in enumerate(GROUPS[group]):
            known = np.array([name in e.known[group] for e in mine])
            y = np.array([e.known[group].get(name, 0.0) for e in mine], np.float32)
            if (y[known] > 0.5).sum() >= FEWEST:
                fit = (*shared(scaled[known], y[known], weight[known]), c)
                out.append((SLICES[group].start + number, fit, idf))
    return out


def learn(found: list[Example], encoder: Encoder, groups: Iterable[str] = tuple(STRENGTH)) -> Wide:
    """The heads, each fitted alone, rarity folded into the weights."""
    wanted = jobs(found, encoder, groups)
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(lambda job: one(*job[1]), wanted))
    table = np.stack([w * idf for (w, _), (_, _, idf) in zip(done, wanted, strict=True)], 1).astype(np.float32)
    bias = np.array([b for _, b in done], np.float32)
    at = np.array([place for place, _, _ in wanted], np.int64)
    return Wide(table[: encoder.known], table[encoder.known :], bias, at)
