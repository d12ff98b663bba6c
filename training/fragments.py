"""Fragments of permitted texts and single words for the teacher to label: cheap, and they carry over.

The student sees each word and turn of phrase by itself, so that it leans on wording and not on what a
set is about.
"""

from __future__ import annotations

import numpy as np

from training.targets import Example

SHARE = {
    "written_customers": 5.0,
    "written_replies": 3.0,
    "written_posts": 3.0,
    "written_lines": 1.0,
    "apple_tweets": 3.0,
    "skytrax": 3.0,
    "yelp_sentences": 3.0,
    "vader_gt": 1.5,
    "goemotions": 1.0,
}
WEIGHT = 0.5


def fragments(found: list[Example], seed: int = 3) -> list[Example]:
    """Runs of 2 to 9 words, more of them from service texts."""
    rng = np.random.default_rng(seed)
    out: dict[str, Example] = {}
    for example in found:
        words = example.text.split()
        if len(words) < 4:
            continue
        for _ in range(rng.poisson(SHARE.get(example.source, 0.0))):
            size = int(rng.integers(2, 10))
            at = int(rng.integers(0, max(1, len(words) - size + 1)))
            text = " ".join(words[at : at + size])
            out[text] = Example(text, "fragments", {}, WEIGHT)
    return list(out.values())


def words_alone(vocabulary: list[str]) -> list[Example]:
    """Every word of the vocabulary as a text of its own."""
    return [Example(w, "words", {}, WEIGHT / 2) for w in vocabulary if w.isalpha() and len(w) > 2]
