"""Findings from all outputs of a sentence and its reply, learnt on sentences that the heads had not seen.

The wide heads are learnt again without one fifth of the scenarios and asked about that fifth, five times:
a head that knows its text by heart says nothing about a new one. The network is learnt once, so what it says
is weighed against the heads on the dev part alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from core.language.service.findings import inputs
from training.calibrate import steady_cut
from training.posts import posts
from training.rewording import rewordings
from training.student import Encoder
from training.targets import REPLY, SLICES, Example
from training.wide import learn
from training.written_sets import SENTENCE_KINDS, part_of, read, reply_examples, sentence_examples

FOLDS: Final = 5
PRECISION: Final = 0.82
STRENGTH: Final = 0.1  # inverse regularisation
Array = NDArray[Any]
Predict = Callable[[list[str]], NDArray[np.float32]]
AT: Final = [REPLY.index(kind) for kind in SENTENCE_KINDS]


def fold(row: dict[str, Any]) -> int:
    """Which fifth a row's scenario belongs to."""
    return int(hashlib.sha256(b"fold" + row["scenario"].encode()).hexdigest(), 16) % FOLDS


def lessons(rows: list[dict[str, Any]]) -> list[Example]:
    """What the reply's heads learn from these rows."""
    found = [replace(e, part="train") for r in rows for e in (*reply_examples(r), *sentence_examples(r))]
    found = [e for e in (*found, *posts()) if "reply" in e.known]
    return found + rewordings(found)


def crossed(rows: list[dict[str, Any]], encoder: Encoder) -> tuple[Array, list[Example]]:
    """((sentences, inputs), sentences), each judged by heads without its scenario."""
    x, said = [], []
    for number in range(FOLDS):
        heads = learn(lessons([r for r in rows if fold(r) != number]), encoder, groups=("reply",))
        for row in (r for r in rows if fold(r) == number):
            body = list(sentence_examples(row))
            if body:
                own = heads.logits([row["reply"], *(e.text for e in body)], encoder)[:, heads.heads("reply")]
                x.append(inputs(own, [len(e.text.split()) for e in body]))
                said += body
    return np.concatenate(x), said


def stacked(encoder: Encoder, predict: Predict) -> dict[str, Any]:
    """Weights of each kind, and one cut for all at the wanted precision."""
    x, said = crossed([r for r in read("replies") if part_of(r["scenario"]) != "test"], encoder)
    gold = np.array([[e.known["reply"][k] > 0 for k in SENTENCE_KINDS] for e in said])
    mean, spread = x.mean(0), x.std(0) + 1e-3
    z, weights = (x - mean) / spread, {}
    for k, kind in enumerate(SENTENCE_KINDS):
        model = _fit(z, gold[:, k], STRENGTH)
        w = model.coef_[0] / spread
        weights[kind] = np.round([model.intercept_[0] - w @ mean, *w], 5).tolist()
    dev = np.array([e.part == "dev" for e in said])
    heads = np.stack([_unseen(z, gold[:, k], STRENGTH) for k in range(len(SENTENCE_KINDS))], 1)[dev]
    network = predict([e.text for e in said if e.part == "dev"])[:, SLICES["reply"]][:, AT]
    return {"stack": weights} | joined(heads, network, gold[dev])


def joined(heads: Array, network: Array, gold: Array) -> dict[str, Any]:
    """How much heads and network count for each kind, and the cut: looked for on sentences unseen here as well."""
    weights, value = {}, np.zeros(gold.shape)
    for k, kind in enumerate(SENTENCE_KINDS):
        pair = np.stack([heads[:, k], network[:, k]], 1)
        model = _fit(pair, gold[:, k], 1.0)
        weights[kind] = np.round([model.intercept_[0], *model.coef_[0]], 5).tolist()
        value[:, k] = _unseen(pair, gold[:, k], 1.0)
    return {"joint": weights, "above": round(steady_cut(value.ravel(), gold.ravel(), PRECISION), 4)}


def _unseen(z: Array, gold: Array, strength: float) -> Array:
    """Scores of every row by weights that were fitted on the other half."""
    value, half = np.zeros(len(z)), np.arange(len(z)) % 2 == 0
    for part in (half, ~half):
        value[~part] = _fit(z[part], gold[part], strength).decision_function(z[~part])
    return value


def _fit(z: Array, gold: Array, strength: float) -> LogisticRegression:
    return LogisticRegression(C=strength, max_iter=500).fit(z, gold)
