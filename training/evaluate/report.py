"""Writes docs/language-report.md from one run."""

from __future__ import annotations

from pathlib import Path

from core.language.service.artefact import load
from training import agreement, posts
from training.evaluate import card, emotions, fairness, hard, replies, sentiment, speed
from training.sets import data_folder
from training.written_sets import read

DOCS = Path("docs/language-report.md")
ABSENT = ["The public sets are not there (ATTUNE_SHARED is not set)."]
Lines = list[str]


def sections() -> dict[str, Lines]:
    """Every section of the report."""
    folder = data_folder()
    return {
        "Sentiment, three ways": sentiment.table(folder),
        "Calibration": sentiment.calibration(),
        "Slices of the written test part": sentiment.slices(),
        "False alarms on neutral text": sentiment.false_alarms(folder),
        "Dissatisfied turns, not trained on": sentiment.dissatisfied(folder) if folder else ABSENT,
        "GoEmotions dev": emotions.goemotions(folder) if folder else ABSENT,
        "The nine tags, intensity, target, escalation": emotions.nine(),
        "Hard signals": hard.table(folder),
        "Replies: criteria and outcome": replies.criteria(),
        "Replies: findings": replies.findings(),
        "Agreement of two blind labellings": labels_agree(),
        "Empathy on sets not trained on": replies.empathy(folder) if folder else ABSENT,
        "Politeness": replies.politeness(folder) if folder else ABSENT,
        "Fairness: names and dialects swapped": fairness.table(),
        "Speed, memory, size": speed.table(),
    }


def labels_agree() -> Lines:
    """How far two blind labellings of the same replies agree."""
    pairs, posts_twice = agreement.paired(read("replies"), agreement.second()), agreement.post_pairs()
    if not pairs:
        return ["No second labels yet."]
    return [
        f"{len(pairs)} replies, the second time without the first labels in view, and {len(posts_twice)} posts. Both "
        "labellers worked after the same guide; agreement with people outside may be lower.",
        "",
        *agreement.table(pairs),
        *agreement.post_table(posts_twice),
    ]


def head() -> Lines:
    """What was measured, and what the figures cannot say."""
    return [
        "# Language report",
        "",
        f"Artefact {load().version}. Written by `make evaluate`; do not edit. Values in brackets "
        "are 95 % bootstrap intervals.",
        "",
        f"The written sets ({len(read('customers'))} customer messages, {len(read('replies'))} "
        f"replies, {len(posts.posts())} posts that only teach) were written for this project, not collected; their "
        "test part shares writers and label guide with the train part, so it flatters. Priors, thresholds and ratings "
        "were set on training texts that were held back, on the written sets' dev part, on "
        f"{len(posts.kept())} long posts that taught nothing (the sentiment's prior), and on two dev parts of "
        "permitted sets: apple_tweets (the sentiment's prior) and GoEmotions (thresholds of the 28 and of their "
        "families); the figures of these two are by halves. The dev figures of all permitted sets were also looked at "
        "when one way of training was preferred to another. tweeteval, semeval, uss_sgd, EPITOME, EmoWOZ, ESConv, "
        "EmpatheticIntents and twcs sets "
        "trained nothing, and nothing was fitted to them; their figures were seen during development. Two choices were "
        "made with some of them in view: which of the 28 emotions count as warmth in a reply (EPITOME, EmoWOZ), and "
        "that the sentiment has no linear head (tweeteval, semeval, uss_sgd beside apple_tweets and yelp_sentences).",
        "",
    ]


def main() -> None:
    """Write the report and the model card."""
    found = sections()
    lines = [*head(), *(line for title, part in found.items() for line in (f"## {title}", "", *part, ""))]
    DOCS.parent.mkdir(exist_ok=True)
    DOCS.write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8")
    card.write(found)
    print(f"wrote {DOCS} and the model card")
