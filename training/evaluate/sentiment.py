"""Three-way sentiment, complaint ranking, calibration, slices, false alarms."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.evaluate import systems
from training.evaluate.halves import HALVES, by_halves
from training.evaluate.measures import accuracy, auc, ece, interval, macro_f1, reliability
from training.sets import rows
from training.settings import kept_tweets
from training.settings import sentiment as prior_of
from training.settings import sides as service_sides
from training.written_sets import of_part

TWEETS = "apple_tweets dev"
SIDES = {"negative": -1, "neutral": 0, "positive": 1}
LONGEST = 10_000
LENGTHS = ((0, 7), (8, 20), (21, 40), (41, LONGEST))  # words
PROVEN = 100  # texts that a figure needs to say anything
Lines = list[str]


def written_test() -> list[dict[str, Any]]:
    """The written customer messages that nothing was fitted on."""
    return of_part("customers", "test")


def sets(folder: Path | None) -> Iterator[tuple[str, list[str], NDArray[Any]]]:
    """(name, texts, −1/0/1) of every three-way set that is there."""
    mine = written_test()
    yield "written customers, test part", [r["text"] for r in mine], sides(mine)
    if folder is None:
        return
    for name in ("apple_tweets", "tweeteval_sentiment", "semeval_tweets"):
        found = rows(folder, name, "dev")
        if found:
            yield f"{name} dev", [r["text"] for r in found], sides(found)
    found = [r for r in rows(folder, "skytrax", "dev") if r["rating"] is not None]
    if found:
        value = np.array([float(r["rating"]) for r in found])
        yield "skytrax dev", [r["text"] for r in found], np.where(value <= 4, -1, np.where(value >= 7, 1, 0))
    found = rows(folder, "yelp_sentences", "dev")
    if found:
        yield "yelp_sentences dev", [r["text"] for r in found], sides(found)


def sides(found: Sequence[dict[str, Any]]) -> NDArray[Any]:
    """Labels as −1, 0, 1."""
    return np.array([SIDES[r["label"]] for r in found])


def table(folder: Path | None) -> Lines:
    """One row a set and system."""
    out = ["| set | n | system | macro-F1 | accuracy | AUC negative vs rest |", "|---|---|---|---|---|---|"]
    for name, texts, gold in sets(folder):
        p = probabilities(folder, name, texts)
        scores = {"TextBlob": systems.textblob(texts), "VADER": systems.vader(texts)}
        found = {k: (systems.three(v), -v) for k, v in scores.items()}
        found["Attune"] = (p.argmax(1) - 1, p[:, 0])
        for system, (guess, negative) in found.items():
            out.append(
                f"| {name} | {len(texts)} | {system} | {interval(macro_f1, gold, guess)} | "
                f"{interval(accuracy, gold, guess)} | "
                f"{interval(auc, gold == -1, negative)} |"
            )
    return [*out, "", f"{TWEETS}: {HALVES[0].lower()}{HALVES[1:]}"]


def probabilities(folder: Path | None, name: str, texts: list[str]) -> NDArray[Any]:
    """(n, 3) as shipped; by halves where the set's dev part helped to set the prior."""
    if folder is None or name != TWEETS:
        return systems.shipped_probabilities(texts)
    return by_halves(rows(folder, "apple_tweets", "dev"), partial(tuned, folder))


def tuned(folder: Path, known: list[dict[str, Any]], asked: list[dict[str, Any]]) -> NDArray[Any]:
    """Probabilities of the tweets asked about, with a prior from those known and all else that sets it."""
    predict = systems.analyzer().customers.logits
    prior = prior_of(predict, folder, known + kept_tweets(folder))
    return service_sides(prior, predict([r["text"] for r in asked]))


def calibration() -> Lines:
    """Reliability of the best of three, and ECE, on the written test part."""
    found = written_test()
    p = systems.shipped_probabilities([r["text"] for r in found])
    right = (p.argmax(1) - 1) == sides(found)
    out = [
        f"Expected calibration error {ece(p.max(1), right):.3f} on {len(found)} written test "
        "messages (probability of the best of three).",
        "",
        "| stated probability | share right | n |",
        "|---|---|---|",
    ]
    return out + [f"| {a:.2f} | {b:.2f} | {n} |" for a, b, n in reliability(p.max(1), right)]


def slices() -> Lines:
    """Accuracy and the errors that hurt by channel, register and length."""
    found = written_test()
    p = systems.shipped_probabilities([r["text"] for r in found])
    guess, gold = p.argmax(1) - 1, sides(found)
    keys: dict[str, Any] = {
        f"{key} {value}": [r[key] == value for r in found]
        for key in ("channel", "register")
        for value in sorted({r[key] for r in found})
    }
    size = np.array([len(r["text"].split()) for r in found])
    for low, high in LENGTHS:
        keys[f"{low} to {high} words" if high < LONGEST else f"{low} words and more"] = (size >= low) & (size <= high)
    out = ["| slice | n | accuracy | missed negatives | neutral, positive flagged negative |", "|---|---|---|---|---|"]
    return out + [_slice(name, gold[np.array(m)], guess[np.array(m)]) for name, m in keys.items()]


def _slice(name: str, gold: NDArray[Any], guess: NDArray[Any]) -> str:
    """One row: how many, how many right, which share of each side is on the wrong side of negative."""
    seen, kept, sunk = ((guess[gold == side] == -1) for side in (-1, 0, 1))
    missed, *flagged = (f"{x.mean():.2f} of {x.size}" if x.size else "none" for x in (~seen, kept, sunk))
    note = "" if gold.size >= PROVEN else f" (under {PROVEN}: not proven)"
    return f"| {name}{note} | {gold.size} | {interval(accuracy, gold, guess)} | {missed} | {', '.join(flagged)} |"


def false_alarms(folder: Path | None) -> Lines:
    """Neutral texts flagged negative."""
    out = ["| texts | n | TextBlob | VADER | Attune |", "|---|---|---|---|---|"]
    neutral = [r["text"] for r in written_test() if r["label"] == "neutral"]
    groups = {"written neutral messages, test part": neutral}
    if folder is not None:
        groups["banking77 test"] = [r["text"] for r in rows(folder, "banking77", "test")]
    for name, texts in groups.items():
        p = systems.shipped_probabilities(texts) if texts else np.zeros((1, 3))
        flagged = [float((systems.three(s) == -1).mean()) for s in (systems.textblob(texts), systems.vader(texts))]
        out.append(
            f"| {name} | {len(texts)} | {flagged[0]:.3f} | {flagged[1]:.3f} | {float((p.argmax(1) == 0).mean()):.3f} |"
        )
    return out


def dissatisfied(folder: Path) -> Lines:
    """uss_sgd: turns rated under 3, found by the turn's wording alone (not trained on)."""
    turns = [t for r in rows(folder, "uss_sgd", "dev") for t in r["turns"] if t["ratings"]]
    if not turns:
        return []
    low = np.array([np.mean(t["ratings"]) < 3 for t in turns])
    texts = [t["text"] for t in turns]
    scores = {
        "TextBlob": -systems.textblob(texts),
        "VADER": -systems.vader(texts),
        "Attune": -np.array([j.sentiment for j in systems.judged(texts)]),
    }
    return ["| system | AUC |", "|---|---|", *(f"| {k} | {interval(auc, low, v)} |" for k, v in scores.items())]
