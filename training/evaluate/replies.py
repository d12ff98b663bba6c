"""Replies: criteria, outcome, findings on the written test part; empathy sets not trained on."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.language.service.judgement import ReplyJudgement
from training.evaluate import systems
from training.evaluate.measures import (
    accuracy,
    agreement,
    auc,
    average_precision,
    interval,
    macro_f1,
)
from training.sets import rows
from training.targets import KINDS
from training.written_sets import of_part

Array = NDArray[Any]


def written_test() -> list[dict[str, Any]]:
    """Written replies that nothing was fitted on."""
    return of_part("replies", "test")


@lru_cache(maxsize=50_000)
def judged(reply: str, customer: str) -> ReplyJudgement:
    """One reply."""
    return systems.analyzer().reply(reply, customer or None)


def criteria() -> list[str]:
    """Agreement with the first labels."""
    found = written_test()
    out = [judged(r["reply"], r["customer"]) for r in found]
    lines = ["| criterion | mean absolute error | quadratic kappa |", "|---|---|---|"]
    for name in found[0]["criteria"] if found else ():
        gold = np.array([r["criteria"][name] for r in found])
        guess = np.array([j.criteria.get(name, 0.0) for j in out])
        kappa = agreement(gold, np.clip(np.round(guess), 0, 4).astype(int), 5)
        lines.append(f"| {name} | {np.abs(gold - guess).mean():.2f} | {kappa:.2f} |")
    gold = np.array([r["outcome"] for r in found])
    guess = np.array([j.outcome for j in out])
    called = np.array([r["called_for"] for r in found])
    mine = np.array([j.called_for for j in out])
    return [
        *lines,
        "",
        f"Outcome (given / missing / not called for): macro-F1 "
        f"{interval(macro_f1, gold, guess)}, accuracy {interval(accuracy, gold, guess)} on "
        f"{len(found)} written test replies; 'called for' right on "
        f"{interval(accuracy, called, mine)}.",
    ]


def findings() -> list[str]:
    """Precision and recall a kind and reply, and how often a good reply is marked at all."""
    found = written_test()
    out = [judged(r["reply"], r["customer"]) for r in found]
    lines = ["| kind | labelled | fired | precision | recall |", "|---|---|---|---|---|"]
    total = np.zeros(3)
    for kind in sorted(KINDS):
        gold = np.array([any(f["kind"] == kind for f in r["findings"]) for r in found])
        guess = np.array([any(f.kind == kind for f in j.findings) for j in out])
        hit = float((gold & guess).sum())
        if kind in ("dismissive", "blaming", "robotic", "over_promise"):
            total += (hit, guess.sum(), gold.sum())
        lines.append(
            f"| {kind} | {gold.sum()} | {guess.sum()} | {hit / max(1, guess.sum()):.2f} | "
            f"{hit / max(1, gold.sum()):.2f} |"
        )
    lines.append(
        f"| first four together | {total[2]:.0f} | {total[1]:.0f} | "
        f"{total[0] / max(1, total[1]):.2f} | {total[0] / max(1, total[2]):.2f} |"
    )
    clean = [j for r, j in zip(found, out, strict=True) if not r["findings"]]
    marked = np.mean([bool(j.findings) for j in clean]) if clean else float("nan")
    return [
        *lines,
        "",
        f"False alarms: {marked:.3f} of {len(clean)} replies without a labelled finding get any finding.",
    ]


def empathy(folder: Path) -> list[str]:
    """Ranking of replies on sets that nothing was trained on; 'validates' is warmth, 'acknowledges' insight."""
    lines = [
        "| set and question | n | base | measure | Attune empathy | validates | acknowledges | VADER |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, pairs, gold in questions(folder):
        out = [judged(r, c) for r, c in pairs]
        scores = [
            np.array([j.empathy or 0.0 for j in out]),
            *(np.array([j.criteria.get(name, 0.0) for j in out]) for name in ("validates", "acknowledges")),
            systems.vader([r for r, _ in pairs]),
        ]
        for title, measure in (("AUC", auc), ("AP", average_precision)):
            cells = " | ".join(str(interval(measure, gold, s)) for s in scores)
            lines.append(f"| {name} | {len(gold)} | {gold.mean():.3f} | {title} | {cells} |")
    return lines


def questions(folder: Path) -> list[tuple[str, list[tuple[str, str]], Array]]:
    """(name, (reply, customer) pairs, gold) of every set that is there."""
    out = []
    dev = rows(folder, "epitome", "dev")
    pairs = [(r["response"], r["seeker"]) for r in dev]
    for key, name in (("er", "EPITOME reaction present"), ("ip", "EPITOME interpretation present")):
        out.append((name, pairs, np.array([r[key] > 0 for r in dev])))
    dev = rows(folder, "emowoz2_conduct", "dev")[::3]
    out.append(
        (
            "EmoWOZ apologetic or compassionate agent turn",
            [(r["agent"], r["customer"]) for r in dev],
            np.array([r["conduct"] in ("apologetic", "compassionate") for r in dev]),
        )
    )
    dev = rows(folder, "esconv_strategy", "dev")
    wanted = ("Reflection of feelings", "Affirmation and Reassurance")
    out.append(
        (
            "ESConv reflection or reassurance",
            [(r["text"], r["context"]) for r in dev],
            np.array([r["strategy"] in wanted for r in dev]),
        )
    )
    dev = rows(folder, "empathetic_intents", "manual")
    kind = {"sympathizing", "consoling", "encouraging", "acknowledging", "expressing_care_concern"}
    out.append(
        (
            "EmpatheticIntents, by hand: empathic intent",
            [(r["text"].split("<SEP>")[-1], "") for r in dev],
            np.array([r["intent"] in kind for r in dev]),
        )
    )
    dev = [r for p in ("train", "dev") for r in rows(folder, "twcs_acts", p) if r["direction"] == "outbound"]
    out.append(
        (
            "real company tweets: apology",
            [(r["text"], "") for r in dev],
            np.array(["Apologize" in r["labels"] for r in dev]),
        )
    )
    return [(n, p, g) for n, p, g in out if len(p) and g.any()]


def politeness(folder: Path) -> list[str]:
    """Pairs of requests from the outer quarters: how often the politer one scores higher."""
    dev = rows(folder, "politeness", "dev")
    if not dev:
        return []
    where = systems.analyzer().customers.reading.where["polite"]
    p = systems.analyzer().customers.logits([r["text"] for r in dev])[:, where][:, 0]
    gold = np.array([r["score"] for r in dev])
    low, high = np.quantile(gold, [0.25, 0.75])
    value = auc(
        np.concatenate([np.ones((gold >= high).sum()), np.zeros((gold <= low).sum())]),
        np.concatenate([p[gold >= high], p[gold <= low]]),
    )
    return [
        f"Pairwise accuracy between the politest and the least polite quarter of Stanford "
        f"politeness requests (dev): {value:.3f}."
    ]
