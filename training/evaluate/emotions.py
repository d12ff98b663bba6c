"""The 28, Ekman's, the groups, and the nine tags."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.language.service.customer import UNCLEAR_BELOW
from core.language.service.emotions import logistic
from core.language.service.judgement import CustomerJudgement
from core.language.service.labelling import Labelling
from training.evaluate import systems
from training.evaluate.halves import HALVES, by_halves, halvings
from training.evaluate.measures import accuracy, auc, ece, interval, macro_f1_columns, reliability
from training.evaluate.sentiment import written_test
from training.sets import held, rows
from training.settings import fine
from training.targets import EKMAN, FINE, GROUPED, SLICES, TAGS

Array = NDArray[Any]


def goemotions(folder: Path) -> list[str]:
    """Macro-F1 on the dev part by halves: each judged with thresholds that the other half helped to set."""
    dev = rows(folder, "goemotions", "dev")
    if not dev:
        return []
    gold = np.array([[f in r["labels"] for f in FINE] for r in dev])
    guess = by_halves(dev, partial(told, folder))
    again = [by_halves(dev, partial(told, folder), order) for order in halvings(len(dev))]
    out = [f"| labels | macro-F1 | mean of {len(again)} random halvings |", "|---|---|---|"]
    for name, groups in (("28", {f: frozenset([f]) for f in FINE}), ("Ekman", EKMAN), ("group", GROUPED)):
        own = merged(gold, groups)
        mean = np.mean([macro_f1_columns(own, merged(g, groups)) for g in again])
        out.append(f"| {name} | {interval(macro_f1_columns, own, merged(guess, groups))} | {mean:.3f} |")
    return [*out, "", HALVES]


def told(folder: Path, known: list[dict[str, Any]], asked: list[dict[str, Any]]) -> Array:
    """Labels of the posts asked about, with thresholds from the posts known and those held back from training."""
    predict = systems.analyzer().customers.logits
    kept = [r for r in rows(folder, "goemotions", "train") if held(r["text"])]
    cuts = fine(predict, known + kept)
    labelling = Labelling(FINE, cuts["fine_thresholds"], cuts["family_thresholds"])
    p = logistic(predict([r["text"] for r in asked])[:, SLICES["fine"]])
    return np.array([[f in labels for f in FINE] for labels in map(labelling.told, p)])


def merged(labels: Array, groups: dict[str, frozenset[str]]) -> Array:
    """Columns joined by group."""
    return np.stack([labels[:, [FINE.index(f) for f in g]].any(1) for g in groups.values()], 1)


def nine() -> list[str]:
    """Tags on the written test part: shown, right where shown, per tag."""
    found = written_test()
    judged = systems.judged([r["text"] for r in found])
    shown = np.array([j.tag not in (None, "unclear") for j in judged])
    right = np.array([j.tag == r["tag"] or j.tag in r["also"] for j, r in zip(judged, found, strict=True)])
    strict = np.array([j.tag == r["tag"] for j, r in zip(judged, found, strict=True)])
    out = [
        f"A tag is shown on {shown.mean():.0%} of {len(found)} written test messages; the first "
        f"label agrees on {interval(accuracy, strict[shown], np.ones(shown.sum(), bool))} of "
        f"these, any label on {right[shown].mean():.3f}.",
        "",
        "| tag | labelled | shown | precision | recall |",
        "|---|---|---|---|---|",
    ]
    for tag in TAGS:
        gold = np.array([r["tag"] == tag for r in found])
        guess = np.array([j.tag == tag for j in judged])
        hit = right[guess].mean() if guess.any() else float("nan")
        recall = guess[gold].mean() if gold.any() else float("nan")
        out.append(f"| {tag} | {gold.sum()} | {guess.sum()} | {hit:.2f} | {recall:.2f} |")
    return [*out, "", *levels(found, judged), "", *sure(judged, right)]


def sure(judged: list[CustomerJudgement], right: Array) -> list[str]:
    """Whether confidence means what it says."""
    shown = np.array([j.tag not in (None, "unclear") for j in judged])
    stated, fits = np.array([j.confidence for j in judged])[shown], right[shown]
    return [
        f"Confidence of the tags that are shown (from {UNCLEAR_BELOW}): expected calibration error "
        f"{ece(stated, fits):.3f}.",
        "",
        "| stated confidence | share right | n |",
        "|---|---|---|",
        *(f"| {a:.2f} | {b:.2f} | {n} |" for a, b, n in reliability(stated, fits)),
    ]


def levels(found: list[dict[str, Any]], judged: list[Any]) -> list[str]:
    """Intensity, target, nature and escalation."""
    gold = np.array([r["intensity"] for r in found])
    guess = np.array([j.intensity for j in judged])
    target = np.mean([j.target == r["target"] for j, r in zip(judged, found, strict=True)])
    p = np.array([j.p_escalation for j in judged])
    y = np.array([r["escalation"] for r in found])
    return [
        f"Intensity exact on {np.mean(gold == guess):.2f}, within one step on "
        f"{np.mean(abs(gold - guess) <= 1):.2f}; target right on {target:.2f}; "
        f"escalation (as the label guide defines it) AUC {interval(auc, y, p)}, "
        f"ECE {ece(p, y):.3f}, base rate {y.mean():.2f}."
    ]
