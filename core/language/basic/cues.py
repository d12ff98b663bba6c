"""Finds cue words and phrases in a sentence: one dictionary look-up per word, with negation and strength."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from core.language.wordlists import wordlists

TAGS = ("frustration", "anger", "anxiety", "disappointment", "confusion", "sadness", "gratitude", "delight", "neutral")
POSITIVE = frozenset({"gratitude", "delight"})
NEGATION_REACH = 3
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*|[\u2600-\u27bf\U0001f300-\U0001faff]")
_STRETCHED = re.compile(r"(\w)\1{2,}")
_SHIFT = wordlists("shift")
_NEGATIONS, _STRONGER, _WEAKER = _SHIFT["negate"], _SHIFT["stronger"], _SHIFT["weaker"]
# How a clear cue of each tag moves sentiment; gratitude is often mere politeness, confusion is hardly a complaint.
_PULL = {
    "anger": -1.0,
    "frustration": -0.9,
    "disappointment": -0.9,
    "anxiety": -0.6,
    "confusion": -0.4,
    "sadness": -0.75,
    "gratitude": 0.55,
    "delight": 0.9,
}
_LEVEL = {1: 0.4, 2: 0.65, 3: 0.9}


@dataclass(frozen=True, slots=True)
class Cue:
    """One cue found: its tag, strength 1..3, pull on sentiment (-1..1) and place in the text."""

    tag: str
    intensity: int
    pull: float
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Word:
    """A word in lower case with its place; ``loud``: in capitals or stretched."""

    text: str
    start: int
    end: int
    loud: bool


@dataclass(frozen=True, slots=True)
class Lexicon:
    """``phrases``: first word -> (all words, tag, intensity), longest first. ``targets``: word -> target."""

    phrases: dict[str, tuple[tuple[tuple[str, ...], str, int], ...]]
    targets: dict[str, str]


def words(text: str, offset: int = 0) -> list[Word]:
    """Return the words of a text; stretched letters are shortened ('sooo' -> 'so') and count as loud."""
    return [_word(hit, offset) for hit in _WORD.finditer(text)]


def find(listed: list[Word]) -> Iterator[Cue]:
    """Yield the cues of one clause."""
    known = lexicon().phrases
    index = 0
    while index < len(listed):
        match = _longest(known.get(listed[index].text, ()), listed, index)
        if match is None:
            index += 1
            continue
        size, tag, intensity = match
        cue = _weighed(listed, index, size, tag, intensity)
        if cue is not None:
            yield cue
        index += size


@cache
def lexicon() -> Lexicon:
    """Return the lexicon of ``cues.toml``, indexed by first word."""
    entries = tomllib.loads(files("core.language.basic").joinpath("cues.toml").read_text(encoding="utf-8"))
    targets = {word: target for target, listed in entries.pop("target").items() for word in listed}
    rows = [((sign,), name[:-1], int(name[-1])) for name, listed in entries.pop("emoji").items() for sign in listed]
    rows += [
        (tuple(phrase.split()), tag, int(level))
        for tag, levels in entries.items()
        for level, phrases in levels.items()
        for phrase in phrases
    ]
    index: dict[str, list[tuple[tuple[str, ...], str, int]]] = {}
    for row in sorted(rows, key=lambda row: -len(row[0])):
        index.setdefault(row[0][0], []).append(row)
    return Lexicon({first: tuple(listed) for first, listed in index.items()}, targets)


def _word(hit: re.Match[str], offset: int) -> Word:
    raw = hit.group()
    short = _STRETCHED.sub(r"\1", raw)
    # "soooo" becomes "so", but "agreee" would lose a letter it needs: two stay where one is no known word.
    text = short.lower()
    if short != raw and text not in _STRONGER and text not in lexicon().phrases:
        text = _STRETCHED.sub(r"\1\1", raw).lower()
    loud = short != raw or (len(raw) > 2 and raw.isupper())
    return Word(text, offset + hit.start(), offset + hit.end(), loud)


def _longest(
    rows: tuple[tuple[tuple[str, ...], str, int], ...], listed: list[Word], index: int
) -> tuple[int, str, int] | None:
    for phrase, tag, intensity in rows:
        size = len(phrase)
        if size == 1 or tuple(word.text for word in listed[index : index + size]) == phrase:
            return size, tag, intensity
    return None


def _weighed(listed: list[Word], index: int, size: int, tag: str, intensity: int) -> Cue | None:
    before = [word.text for word in listed[max(0, index - NEGATION_REACH) : index]]
    place = (listed[index].start, listed[index + size - 1].end)
    if any(word in _NEGATIONS for word in before):
        # "not happy" is a mild complaint; "not angry" says nothing.
        return Cue("disappointment", 1, -0.4, *place) if tag in POSITIVE else None
    loud = any(word.loud for word in listed[index : index + size])
    change = (any(word in _STRONGER for word in before[-2:]) or loud) - any(word in _WEAKER for word in before[-2:])
    level = max(1, min(3, intensity + change))
    return Cue(tag, level, _PULL[tag] * _LEVEL[level], *place)
