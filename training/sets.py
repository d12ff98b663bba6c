"""The permitted public sets as examples, and every dev set as it lies in the data folder."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from core.language.service.sentences import sentences
from training.targets import FILM, FINE, NEGATIVE, POSITIVE, SENTIMENT, Example

# Sets whose licence lets them train shipped weights. Nothing else is ever read for training.
PERMITTED: Final = (
    "goemotions",
    "xed_en",
    "vader_gt",
    "politeness",
    "banking77",
    "yelp_sentences",
    "skytrax",
    "apple_tweets",
)
COMPLAINING: Final = re.compile(
    r"\b(still|never|wrong|why|again|already|yet|not|n't|charged|stolen|lost|refus\w+|declin\w+|"
    r"disappear\w+|fail\w+|unable|can't|cannot|extra|twice|missing|didn't|hasn't|isn't)\b|!",
    re.IGNORECASE,
)


def data_folder() -> Path | None:
    """The folder with the public sets, or None where ATTUNE_SHARED is not set."""
    root = os.environ.get("ATTUNE_SHARED")
    path = Path(root) / "data" if root else None
    return path if path and path.is_dir() else None


def rows(folder: Path, name: str, part: str) -> list[dict[str, Any]]:
    """Rows of one file, or an empty list if the file is not there."""
    path = folder / name / f"{part}.jsonl.gz"
    if not path.is_file():
        return []
    with gzip.open(path, "rt", encoding="utf-8") as handle:
        return [json.loads(line) for line in handle]


def held(text: str) -> bool:
    """Whether a training text is kept back to choose weights and thresholds on (one in ten, by its words)."""
    return int(hashlib.sha256(text.encode()).hexdigest(), 16) % 10 == 0


def sentiment(label: str, sure: float = 1.0) -> dict[str, float]:
    """A three-way target; what is not sure is shared between the others."""
    rest = (1.0 - sure) / 2
    return {s: sure if s == label else rest for s in SENTIMENT}


def group_of(labels: list[str]) -> str | None:
    """The polarity that fine emotions agree on, or None where they disagree or are ambiguous."""
    has = {
        "positive": any(x in POSITIVE for x in labels),
        "negative": any(x in NEGATIVE for x in labels),
        "neutral": labels == ["neutral"],
    }
    named = [k for k, v in has.items() if v]
    return named[0] if len(named) == 1 else None


def _goemotions(folder: Path) -> Iterator[Example]:
    for r in rows(folder, "goemotions", "train"):
        known = {"fine": {f: float(f in r["labels"]) for f in FINE}}
        side = group_of(r["labels"])
        if side:
            known["sentiment"] = sentiment(side, 0.8)
        yield Example(r["text"], "goemotions", known)


def _film(folder: Path) -> Iterator[Example]:
    for r in rows(folder, "xed_en", "train"):
        known = {"film": {f: float(f in r["labels"]) for f in FILM}}
        yield Example(r["text"], "xed_en", known, 0.4)


def _rated(folder: Path) -> Iterator[Example]:
    for part, weight, step in (("tweets", 1.0, 1), ("amazon", 0.8, 1), ("movie", 0.4, 2), ("nyt", 0.3, 4)):
        for r in rows(folder, "vader_gt", part)[::step]:
            score = r["score"]
            if 0.35 < abs(score) < 0.7:
                continue
            label = "neutral" if abs(score) <= 0.35 else "positive" if score > 0 else "negative"
            sure = 0.8 if label == "neutral" else min(0.97, 0.7 + 0.12 * abs(score))
            yield Example(r["text"], "vader_gt", {"sentiment": sentiment(label, sure)}, weight)


def _labelled(folder: Path) -> Iterator[Example]:
    for r in rows(folder, "yelp_sentences", "train"):
        yield Example(r["text"], "yelp_sentences", {"sentiment": sentiment(r["label"], 0.95)}, 1.5)
    for r in rows(folder, "apple_tweets", "train"):
        sure = max(0.6, min(0.95, float(r.get("conf") or 0.7)))
        yield Example(r["text"], "apple_tweets", {"sentiment": sentiment(r["label"], sure)}, 1.5)


def _reviews(folder: Path) -> Iterator[Example]:
    for r in rows(folder, "skytrax", "train"):
        if r["rating"] is None:
            continue
        value = float(r["rating"])
        label = "negative" if value <= 4 else "positive" if value >= 7 else "neutral"
        if label != "neutral":
            yield Example(r["text"], "skytrax", {"sentiment": sentiment(label, 0.9)}, 0.8)


def _banking(folder: Path) -> Iterator[Example]:
    for r in rows(folder, "banking77", "train"):
        sure, weight = (0.65, 0.4) if COMPLAINING.search(r["text"]) else (0.9, 0.6)
        yield Example(r["text"], "banking77", {"sentiment": sentiment("neutral", sure)}, weight)


def _requests(folder: Path) -> Iterator[Example]:
    for r in rows(folder, "politeness", "train"):
        known = {"polite": {"polite_request": 1 / (1 + 2.718281828 ** (-1.5 * r["score"]))}}
        yield Example(r["text"], "politeness", known, 0.5)


SOURCES: Final[dict[str, Callable[[Path], Iterator[Example]]]] = {
    "goemotions": _goemotions,
    "xed_en": _film,
    "vader_gt": _rated,
    "yelp+apple": _labelled,
    "skytrax": _reviews,
    "banking77": _banking,
    "politeness": _requests,
}


def public_examples(folder: Path) -> list[Example]:
    """Every training example of the permitted public sets, in a fixed order."""
    return [e for load in SOURCES.values() for e in load(folder)]


def unlabelled(folder: Path) -> list[Example]:
    """Further permitted texts that only the teacher labels: review sentences, middling tweets and product reviews."""
    out = []
    for r in rows(folder, "skytrax", "train"):
        out += [Example(s.text, "skytrax") for s in sentences(r["text"])[:4] if 3 <= len(s.text.split()) <= 40]
    for part in ("tweets", "amazon"):
        out += [Example(r["text"], "vader_gt") for r in rows(folder, "vader_gt", part) if 0.35 < abs(r["score"]) < 0.7]
    return out
