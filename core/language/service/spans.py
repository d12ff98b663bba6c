"""Why a text reads as it does: quoted words with a driver each."""

from __future__ import annotations

import re
import tomllib
from bisect import bisect
from collections.abc import Sequence
from functools import cache, lru_cache
from importlib.resources import files
from itertools import accumulate, compress
from typing import Final, NamedTuple

from core.language import signals
from core.language.patterns import Match, Patterns
from core.language.service.judgement import Span
from core.language.service.lexicon import ROW, Seen
from core.language.tones import DRIVERS
from core.language.wordlists import wordlists


@cache
def drivers() -> dict[str, list[str]]:
    """Driver by driver the turns of phrase that stand for it, as regular expressions."""
    return tomllib.loads(files("core.language.service").joinpath("drivers.toml").read_text(encoding="utf-8"))


@cache
def _patterns() -> Patterns:
    told = [(name, rf"\b(?:{pattern})") for name, listed in drivers().items() for pattern in listed]
    return Patterns([*signals.patterns(), *told])


GOOD: Final = frozenset({"GRATITUDE", "POSITIVE_WORDING"})
NEGATIVE: Final = frozenset(DRIVERS.values()) - GOOD
# Words that are quoted to nobody: they may move the model, and explain nothing.
EMPTY: Final = wordlists("stop")["en"] - frozenset(["help", "need", "no", "not", "please", "still", "thanks", "want"])
MARKS: Final = ".,;:!?…\"'()[]{}*-–—’‘“”#<>/\\|~`"
PHRASES: Final = 2
ALONE: Final = 4  # letters of a word that is quoted by itself
LEAST, SHARE = 0.2, 0.5  # log-odds that a word must have alone, and of what the heaviest one has
NEGATED: Final = re.compile(r"\b(?:not|no|never|n't|don't|isn't|wasn't|without|hardly)(?: \w+)?\s*$", re.IGNORECASE)


class Evidence(NamedTuple):
    """Hard signals, and the words that a reader would underline."""

    signals: tuple[str, ...]
    spans: tuple[Span, ...]


NOTHING: Final = Evidence((), ())


def get_ready() -> None:
    """Compile the wording."""
    _patterns().compile()


def evidence(clean: str, text: str) -> Evidence:
    """Signals and phrases of a cleaned text, quoted from the text itself; denied ones are left out."""
    plain = signals.evened(clean)
    found = _patterns().find(plain)
    if not found:
        return NOTHING
    names = drivers()
    hard = [match for match in found if match.name not in names]
    meant = list(signals.meant(plain, hard)) if hard else hard
    told = [match for match in found if match.name in names and not _denied(plain, match)]
    spans = [Span(start, end, text[start:end], name) for name, start, end in meant + told]
    return Evidence(tuple(dict.fromkeys([match.name for match in meant])), merged(spans))


def _denied(plain: str, match: Match) -> bool:
    return match.name in NEGATIVE and bool(NEGATED.search(plain[max(0, match.start - 16) : match.start]))


def speaking(spans: Sequence[Span], driver: str) -> bool:
    """Whether any of the spans speaks for the answer: thanks in a complaint do not, nor a complaint in thanks."""
    good = driver in GOOD
    return any((span.driver in GOOD) == good or span.driver not in drivers() for span in spans)


def word_spans(seen: Seen, clean: str, text: str, weights: Sequence[float], driver: str) -> tuple[Span, ...]:
    """The phrases around the words that speak most for the answer; ``weights``: how much each row does."""
    ends = list(accumulate(map(len, seen.parts)))  # of packed rows
    if not ends[-1]:  # nothing but articles
        return ()
    least = max(LEAST, max(weights) * SHARE)
    strong = list(compress(range(len(weights)), map(least.__lt__, weights)))
    strong.sort(key=weights.__getitem__, reverse=True)
    chosen: list[tuple[int, int]] = []
    for row in strong:
        if around := _around(seen.pieces, bisect(ends, row * ROW)):
            chosen.append(around)
            if len(chosen) == PHRASES:
                break
    found = _joined([_place(clean, seen.pieces, low, high) for low, high in chosen])
    return tuple([Span(start, end, text[start:end], driver) for start, end in found])


def _around(pieces: Sequence[str], at: int) -> tuple[int, int] | None:
    """First and last piece around one: its neighbours up to the next mark, without empty words at its ends."""
    low = at - 1 if at and pieces[at - 1][-1].isalnum() and pieces[at][0].isalnum() else at
    high = at + 1 if at + 1 < len(pieces) and pieces[at][-1].isalnum() and pieces[at + 1][0].isalnum() else at
    while low <= high and not _telling(pieces[low]):
        low += 1
    while low <= high and not (_telling(pieces[high]) and any(map(str.isalpha, pieces[high]))):
        high -= 1
    return (low, high) if low < high or (low == high and len(pieces[low].strip(MARKS)) >= ALONE) else None


def _place(clean: str, pieces: Sequence[str], low: int, high: int) -> tuple[int, int]:
    """Where the words from one piece to another stand, without the marks around them."""
    start = _start(clean, pieces, low)
    phrase = " ".join(pieces[low : high + 1])
    end = start + len(phrase)
    if not clean.startswith(phrase, start):
        end = start
        for piece in pieces[low : high + 1]:
            end = clean.find(piece, end) + len(piece)
        phrase = clean[start:end]
    return start + len(phrase) - len(phrase.lstrip(MARKS)), end - (len(phrase) - len(phrase.rstrip(MARKS)))


def _start(clean: str, pieces: Sequence[str], at: int) -> int:
    before = " ".join(pieces[: at + 1])  # one space between any two is the rule
    if clean.startswith(before):
        return len(before) - len(pieces[at])
    end = 0
    for piece in pieces[:at]:
        end = clean.find(piece, end) + len(piece)
    return clean.find(pieces[at], end)


def _joined(places: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Phrases that overlap as one."""
    out: list[tuple[int, int]] = []
    for start, end in sorted(places):
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        else:
            out.append((start, end))
    return out


@lru_cache(maxsize=10_000)
def _telling(piece: str) -> bool:
    if piece in EMPTY:
        return False
    word = piece.strip(MARKS)
    return len(word) > 1 and word.lower() not in EMPTY and "@" not in word and "/" not in word


def _order(span: Span) -> tuple[int, int]:
    return span.start, -span.end


def merged(spans: Sequence[Span]) -> tuple[Span, ...]:
    """In order of place; a span inside another one is dropped."""
    out: list[Span] = []
    for span in sorted(spans, key=_order) if len(spans) > 1 else spans:
        if not out or span.start >= out[-1].end:
            out.append(span)
    return tuple(out)
