"""Hard signals in a customer's words: whole words, negation, and counter-examples, from ``signals.toml``."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

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

    code: str
    weight: float
    negation: bool
    quote: bool
    pattern: re.Pattern[str]
    counter: re.Pattern[str] | None


def find(text: str) -> tuple[Reason, ...]:
    """Return one reason per hard signal found, with the quoted words where they may be kept.

    A care signal (safety, vulnerability) is noted without its words and without any conclusion (L9).
    """
    plain = text[:MAX_CHARS].replace("’", "'")
    found = (_first(signal, plain) for signal in lexicon())
    return tuple(reason for reason in found if reason is not None)


@cache
def lexicon() -> tuple[Signal, ...]:
    """Return the lexicon in the order of the file."""
    entries = tomllib.loads(files("core.language").joinpath("signals.toml").read_text(encoding="utf-8"))
    return tuple(
        Signal(
            code,
            entry["weight"],
            entry["negation"],
            entry["quote"],
            _compiled(entry["patterns"]),
            _compiled(entry["not"]) if entry["not"] else None,
        )
        for code, entry in entries.items()
    )


def _first(signal: Signal, text: str) -> Reason | None:
    excluded = [hit.span() for hit in signal.counter.finditer(text)] if signal.counter else []
    for hit in signal.pattern.finditer(text):
        inside = any(start <= hit.start() and hit.end() <= end for start, end in excluded)
        overlaps = any(start < hit.end() and hit.start() < end for start, end in excluded)
        if inside or overlaps or (signal.negation and _negated(text, hit.start())):
            continue
        return Reason(signal.code, hit.group()[:MAX_QUOTE] if signal.quote else "", weight=signal.weight)
    return None


def _negated(text: str, start: int) -> bool:
    clause = re.split(r"[.!?;:,\n]", text[max(0, start - 80) : start])[-1]
    if not _NEGATED.search(clause):
        return False
    return not (_NO_NEGATION.search(clause) or _STILL.search(clause))


def _compiled(patterns: list[str]) -> re.Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(f"(?:{pattern})" for pattern in patterns) + r")\b", re.IGNORECASE)
