"""The student's words, people's names left out, and their first vectors, read off MPNet word by word."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from core.language.service.words import LEFT_OUT, MARKS, TOKEN, normal
from training.body import Teacher
from training.pretrained import pretrained
from training.reading import features

WORDS = 30_000
WIDTH = 128
MOSTLY, NOW_AND_THEN = 0.8, 0.4  # a word with this share of capitals inside sentences is a name
# Written with a capital, and no name of a person, place or brand.
_CALENDAR: Final = """
monday tuesday wednesday thursday friday saturday sunday january february march april may june july august
september october november december christmas easter english i
"""
CALENDAR: Final = frozenset(_CALENDAR.split())
_ENDS: Final = frozenset(".!?:\n\"'“”‘(-*")


@lru_cache(maxsize=1)
def common_words() -> frozenset[str]:
    """English words in small letters, from the tagger's lexicon that TextBlob brings (MIT)."""
    listed = files("textblob").joinpath("en/en-lexicon.txt").read_text(encoding="utf-8").split("\n")
    firsts = [line.split(" ")[0] for line in listed if line and not line.startswith(";;;")]
    return frozenset(w for w in firsts if w.islower())


def counted(texts: list[str]) -> tuple[Counter[str], Counter[str], Counter[str]]:
    """How often each word occurs; how often inside a sentence with a capital, and without."""
    seen: Counter[str] = Counter()
    capital: Counter[str] = Counter()
    small: Counter[str] = Counter()
    for text in texts:
        for found in TOKEN.finditer(text):
            surface = found.group()
            word = normal(surface)
            seen[word] += 1
            if surface.islower():
                small[word] += 1
            elif surface[0].isupper() and not surface.isupper() and text[: found.start()].rstrip(" ")[-1:] not in _ENDS:
                capital[word] += bool(found.start())
    return seen, capital, small


def vocabulary(texts: list[str]) -> list[str]:
    """Marks, then words seen twice by frequency, then common English words that MPNet knows whole."""
    seen, capital, small = counted(texts)
    words = [
        w
        for w, n in sorted(seen.items(), key=lambda x: (-x[1], x[0]))
        if n > 1 and w not in MARKS and w not in LEFT_OUT
    ]
    words = [w for w in words if not name(w, capital[w], small[w])]
    pieces = Path(pretrained(), "vocab.txt").read_text(encoding="utf-8").split("\n")
    extra = [w for w in pieces if len(w) > 2 and w in common_words() and w not in seen and normal(w) == w]
    return [*MARKS, *words, *extra][:WORDS]


def name(word: str, capital: int, small: int) -> bool:
    """Whether a word is written as a name: mostly with a capital, or now and then where no lexicon knows it."""
    if not word[0].isalpha() or len(word) < 2 or word.split("'")[0] in CALENDAR:
        return False
    if word not in common_words():
        return capital >= NOW_AND_THEN * (capital + small)
    return capital > 0 and capital >= MOSTLY * (capital + small)


def first_vectors(words: list[str], taught: Path | None = None) -> NDArray[np.float32]:
    """(n, WIDTH) principal components of MPNet's mean vector of each word, small spread.

    With ``taught`` the fine-tuned teacher's body is read instead: words then lie by what they mean for
    the tasks, also words that no training text holds.
    """
    model = Teacher()
    if taught:
        model.load_state_dict(torch.load(taught, map_location="cpu"))
    out = features(model, words, "cpu")[:, : model.head.in_features // 2]
    out -= out.mean(0)
    _, _, axes = np.linalg.svd(out[:20_000], full_matrices=False)
    shrunk = out @ axes[:WIDTH].T
    shrunk /= shrunk.std(0) ** 0.5
    shrunk *= 0.35 / shrunk.std()
    return np.asarray(shrunk, dtype=np.float32)
