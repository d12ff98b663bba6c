"""Quick figures on dev sets for choosing between models (never on hidden sets)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import accuracy_score, f1_score, roc_auc_score

from training.sets import rows
from training.targets import EKMAN, FINE, GROUPED, SENTIMENT, SLICES
from training.written_sets import part_of, read

Predict = Callable[[list[str]], NDArray[np.float32]]


def tuned_f1(gold: NDArray[Any], score: NDArray[Any]) -> float:
    """Macro-F1 with each label's best threshold on the same set (an upper estimate)."""
    best = [
        max(f1_score(gold[:, k], score[:, k] > t) for t in np.quantile(score[:, k], GRID)) for k in range(gold.shape[1])
    ]
    return float(np.mean(best))


GRID = 1 - np.array(
    [
        0.001,
        0.002,
        0.003,
        0.005,
        0.0075,
        0.01,
        0.015,
        0.02,
        0.03,
        0.04,
        0.05,
        0.06,
        0.08,
        0.1,
        0.15,
        0.2,
        0.25,
        0.3,
        0.35,
        0.4,
        0.5,
        0.6,
        0.7,
    ]
)


def fine_check(predict: Predict, folder: Path) -> str:
    """GoEmotions: 28, Ekman, group."""
    dev = rows(folder, "goemotions", "dev")
    x = predict([r["text"] for r in dev])[:, SLICES["fine"]]
    p = 1 / (1 + np.exp(-x))
    gold = np.array([[f in r["labels"] for f in FINE] for r in dev])
    out = [f"28 {tuned_f1(gold, p):.4f}"]
    for name, groups in (("ekman", EKMAN), ("group", GROUPED)):
        cols = [[FINE.index(f) for f in g] for g in groups.values()]
        got = np.stack([1 - np.prod(1 - p[:, c], axis=1) for c in cols], 1)
        want = np.stack([gold[:, c].any(1) for c in cols], 1)
        out.append(f"{name} {tuned_f1(want, got):.4f}")
    return " ".join(out)


def three_way(name: str, gold: list[str], x: NDArray[Any]) -> str:
    """AUC negative against the rest, macro-F1 and accuracy at argmax and at best class bias."""
    y = np.array([SENTIMENT.index(g) for g in gold])
    logp = x - np.log(np.exp(x).sum(1, keepdims=True))
    best = max(
        (f1_score(y, (logp + np.array([a, 0, b])).argmax(1), average="macro"), a, b)
        for a in np.arange(-1.5, 1.6, 0.25)
        for b in np.arange(-1.5, 1.6, 0.25)
    )
    plain = logp.argmax(1)
    return (
        f"{name}: auc {roc_auc_score(y == 0, logp[:, 0] - np.logaddexp(logp[:, 1], logp[:, 2])):.3f} "
        f"f1 {f1_score(y, plain, average='macro'):.3f} acc {accuracy_score(y, plain):.3f} "
        f"best f1 {best[0]:.3f} at {best[1]:+.2f} {best[2]:+.2f}"
    )


def sentiment_checks(predict: Predict, folder: Path) -> list[str]:
    """Three-way sets, bank queries, tweets to companies, dissatisfied turns."""
    out = []
    for name, part in (("apple_tweets", "dev"), ("tweeteval_sentiment", "dev"), ("semeval_tweets", "dev")):
        dev = rows(folder, name, part)
        x = predict([r["text"] for r in dev])[:, SLICES["sentiment"]]
        out.append(three_way(name, [r["label"] for r in dev], x))
    mine = [r for r in read("customers") if part_of(r["scenario"]) == "dev"]
    if mine:
        x = predict([r["text"] for r in mine])[:, SLICES["sentiment"]]
        out.append(three_way(f"written {len(mine)}", [r["label"] for r in mine], x))
    bank = rows(folder, "banking77", "test")
    x = predict([r["text"] for r in bank])[:, SLICES["sentiment"]]
    out.append(f"banking flagged {np.mean(x.argmax(1) == 0):.3f}")
    act = [
        r for r in rows(folder, "twcs_acts", "dev") + rows(folder, "twcs_acts", "train") if r["direction"] == "inbound"
    ]
    x = predict([r["text"] for r in act])[:, SLICES["sentiment"]]
    bad = np.array(["Bad Support" in r["labels"] for r in act])
    out.append(
        f"twcs bad support auc {roc_auc_score(bad, x[:, 0] - x[:, 1]):.3f} "
        f"shares {np.bincount(x.argmax(1), minlength=3) / len(act)}"
    )
    turns = [t for r in rows(folder, "uss_sgd", "dev") for t in r["turns"] if t["ratings"]]
    x = predict([t["text"] for t in turns])[:, SLICES["sentiment"]]
    low = np.array([np.mean(t["ratings"]) < 3 for t in turns])
    out.append(f"uss dissatisfied auc {roc_auc_score(low, x[:, 0] - np.logaddexp(x[:, 1], x[:, 2])):.3f}")
    return out


def reply_checks(predict: Predict, folder: Path) -> list[str]:
    """Empathy sets."""
    out = []
    dev = rows(folder, "epitome", "dev")
    x = predict([r["response"] for r in dev])[:, SLICES["reply"]]
    for key in ("er", "ip"):
        y = np.array([r[key] > 0 for r in dev])
        out.append(
            f"epitome {key} ack {roc_auc_score(y, x[:, 0]):.3f} val {roc_auc_score(y, x[:, 1]):.3f} "
            f"given {roc_auc_score(y, x[:, 5]):.3f}"
        )
    dev = rows(folder, "emowoz2_conduct", "dev")
    x = predict([r["agent"] for r in dev])[:, SLICES["reply"]]
    y = np.array([r["conduct"] in ("apologetic", "compassionate") for r in dev])
    out.append(
        f"emowoz apol ack {roc_auc_score(y, x[:, 0]):.3f} val {roc_auc_score(y, x[:, 1]):.3f} "
        f"given {roc_auc_score(y, x[:, 5]):.3f}"
    )
    dev = rows(folder, "esconv_strategy", "dev")
    x = predict([r["text"] for r in dev])[:, SLICES["reply"]]
    y = np.array([r["strategy"] in ("Reflection of feelings", "Affirmation and Reassurance") for r in dev])
    out.append(
        f"esconv empathic ack {roc_auc_score(y, x[:, 0]):.3f} val {roc_auc_score(y, x[:, 1]):.3f} "
        f"given {roc_auc_score(y, x[:, 5]):.3f}"
    )
    return out


def everything(predict: Predict, folder: Path) -> str:
    """All quick figures as lines."""
    lines = [fine_check(predict, folder), *sentiment_checks(predict, folder), *reply_checks(predict, folder)]
    return "\n".join("  " + line for line in lines)
