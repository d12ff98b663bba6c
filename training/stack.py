"""Findings from all outputs of a sentence and its reply, learnt on sentences that the heads had not seen.

The wide heads are learnt again without one fifth of the scenarios and asked about that fifth, five times:
a head that knows its text by heart says nothing about a new one.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from core.language.service.findings import inputs
from training.calibrate import finding_cut
from training.rewording import rewordings
from training.student import Encoder
from training.targets import Example
from training.wide import learn
from training.written_sets import SENTENCE_KINDS, part_of, read, reply_examples, sentence_examples

FOLDS: Final = 5
PRECISION: Final = 0.82
STRENGTH: Final = 0.1  # inverse regularisation
Array = NDArray[Any]


def fold(row: dict[str, Any]) -> int:
    """Which fifth a row's scenario belongs to."""
    return int(hashlib.sha256(b"fold" + row["scenario"].encode()).hexdigest(), 16) % FOLDS


def lessons(rows: list[dict[str, Any]]) -> list[Example]:
    """What the reply's heads learn from these rows."""
    found = [replace(e, part="train") for r in rows for e in (*reply_examples(r), *sentence_examples(r))]
    found = [e for e in found if "reply" in e.known]
    return found + rewordings(found)


def crossed(rows: list[dict[str, Any]], encoder: Encoder) -> tuple[Array, Array]:
    """((sentences, inputs), (sentences, kinds) whether labelled), each judged by heads without its scenario."""
    x, gold = [], []
    for number in range(FOLDS):
        heads = learn(lessons([r for r in rows if fold(r) != number]), encoder, groups=("reply",))
        for row in (r for r in rows if fold(r) == number):
            body = list(sentence_examples(row))
            if body:
                own = heads.logits([row["reply"], *(e.text for e in body)], encoder)[:, heads.heads("reply")]
                x.append(inputs(own, [len(e.text.split()) for e in body]))
                gold += [[e.known["reply"][k] > 0 for k in SENTENCE_KINDS] for e in body]
    return np.concatenate(x), np.array(gold)


def stacked(encoder: Encoder) -> dict[str, Any]:
    """Weights of each kind, and one cut for all at the wanted precision."""
    x, gold = crossed([r for r in read("replies") if part_of(r["scenario"]) != "test"], encoder)
    mean, spread = x.mean(0), x.std(0) + 1e-3
    z, value, weights = (x - mean) / spread, np.zeros(gold.shape), {}
    half = np.arange(len(z)) % 2 == 0
    for k, kind in enumerate(SENTENCE_KINDS):
        # The cut is looked for on sentences that these weights have not seen either.
        for part in (half, ~half):
            value[~part, k] = _fit(z[part], gold[part, k]).decision_function(z[~part])
        model = _fit(z, gold[:, k])
        w = model.coef_[0] / spread
        weights[kind] = np.round([model.intercept_[0] - w @ mean, *w], 5).tolist()
    return {"stack": weights, "above": round(finding_cut(value.ravel(), gold.ravel(), PRECISION), 4)}


def _fit(z: Array, gold: Array) -> LogisticRegression:
    return LogisticRegression(C=STRENGTH, max_iter=500).fit(z, gold)
