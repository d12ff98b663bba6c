"""The artefact's settings, fitted on dev parts of permitted sets and on what was held back from their train parts.

The report measures what was set on a dev part by halves: set on one, measured on the other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from core.language.service.emotions import SIDE, Tagging
from core.language.service.labelling import FAMILIES, Labelling, grouped
from core.language.service.reply import CRITERIA, WARM, rating
from core.language.service.reply_signals import features
from core.language.service.warmth import Warmth
from training import calibrate as fit
from training.ensemble import ALONE, SIZE
from training.posts import kept
from training.sets import held, rows
from training.shares import as_service, lifted
from training.targets import FINE, REPLY, SLICES, TAGS, TARGETS
from training.written_sets import of_part, reply_targets

Predict = Callable[[list[str]], NDArray[np.float32]]
STEP_PRECISION = 0.85
TWEETS, BANK = 1.0, 0.3  # how much a tweet to a company and a bank query count beside a written message


def sentiment(predict: Predict, folder: Path, tweets: list[dict[str, Any]]) -> dict[str, Any]:
    """Scale and bias for the share of complaints that service sees.

    From written messages (dev part), ``tweets`` to a company, bank queries that were held back, and long posts that
    teach nothing. Each of the first two is weighed as if its classes stood in SERVICE_SHARE.
    """
    dev, bank = of_part("customers", "dev"), [r for r in rows(folder, "banking77", "train") if held(r["text"])]
    long = kept()
    found = [*dev, *tweets, *({"text": r["text"], "label": "neutral"} for r in bank), *long]
    weight = [*as_service(dev, 1.0), *as_service(tweets, TWEETS), *([BANK] * len(bank)), *([1.0] * len(long))]
    logits = predict([r["text"] for r in found])
    own = logits[:, SLICES["sentiment"]]
    return fit.sentiment_prior(own, logits[:, SIZE], [r["label"] for r in found], np.array(weight))


def sides(prior: Mapping[str, Any], logits: NDArray[Any]) -> NDArray[Any]:
    """(n, 3) probability of negative, neutral, positive, as the runtime computes it."""
    return np.asarray(np.exp(fit.sides(prior, logits[:, SLICES["sentiment"]], logits[:, SIZE])))


def kept_tweets(folder: Path) -> list[dict[str, Any]]:
    """Tweets to a company that were held back from the train part."""
    return [r for r in rows(folder, "apple_tweets", "train") if held(r["text"])]


def tags(logits: NDArray[Any], dev: list[dict[str, Any]], prior: dict[str, Any]) -> dict[str, Any]:
    """The nine: each by itself, which one it is, and how often that is right."""
    nothing = {"own": 0.0, "under": 0.0, "side": 0.0, "bias": [0.0] * len(TAGS)}
    shown = fit.logistic(logits[:, SLICES["fine"]])
    own, below = logits[:, SLICES["tag"]], Tagging(FINE, nothing, nothing).below(shown)
    standing = sides(prior, logits)
    named = np.array([[t == r["tag"] or t in r["also"] for t in TAGS] for r in dev], float)
    main = np.array([[t == r["tag"] for t in TAGS] for r in dev], float)
    emotions = fit.each({"own": own, "under": below}, named)
    choice = fit.which({"own": own, "under": below, "side": np.log(standing + 1e-4)[:, SIDE]}, main)
    choice["bias"] = lifted(choice["bias"], main.mean(0))
    joined = Tagging(FINE, emotions, choice)
    odds = np.exp(joined.scores(own, shown)[:, len(TAGS) :])
    chosen = [joined.chosen(s, p) for s, p in zip(odds.tolist(), standing.tolist(), strict=True)]
    best, top = np.array([tag for tag, _ in chosen]), np.array([share for _, share in chosen])
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


def fine(predict: Predict, found: list[dict[str, Any]]) -> dict[str, Any]:
    """Thresholds of the 28 and of their families on posts with ``labels`` that taught nothing."""
    gold = np.array([[f in r["labels"] for f in FINE] for r in found])
    p = fit.logistic(predict([r["text"] for r in found])[:, SLICES["fine"]])
    families = grouped(FINE, FAMILIES.values())
    named = Labelling(FINE, [], []).families(p)
    return {
        "fine_thresholds": fit.fine_thresholds(gold, p),
        "family_thresholds": fit.fine_thresholds(gold @ families > 0, named),
    }


def posts(folder: Path) -> list[dict[str, Any]]:
    """GoEmotions' dev part, and what was held back of its train part."""
    return rows(folder, "goemotions", "dev") + [r for r in rows(folder, "goemotions", "train") if held(r["text"])]


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
    centre = beyond(predict([r["reply"] for r in dev]), dev)
    return {
        "reply": {
            "criteria": weights,
            "centre": centre,
            "outcome": outcome,
            "findings": stack | {"no_next_step": missing_step(predict, steps, dev)},
        }
    }


def beyond(logits: NDArray[Any], replies: list[dict[str, Any]]) -> dict[str, float]:
    """Mean understanding and warmth of the written replies, as the runtime computes them."""
    warmth = Warmth(FINE, {"understanding": 0.0, "warmth": 0.0})
    p = fit.logistic(logits[:, SLICES["fine"]])
    found = np.mean([warmth.raw(row, r["reply"]) for row, r in zip(p, replies, strict=True)], axis=0)
    return {"understanding": round(float(found[0]), 4), "warmth": round(float(found[1]), 4)}


def called_for(predict: Predict, dev: list[dict[str, Any]], prior: dict[str, Any]) -> dict[str, float]:
    """Logistic of the network's 'called for' and how negative the message is, both in log-odds.

    They tell the few scenarios of the dev part apart without an error, so the weights are held back.
    """
    logits = predict([r["customer"] for r in dev])
    standing = sides(prior, logits)
    negative = np.log((standing[:, 0] + 1e-4) / (standing[:, 1:].max(1) + 1e-4))
    called = fit.logistic(logits[:, SLICES["state"]][:, 4])
    pair = np.stack([np.log((called + 1e-4) / (1.0001 - called)), negative], 1)
    model = LogisticRegression(C=0.1).fit(pair, [r["called_for"] for r in dev])
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
    pair = np.stack([whole, rating(steps)], 1)[needed]
    found = LogisticRegression(C=1.0).fit(pair, gold)
    value = pair @ found.coef_[0]
    out = {"logit": found.coef_[0][0], "step": found.coef_[0][1], "above": fit.steady_cut(value, gold, STEP_PRECISION)}
    return {name: round(float(v), 4) for name, v in out.items()}


def fitted(predict: Predict, folder: Path, stack: dict[str, Any]) -> dict[str, Any]:
    """All settings of a network."""
    dev = of_part("customers", "dev")
    prior = sentiment(predict, folder, rows(folder, "apple_tweets", "dev") + kept_tweets(folder))
    logits = predict([r["text"] for r in dev])
    of_texts = prior | tags(logits, dev, prior) | state(logits, dev) | fine(predict, posts(folder))
    return of_texts | replies(predict, prior, stack)
