"""Hard signals in a customer's words: whole words, negation, and counter-examples, from ``signals.toml``."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from typing import Any

from core.language.patterns import Match, Patterns
from core.model import Reason

SAFETY = "SAFETY_SIGNAL"
LIFE_EVENT = "VULNERABILITY_SIGNAL"
# What makes a person look at a case at once, whatever its scores.
HARD = frozenset({"CANCEL_INTENT", "LEGAL_THREAT", "REGULATOR_MENTION", SAFETY, LIFE_EVENT})
MAX_CHARS = 20_000
MAX_QUOTE = 60
# How far before a match a negation counts, in words of the same clause.
_NEGATED = re.compile(
    r"\b(?:not|never|no|without|nor|neither|won'?t|don'?t|doesn'?t|didn'?t|wouldn'?t|isn'?t|aren'?t|"
    r"no (?:need|intention|plans?|wish) (?:to|of)|instead of|rather than|did not|do not|does not|would not)"
    r"(?:\s+(?!but\b|and\b|because\b)[\w']+){0,4}\s*$",
    re.IGNORECASE,
)
# "not only", "no answer, so I cancel": the negation is about something else.
_NO_NEGATION = re.compile(r"\b(?:not only|no (?:answer|reply|response|help|luck|thanks?|choice|option))\b", re.I)
# "why don't I just cancel", "if you don't cancel", "you have not cancelled": wish stands, it was not done.
_STILL = re.compile(
    r"\b(?:why (?:don'?t|not)|(?:you|they|still|have|has|had)\s+(?:\w+\s+)?"
    r"(?:not|haven'?t|didn'?t|did not|don'?t|do not|won'?t|never)|if (?:you|this|it|i|we)\b)",
    re.IGNORECASE,
)
# A sentence that goes on in the next line, as mail programs break it.
_BROKEN = re.compile(r"\n(?<=[^\n]{40}[\w,']\n)(?=[a-z])")
_NAMED = re.compile(r"<(\w+)>")


@dataclass(frozen=True)
class Signal:
    """One entry of the lexicon."""

    weight: float
    negation: bool
    quote: bool
    near_misses: Sequence[str]

    @cached_property
    def counters(self) -> Patterns:
        """Wording that carries no signal, ready where the signal is first met."""
        return Patterns([("", rf"\b(?:{pattern})\b") for pattern in self.near_misses])


def find(text: str) -> tuple[Reason, ...]:
    """Return one reason per hard signal found, with the quoted words where they may be kept.

    A care signal (safety, vulnerability) is noted without its words and without any conclusion (L9).
    """
    first: dict[str, Match] = {}
    for hit in sorted(hits(text), key=lambda hit: hit.start):
        first.setdefault(hit.name, hit)
    return tuple(
        Reason(
            code, text[first[code].start : first[code].end][:MAX_QUOTE] if signal.quote else "", weight=signal.weight
        )
        for code, signal in lexicon().items()
        if code in first
    )


def hits(text: str) -> Iterator[Match]:
    """Yield everything that carries a signal and is neither denied nor part of a counter-example."""
    plain = evened(text[:MAX_CHARS])
    return meant(plain, _patterns().find(plain))


def evened(text: str) -> str:
    """The text, place by place, with straight apostrophes and a blank where a line breaks within a sentence."""
    text = text.replace("’", "'")
    return _BROKEN.sub(" ", text) if "\n" in text else text


def meant(plain: str, found: Iterable[Match]) -> Iterator[Match]:
    """Yield those matches of ``patterns`` that are neither denied nor part of a counter-example."""
    counters: dict[str, list[Match]] = {}
    for match in found:
        signal = lexicon()[match.name]
        if match.name not in counters:
            counters[match.name] = signal.counters.find(plain)
        overlaps = any(c.start < match.end and match.start < c.end for c in counters[match.name])
        if not (overlaps or (signal.negation and _negated(plain, match.start))):
            yield match


def patterns() -> list[tuple[str, str]]:
    """Return code and pattern of every wording that may carry a signal."""
    return [(code, rf"\b(?:{pattern})\b") for code, entry in _entries().items() for pattern in entry["patterns"]]


@cache
def _entries() -> dict[str, Any]:
    entries = tomllib.loads(files("core.language").joinpath("signals.toml").read_text(encoding="utf-8"))
    words = entries.pop("words")
    for entry in entries.values():
        for key in ("patterns", "not"):
            entry[key] = [_spelt(pattern, words) for pattern in entry[key]]
    return entries


def _spelt(pattern: str, words: dict[str, str]) -> str:
    """The pattern with the words that it names, white space where it has a blank, and one blank for a "_"."""
    while _NAMED.search(pattern):
        pattern = _NAMED.sub(lambda found: words[found[1]], pattern)
    return pattern.replace(" ?", r"\s*").replace(" ", r"\s+").replace("_", " ")


@cache
def lexicon() -> dict[str, Signal]:
    """Return the lexicon in the order of the file."""
    return {
        code: Signal(entry["weight"], entry["negation"], entry["quote"], entry["not"])
        for code, entry in _entries().items()
    }


@cache
def _patterns() -> Patterns:
    return Patterns(patterns())


def _negated(text: str, start: int) -> bool:
    clause = re.split(r"[.!?;:,\n]", text[max(0, start - 80) : start])[-1]
    if not _NEGATED.search(clause):
        return False
    return not (_NO_NEGATION.search(clause) or _STILL.search(clause))
