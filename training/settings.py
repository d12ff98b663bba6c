"""The artefact's settings, fitted with the student on dev parts (never on test parts)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.language.service.emotions import SIDE, UNDERNEATH
from core.language.service.reply import WARM, WARMTH
from core.language.service.reply_rules import WHY, hits
from core.language.service.reply_signals import features
from training import calibrate as fit
from training.sets import rows
from training.targets import CRITERIA, FINE, REPLY, SENTIMENT, SLICES, TAGS
from training.written_sets import SENTENCE_KINDS, part_of, read, reply_targets, written_examples

Predict = Callable[[list[str]], NDArray[np.float32]]
BONUS = 2.5  # a rule's hit counts as much as this many log-odds of the network
ALONE = 12.0
PRECISION, RULE_PRECISION = 0.8, 0.7


def of_part(kind: str, part: str) -> list[dict[str, Any]]:
    """Written rows of one part."""
    return [r for r in read(kind) if part_of(r["scenario"]) == part]


def under(fine: NDArray[Any]) -> NDArray[Any]:
    """The nine from the 28 by noisy-or."""
    columns = [[FINE.index(n) for n in names] for names in UNDERNEATH.values()]
    return np.stack([1 - np.prod(1 - 0.999 * fine[:, c], 1) for c in columns], 1)


def sentiment(predict: Predict, folder: Path, rows_dev: list[dict[str, Any]]) -> dict[str, Any]:
    """Service prior: written messages, tweets to a company, a few bank queries."""
    apple = rows(folder, "apple_tweets", "dev")
    bank = rows(folder, "banking77", "train")[::25]
    texts = [r["text"] for r in rows_dev + apple + bank]
    labels = [r["label"] for r in rows_dev + apple] + ["neutral"] * len(bank)
    weight = np.array([1.0] * len(rows_dev) + [0.5] * len(apple) + [0.15] * len(bank))
    scale, bias = fit.sentiment_prior(predict(texts)[:, SLICES["sentiment"]], labels, weight)
    return {"sentiment_scale": round(scale, 4), "sentiment_bias": [round(b, 4) for b in bias]}


def tags(logits: NDArray[Any], dev: list[dict[str, Any]], prior: dict[str, Any]) -> dict[str, Any]:
    """Share of the written head, confidence, intensity and escalation."""
    own = fit.logistic(logits[:, SLICES["tag"]])
    below = under(fit.logistic(logits[:, SLICES["fine"]]))
    p = np.exp(
        fit.log_softmax(prior["sentiment_scale"] * logits[:, SLICES["sentiment"]] + np.array(prior["sentiment_bias"]))
    )
    gold = np.array([TAGS.index(r["tag"]) for r in dev])

    def scored(share: float) -> NDArray[Any]:
        return (share * own + (1 - share) * below) * (0.25 + p[:, list(SIDE)])

    share = max((0.5, 0.6, 0.7, 0.8, 0.9, 1.0), key=lambda s: (scored(s).argmax(1) == gold).mean())
    value = scored(share)
    top = np.sort(value, 1)
    best = value.argmax(1)
    mixed = share * own + (1 - share) * below
    x = np.stack([mixed[np.arange(len(best)), best], top[:, -1] - top[:, -2], p.max(1)], 1)
    state = logits[:, SLICES["state"]]
    scale, bias = fit.platt(state[:, 0], np.array([r["escalation"] for r in dev]))
    level = np.array([r["intensity"] for r in dev])
    return {
        "tag_share": share,
        "tag_bias": [0.0] * len(TAGS),
        "confidence": fit.confidence(x, best == gold),
        "intensity_cuts": fit.intensity_cuts(fit.logistic(state[:, 3]), level),
        "state_scale": [scale, 1.0, 1.0, 1.0, 1.0],
        "state_bias": [bias, 0.0, 0.0, 0.0, 0.0],
        "escalation": {"scale": 1.0, "bias": -0.2},
    }


def fine(predict: Predict, folder: Path) -> dict[str, Any]:
    """Thresholds of the 28 on GoEmotions' dev part."""
    dev = rows(folder, "goemotions", "dev")
    p = fit.logistic(predict([r["text"] for r in dev])[:, SLICES["fine"]])
    gold = np.array([[f in r["labels"] for f in FINE] for r in dev])
    return {"fine_thresholds": fit.fine_thresholds(gold, p)}


def reply_inputs(logits: NDArray[Any], replies: list[dict[str, Any]]) -> NDArray[Any]:
    """The criteria's inputs, as the runtime computes them."""
    warm = [SLICES["fine"].start + FINE.index(n) for n in WARM]
    counted = np.array([features(r["reply"], r["customer"]) for r in replies])
    return np.concatenate([logits[:, SLICES["reply"]][:, :7], logits[:, warm], counted], 1)


def replies(predict: Predict, prior: dict[str, Any]) -> dict[str, Any]:
    """Criteria, outcome and findings on the written replies' dev part."""
    dev = of_part("replies", "dev")
    inputs = reply_inputs(predict([r["reply"] for r in dev]), dev)
    aims = [reply_targets(r) for r in dev]
    rated = 4 * np.array([[a[k] for k in (*CRITERIA, "given", "polite")] for a in aims])
    weights = fit.ridge(inputs, rated, 40.0)
    value = (np.array(weights)[:, 1:] @ inputs.T)[5] + weights[5][0]
    called = np.array([r["called_for"] for r in dev])
    given = np.array([r["outcome"] == "given" for r in dev])
    outcome = {"given_above": fit.given_cut(value[called] / 4, given[called])}
    outcome |= called_for(predict, dev, prior)
    steps = (np.array(weights)[:, 1:] @ inputs.T)[3] + weights[3][0]
    centre = beyond(predict([r["reply"] for r in dev]))
    return {
        "reply": {"criteria": weights, "centre": centre, "outcome": outcome, "findings": findings(predict, dev, steps)}
    }


def beyond(logits: NDArray[Any]) -> dict[str, float]:
    """Mean warmth and depth of the written replies, as the runtime computes them."""
    p = fit.logistic(logits)
    warm = sum(w * p[:, SLICES["fine"].start + FINE.index(n)] for n, w in WARMTH.items())
    return {"warmth": float(np.minimum(1.5, warm).mean()), "depth": float(p[:, SLICES["state"].start + 3].mean())}


def called_for(predict: Predict, dev: list[dict[str, Any]], prior: dict[str, Any]) -> dict[str, float]:
    """Logistic of the network's 'called for' and how negative the message is."""
    from sklearn.linear_model import LogisticRegression

    logits = predict([r["customer"] for r in dev])
    x = prior["sentiment_scale"] * logits[:, SLICES["sentiment"]] + np.array(prior["sentiment_bias"])
    pair = np.stack([fit.logistic(logits[:, SLICES["state"]][:, 4]), x[:, 0] - x[:, 1:].max(1)], 1)
    model = LogisticRegression(C=1.0).fit(pair, [r["called_for"] for r in dev])
    return {
        "called": float(model.coef_[0][0]),
        "negative": float(model.coef_[0][1]),
        "called_above": -float(model.intercept_[0]),
    }


def trusted_rules() -> dict[str, float]:
    """A kind whose rule is right on the train part fires by its rule alone."""
    out = dict.fromkeys(WHY, BONUS)
    found = [e for e in written_examples() if e.source == "written_sentences" and e.part == "train"]
    ruled = [{k for k, _, _ in hits(e.text)} for e in found]
    for kind in SENTENCE_KINDS:
        right = [e.known["reply"][kind] > 0 for e, r in zip(found, ruled, strict=True) if kind in r]
        if len(right) >= 5 and np.mean(right) >= RULE_PRECISION:
            out[kind] = ALONE
    return out


def findings(predict: Predict, dev: list[dict[str, Any]], steps: NDArray[Any]) -> dict[str, Any]:
    """Cuts for each kind at the wanted precision, rules counted in.

    Train and dev part together: a part alone holds too few of a kind, and the network ranks both alike.
    """
    found = [e for e in written_examples() if e.source == "written_sentences" and e.part != "test"]
    logits = predict([e.text for e in found])[:, SLICES["reply"]]
    ruled = [{k for k, _, _ in hits(e.text)} for e in found]
    above, bonus = {}, trusted_rules()
    for kind in SENTENCE_KINDS:
        gold = np.array([e.known["reply"][kind] > 0 for e in found])
        fired = np.array([kind in r for r in ruled])
        score = logits[:, REPLY.index(kind)] + min(BONUS, bonus[kind]) * fired
        open_ = ~fired if bonus[kind] > BONUS else np.ones_like(fired)
        above[kind] = round(fit.finding_cut(score[open_], gold[open_], PRECISION), 3)
    gold = np.array([any(f["kind"] == "no_next_step" for f in r["findings"]) for r in dev])
    needed = np.array([r["called_for"] or "?" in r["customer"] for r in dev])
    above["no_next_step"] = round(-fit.finding_cut(-steps[needed], gold[needed], 0.85), 3)
    return {"above": above, "bonus": bonus}


def fitted(predict: Predict, folder: Path) -> dict[str, Any]:
    """All settings."""
    dev = of_part("customers", "dev")
    prior = sentiment(predict, folder, dev)
    logits = predict([r["text"] for r in dev])
    assert SENTIMENT[0] == "negative"
    return prior | tags(logits, dev, prior) | fine(predict, folder) | replies(predict, prior)
