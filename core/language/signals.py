"""Hard signals in a customer's words: whole words, negation, and counter-examples, from ``signals.toml``."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from core.language.patterns import Patterns
from core.model import Reason

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


@dataclass(frozen=True, slots=True)
class Signal:
    """One entry of the lexicon, compiled."""

    weight: float
    negation: bool
    quote: bool
    counter: re.Pattern[str] | None


class Hit(NamedTuple):
    """Words that carry a signal, and where they stand."""

    code: str
    start: int
    end: int


def find(text: str) -> tuple[Reason, ...]:
    """Return one reason per hard signal found, with the quoted words where they may be kept.

    A care signal (safety, vulnerability) is noted without its words and without any conclusion (L9).
    """
    first: dict[str, Hit] = {}
    for hit in sorted(hits(text), key=lambda hit: hit.start):
        first.setdefault(hit.code, hit)
    return tuple(
        Reason(
            code, text[first[code].start : first[code].end][:MAX_QUOTE] if signal.quote else "", weight=signal.weight
        )
        for code, signal in lexicon().items()
        if code in first
    )


def hits(text: str) -> Iterator[Hit]:
    """Yield everything that carries a signal and is neither denied nor part of a counter-example."""
    plain = text[:MAX_CHARS].replace("’", "'")
    counters: dict[str, list[tuple[int, int]]] = {}
    for code, found in _patterns().find(plain):
        signal = lexicon()[code]
        if code not in counters:
            counters[code] = [hit.span() for hit in signal.counter.finditer(plain)] if signal.counter else []
        overlaps = any(start < found.end() and found.start() < end for start, end in counters[code])
        if not (overlaps or (signal.negation and _negated(plain, found.start()))):
            yield Hit(code, *found.span())


@cache
def _entries() -> dict[str, Any]:
    return tomllib.loads(files("core.language").joinpath("signals.toml").read_text(encoding="utf-8"))


@cache
def lexicon() -> dict[str, Signal]:
    """Return the lexicon in the order of the file."""
    return {
        code: Signal(entry["weight"], entry["negation"], entry["quote"], _counter(entry["not"]))
        for code, entry in _entries().items()
    }


@cache
def _patterns() -> Patterns:
    return Patterns(
        [(code, rf"\b(?:{pattern})\b") for code, entry in _entries().items() for pattern in entry["patterns"]]
    )


def _negated(text: str, start: int) -> bool:
    clause = re.split(r"[.!?;:,\n]", text[max(0, start - 80) : start])[-1]
    if not _NEGATED.search(clause):
        return False
    return not (_NO_NEGATION.search(clause) or _STILL.search(clause))


def _counter(patterns: list[str]) -> re.Pattern[str] | None:
    return re.compile(r"\b(?:" + "|".join(f"(?:{p})" for p in patterns) + r")\b", re.IGNORECASE) if patterns else None
