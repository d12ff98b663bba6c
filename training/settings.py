"""The artefact's settings, fitted on what was held back from training and on the written sets' dev part.

The public sets' dev parts are for the report alone.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from core.language.service.emotions import SIDE, Tagging
from core.language.service.reply import WARM, WARMTH
from core.language.service.reply_signals import features
from training import calibrate as fit
from training.ensemble import ALONE, Ensemble
from training.sets import held, rows
from training.targets import CRITERIA, FINE, REPLY, SENTIMENT, SLICES, TAGS, TARGETS
from training.written_sets import part_of, read, reply_targets

Predict = Callable[[list[str]], NDArray[np.float32]]
STEP_PRECISION = 0.85


def of_part(kind: str, part: str) -> list[dict[str, Any]]:
    """Written rows of one part."""
    return [r for r in read(kind) if part_of(r["scenario"]) == part]


def sentiment(predict: Predict, folder: Path, dev: list[dict[str, Any]]) -> dict[str, Any]:
    """Service prior: written messages, tweets to a company and bank queries that were held back."""
    apple = [r for r in rows(folder, "apple_tweets", "train") if held(r["text"])]
    bank = [r for r in rows(folder, "banking77", "train") if held(r["text"])]
    texts = [r["text"] for r in dev + apple + bank]
    labels = [r["label"] for r in dev + apple] + ["neutral"] * len(bank)
    weight = np.array([1.0] * len(dev) + [0.8] * len(apple) + [0.15] * len(bank))
    scale, bias = fit.sentiment_prior(predict(texts)[:, SLICES["sentiment"]], labels, weight)
    return {"sentiment_scale": round(scale, 4), "sentiment_bias": [round(b, 4) for b in bias]}


def tags(logits: NDArray[Any], dev: list[dict[str, Any]], prior: dict[str, Any]) -> dict[str, Any]:
    """The nine: each by itself, which one it is, and how often that is right."""
    nothing = {"own": 0.0, "under": 0.0, "side": 0.0, "bias": [0.0] * len(TAGS)}
    shown = fit.logistic(logits[:, SLICES["fine"]])
    own, below = logits[:, SLICES["tag"]], Tagging(FINE, nothing, nothing).below(shown)
    raw = prior["sentiment_scale"] * logits[:, SLICES["sentiment"]] + np.array(prior["sentiment_bias"])
    sides = np.exp(fit.log_softmax(raw))
    named = np.array([[t == r["tag"] or t in r["also"] for t in TAGS] for r in dev], float)
    main = np.array([[t == r["tag"] for t in TAGS] for r in dev], float)
    emotions = fit.each({"own": own, "under": below}, named)
    choice = fit.which({"own": own, "under": below, "side": np.log(sides + 1e-4)[:, SIDE]}, main)
    joined = Tagging(FINE, emotions, choice)
    standing = joined.scores(own, shown)[:, len(TAGS) :]
    chosen = np.array([joined.chosen(s, p) for s, p in zip(standing.tolist(), sides.tolist(), strict=True)])
    best, top = chosen.argmax(1), chosen.max(1)
    right = named[np.arange(len(best)), best] > 0
    scale, bias = fit.platt(np.log(top / (1.000001 - top)), right)
    return {"emotions": emotions, "choice": choice, "confidence": [bias, scale]}


def state(logits: NDArray[Any], dev: list[dict[str, Any]]) -> dict[str, Any]:
    """Escalation, intensity and target."""
    out = logits[:, SLICES["state"]]
    scale, bias = fit.platt(out[:, 0], np.array([r["escalation"] for r in dev]))
    level = np.array([r["intensity"] for r in dev])
    aims = np.array([[t == r["target"] for t in TARGETS] for r in dev], float)
    place = fit.which({"own": logits[:, SLICES["target"]]}, aims)
    return {
        "intensity_cuts": fit.intensity_cuts(fit.logistic(out[:, 3]), level),
        "state_scale": [scale, 1.0, 1.0, 1.0, 1.0],
        "state_bias": [bias, 0.0, 0.0, 0.0, 0.0],
        "target_bias": [round(b / place["own"], 4) for b in place["bias"]],
        "escalation": {"scale": 1.0, "bias": -0.2},
    }


def fine(joined: Ensemble, folder: Path) -> dict[str, Any]:
    """Thresholds of the 28 on the GoEmotions texts that were held back.

    How often a label is given is read off the wide heads, which never saw these texts; a student that goes on
    from an earlier artefact may have, and would be too sure of itself there.
    """
    found = [r for r in rows(folder, "goemotions", "train") if held(r["text"])]
    texts = [r["text"] for r in found]
    gold = np.array([[f in r["labels"] for f in FINE] for r in found])
    fresh = fit.logistic(joined.wide.logits(texts, joined.student.encoder)[:, joined.wide.heads("fine")])
    often = (fresh >= np.array(fit.fine_thresholds(gold, fresh))).mean(0)
    p = fit.logistic(joined.logits(texts)[:, SLICES["fine"]])
    cuts = [float(np.quantile(p[:, k], 1 - share)) for k, share in enumerate(often)]
    return {"fine_thresholds": [max(0.03, round(cut, 4)) for cut in cuts]}


def reply_inputs(logits: NDArray[Any], replies: list[dict[str, Any]]) -> NDArray[Any]:
    """The criteria's inputs, as the runtime computes them."""
    warm = [SLICES["fine"].start + FINE.index(n) for n in WARM]
    counted = np.array([features(r["reply"], r["customer"]) for r in replies])
    return np.concatenate([logits[:, SLICES["reply"]][:, :7], logits[:, warm], counted], 1)


def replies(predict: Predict, prior: dict[str, Any], stack: dict[str, Any]) -> dict[str, Any]:
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
        "reply": {
            "criteria": weights,
            "centre": centre,
            "outcome": outcome,
            "findings": stack | {"no_next_step": missing_step(predict, steps, dev)},
        }
    }


def beyond(logits: NDArray[Any]) -> dict[str, float]:
    """Mean warmth and depth of the written replies, as the runtime computes them."""
    p = fit.logistic(logits)
    warm = sum(w * p[:, SLICES["fine"].start + FINE.index(n)] for n, w in WARMTH.items())
    return {"warmth": float(np.minimum(1.5, warm).mean()), "depth": float(p[:, SLICES["state"].start + 3].mean())}


def called_for(predict: Predict, dev: list[dict[str, Any]], prior: dict[str, Any]) -> dict[str, float]:
    """Logistic of the network's 'called for' and how negative the message is."""
    logits = predict([r["customer"] for r in dev])
    x = prior["sentiment_scale"] * logits[:, SLICES["sentiment"]] + np.array(prior["sentiment_bias"])
    sides = np.exp(fit.log_softmax(x))
    negative = np.log((sides[:, 0] + 1e-4) / (sides[:, 1:].max(1) + 1e-4))
    pair = np.stack([fit.logistic(logits[:, SLICES["state"]][:, 4]), negative], 1)
    model = LogisticRegression(C=1.0).fit(pair, [r["called_for"] for r in dev])
    return {
        "called": float(model.coef_[0][0]),
        "negative": float(model.coef_[0][1]),
        "called_above": -float(model.intercept_[0]),
    }


def missing_step(predict: Predict, steps: NDArray[Any], dev: list[dict[str, Any]]) -> dict[str, float]:
    """When a reply that owes a step is said to name none."""
    whole = predict([r["reply"] for r in dev])[:, ALONE][:, REPLY.index("no_next_step")]
    needed = np.array([r["called_for"] or "?" in r["customer"] for r in dev])
    gold = np.array([any(f["kind"] == "no_next_step" for f in r["findings"]) for r in dev])[needed]
    pair = np.stack([whole, np.clip(steps, 0, 4)], 1)[needed]
    found = LogisticRegression(C=1.0).fit(pair, gold)
    value = pair @ found.coef_[0]
    out = {"logit": found.coef_[0][0], "step": found.coef_[0][1], "above": fit.finding_cut(value, gold, STEP_PRECISION)}
    return {name: round(float(v), 4) for name, v in out.items()}


def fitted(joined: Ensemble, folder: Path, stack: dict[str, Any]) -> dict[str, Any]:
    """All settings."""
    predict = joined.logits
    dev = of_part("customers", "dev")
    prior = sentiment(predict, folder, dev)
    logits = predict([r["text"] for r in dev])
    assert SENTIMENT[0] == "negative"
    return prior | tags(logits, dev, prior) | state(logits, dev) | fine(joined, folder) | replies(predict, prior, stack)
