"""Variants of permitted texts that only the teacher labels: the student meets its words in many more places.

Words are exchanged for neighbours in meaning, left out, or two halves of different texts are joined. What a variant
says is the teacher's to judge, so nothing has to stay as it was. Halves come from any source, so that a feeling named
in a post stands in a service message as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.language.service.words import MARKS, TOKEN, normal
from training.targets import Example

# How many variants of each text, on average: many of service texts, fewer of the rest.
SHARE: Final = {
    "written_customers": 20.0,
    "written_replies": 9.0,
    "written_sentences": 9.0,
    "written_posts": 10.0,
    "written_lines": 6.0,
    "apple_tweets": 24.0,
    "skytrax": 2.5,
    "yelp_sentences": 12.0,
    "vader_gt": 2.0,
    "goemotions": 2.4,
    "politeness": 0.8,
}
# By seed. A further round leaves the earlier ones as they are, and with them what the teacher said to them.
ROUNDS: Final[Mapping[int, Mapping[str, float]]] = {
    9: SHARE,
    10: SHARE | {"goemotions": 4.0, "apple_tweets": 30.0},
    11: SHARE | {"goemotions": 4.0, "apple_tweets": 30.0},
}
AGENTS: Final = frozenset({"written_replies", "written_sentences", "written_lines"})  # joined with their like alone
NEAREST: Final = 12  # neighbours that a word may be exchanged for
EXCHANGED, LEFT_OUT, CROSSED = 0.2, 0.1, 0.35
LONGEST: Final = 120  # words of a text that is varied
WEIGHT: Final = 0.7
CHUNK: Final = 512
Floats = NDArray[np.float32]


class Neighbours:
    """Words near in meaning, by the vectors that the student starts with."""

    def __init__(self, words: list[str], vectors: Floats) -> None:
        self._words = words
        self._rows = {w: i for i, w in enumerate(words) if i >= len(MARKS) and w.isalpha() and len(w) > 2}
        told = np.array(list(self._rows.values()))
        unit = vectors[told] / (np.linalg.norm(vectors[told], axis=1, keepdims=True) + 1e-6)
        self._near = {
            int(row): told[near]
            for start in range(0, len(told), CHUNK)
            for row, near in zip(told[start : start + CHUNK], nearest(unit, start), strict=True)
        }

    def draw(self, word: str, rng: np.random.Generator) -> str | None:
        """One of the nearest words, or None for what is no common word."""
        row = self._rows.get(word)
        if row is None:
            return None
        chosen = self._words[int(rng.choice(self._near[row]))]
        return None if chosen == word else chosen


def nearest(unit: Floats, start: int) -> NDArray[np.int64]:
    """(rows, NEAREST + 1) of a chunk: the row itself and its neighbours, in no order."""
    return np.argpartition(-(unit[start : start + CHUNK] @ unit.T), NEAREST, axis=1)[:, : NEAREST + 1]


def varied(text: str, near: Neighbours, rng: np.random.Generator) -> str:
    """The text with some words exchanged and some left out."""
    out, end = [], 0
    for found in TOKEN.finditer(text):
        dice, surface = rng.random(), found.group()
        other = near.draw(normal(surface), rng) if dice < EXCHANGED else None
        gone = EXCHANGED <= dice < EXCHANGED + LEFT_OUT
        out += [text[end : found.start()], "" if gone else (other or surface)]
        end = found.end()
    return " ".join("".join([*out, text[end:]]).split())


def crossed(one: str, other: str, rng: np.random.Generator) -> str:
    """The beginning of one text and the end of another."""
    a, b = one.split(), other.split()
    return " ".join(a[: int(rng.integers(1, len(a) + 1))] + b[int(rng.integers(0, len(b))) :])


def variants(found: list[Example], near: Neighbours) -> list[Example]:
    """Variants of the examples, without labels."""
    mine = [e for e in found if e.source in SHARE and not e.origin and 2 < len(e.text.split()) <= LONGEST]
    drawn = [text for seed, share in ROUNDS.items() for text in one_round(mine, share, near, seed)]
    return [Example(text, "variants", {}, WEIGHT) for text in dict.fromkeys(drawn)]


def one_round(mine: list[Example], share: Mapping[str, float], near: Neighbours, seed: int) -> Iterator[str]:
    """Each text varied about as often as its set's share says."""
    rng = np.random.default_rng(seed)
    pools = {side: [e.text for e in mine if (e.source in AGENTS) == side] for side in (True, False)}
    for example in mine:
        for _ in range(rng.poisson(share[example.source])):
            text = example.text
            if rng.random() < CROSSED:
                pool = pools[example.source in AGENTS]
                text = crossed(text, pool[int(rng.integers(len(pool)))], rng)
            if text := varied(text, near, rng):
                yield text
