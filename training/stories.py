"""Long texts made of short ones, for the teacher to judge: the student meets how what is told adds up.

Most texts with labels are short, and most long ones are complaints. Without these a student takes length itself for
trouble: long thanks and long questions are then read as complaints.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from training.targets import Example
from training.variants import AGENTS, Neighbours, varied

# Whose texts are told together, and how many stories are made of them.
TELLERS: Final[Mapping[str, frozenset[str]]] = {
    "customer": frozenset({"written_customers", "written_posts", "apple_tweets", "yelp_sentences", "skytrax"}),
    "agent": AGENTS,
    "peer": frozenset({"goemotions", "written_lines"}),
}
COUNTS: Final[Mapping[str, int]] = {"customer": 30_000, "agent": 8_000, "peer": 8_000}
SHORTEST, LONGEST = 24, 64  # words of a story
PART: Final = 40  # words taken of one text
SAME: Final = 0.65  # of the parts before the last one are from its side
WEIGHT: Final = 0.7

Pools = Mapping[str, Sequence[str]]


def sides(found: Sequence[Example], teller: str) -> Pools:
    """A teller's texts by the sentiment that a hand gave them; ``""`` where none did. Customers' need one."""
    out: dict[str, list[str]] = defaultdict(list)
    for example in found:
        side = example.known.get("sentiment", {}) if teller == "customer" else {"": 1.0}
        if example.source in TELLERS[teller] and side and not example.origin:
            out[max(side, key=side.__getitem__)].append(example.text)
    return out


def stories(
    found: Sequence[Example], near: Neighbours, counts: Mapping[str, int] = COUNTS, seed: int = 10
) -> list[Example]:
    """Texts told one after the other, words exchanged, without labels; every side ends as many."""
    rng, told = np.random.default_rng(seed), []
    for teller, count in counts.items():
        pools = sides(found, teller)
        names = sorted(pools)
        told += [story(pools, names[n % len(names)], near, rng) for n in range(count if names else 0)]
    return [Example(text, "variants", {}, WEIGHT) for text in dict.fromkeys(told)]


def story(pools: Pools, side: str, near: Neighbours, rng: np.random.Generator) -> str:
    """One story that ends on a side: texts before its last one until it is long enough."""
    size, names = int(rng.integers(SHORTEST, LONGEST)), sorted(pools)
    parts = [drawn(pools[side], rng)]
    while sum(map(len, parts)) < size:
        other = side if rng.random() < SAME else names[int(rng.integers(len(names)))]
        parts.insert(0, drawn(pools[other], rng))
    return varied(" ".join(" ".join(words) for words in parts), near, rng)


def drawn(pool: Sequence[str], rng: np.random.Generator) -> list[str]:
    """The words of one text; a long one gives its end."""
    return pool[int(rng.integers(len(pool)))].split()[-PART:]
