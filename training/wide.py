"""The wide part: hashed words and pairs, one logistic weight a row and output, beside the student.

It remembers single expressions that the student smooths over; the two are added in log-odds.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from core.language.service.words import pair_rows, word_rows
from training.student import Encoder
from training.targets import FINE, SENTIMENT, Example

BITS = 17
OUTPUTS = [*FINE, *SENTIMENT]
Floats = NDArray[np.float32]


def counted(texts: list[str], encoder: Encoder) -> sparse.csr_matrix:
    """(n, 2**BITS) rows of words and pairs, each text divided by the root of its rows."""
    columns, starts, values = [], [0], []
    for text in texts:
        ids = encoder.ids(text)
        hashes = np.array([encoder.hashes[i] for i in ids], np.uint32)
        found = np.concatenate([word_rows(hashes, BITS), pair_rows(hashes, BITS)])
        columns.append(found)
        values.append(np.full(len(found), 1 / np.sqrt(len(found)), np.float32))
        starts.append(starts[-1] + len(found))
    shape = (len(texts), 1 << BITS)
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


def learn(found: list[Example], encoder: Encoder, c_fine: float = 0.6, c_side: float = 0.4
          ) -> tuple[Floats, Floats]:
    """((2**BITS, outputs) table with rarity folded in, intercepts)."""
    jobs = []
    for group, names, c in (("fine", FINE, c_fine), ("sentiment", SENTIMENT, c_side)):
        mine = [e for e in found if group in e.known]
        x = counted([e.text for e in mine], encoder)
        idf = rarity(x)
        scaled = (x @ sparse.diags(idf)).tocsr()
        weight = np.array([e.weight for e in mine], np.float32)
        jobs += [(scaled, np.array([e.known[group][n] > 0.5 for e in mine]), weight, c, idf)
                 for n in names]
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(lambda j: one(*j[:4]), jobs))
    table = np.stack([w * j[4] for (w, _), j in zip(done, jobs, strict=True)], 1)
    return table.astype(np.float32), np.array([b for _, b in done], np.float32)
