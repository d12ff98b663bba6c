"""Which words a text must hold for a pattern to match it, and with which a match begins: read off its parse tree.

What is told may let a text pass that does not match, and never stops one that does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, partial
from importlib import import_module
from itertools import chain, groupby
from math import prod
from typing import Any, Final, NamedTuple

from core.language.flat import EDGE, literal
from core.language.wordlists import wordlists

# Python has no public door to how it reads a pattern; this module has stood behind `re` since 3.11.
code: Any = import_module("re._constants")
Strings = frozenset[str]
MOST: Final = 60  # strings that are followed at once
NONE, BLANK = frozenset([""]), frozenset([" "])
_WORD: Final = [(code.IN, [(code.CATEGORY, code.CATEGORY_WORD)])]
# Tried wherever it stands is a start that is met seldom, or not much oftener than the rarest words.
OFTEN: Final = 0.01
DEARER: Final = 2
RARE: Final = 0.003  # share of messages with a word that is none of the commonest


class Literal(NamedTuple):
    """A flat literal with which a match begins; ``beside``: how many of its blanks stand before the match."""

    text: bytes
    beside: int


class Needed(NamedTuple):
    """What a text needs for a pattern to match it."""

    starts: list[Literal]  # with one of them every match begins; none where that cannot be told
    rarest: list[bytes]  # every text that matches holds one; none where starts are tried wherever they stand


def needed(tree: Iterable[tuple[Any, Any]]) -> Needed:
    """What the texts need that a parsed pattern is to match."""
    told = _sequence(tree)
    starts = _starts(told.start) if _begins(told.start) else []
    if starts and _chance(told.start) <= OFTEN:
        return Needed(starts, [])
    best = _best(told)
    if best is None or (starts and _chance(told.start) <= DEARER * _chance(best)):
        return Needed(starts, [])
    return Needed(starts, _shortest(map(literal, best)))


class Told(NamedTuple):
    """Of a part of a pattern: all that it matches, or how matches begin, and sets of which each holds one string."""

    exact: Strings | None
    start: Strings = NONE
    needs: Callable[[], Iterable[Strings]] = tuple  # most are never asked for


NOTHING: Final = Told(None)


def whole(strings: Strings) -> Told:
    """Of a part that matches these and nothing else."""
    return Told(strings, strings)


def _sequence(items: Iterable[tuple[Any, Any]]) -> Told:
    run, start, runs, inside = NONE, None, list[Strings](), list[Told]()
    for told in _parts(items):
        joined = _joined(run, told.start)
        if told.exact is not None and joined is not None:
            run = joined
            continue
        start = start or joined or run
        runs.append(joined or run)
        inside.append(told)
        run = told.exact or NONE
    runs.append(run)
    return whole(run) if start is None else Told(None, start, partial(_of_all, runs, inside))


def _of_all(runs: Sequence[Strings], inside: Sequence[Told]) -> Iterable[Strings]:
    """Any match of a sequence holds what each of its parts says."""
    return chain(runs, *(told.needs() for told in inside))


def _parts(items: Iterable[tuple[Any, Any]]) -> Iterator[Told]:
    """Letters in a row as one."""
    for letters, part in groupby(items, lambda item: item[0] is code.LITERAL):
        if letters:
            yield whole(frozenset(["".join(chr(arg) for _, arg in part)]))
        else:
            yield from (_TOLD.get(op, _unknown)(arg) for op, arg in part)


def _joined(some: Strings, others: Strings) -> Strings | None:
    if some == NONE:
        return others
    few = len(some) * len(others) <= MOST
    return frozenset([a + b for a in some for b in others]) if few else None


def _unknown(_: Any) -> Told:
    return NOTHING


def _place(arg: Any) -> Told:
    return whole(frozenset([EDGE]) if arg is code.AT_BOUNDARY else NONE)


def _no_word(arg: tuple[int, Any]) -> Told:
    return whole(frozenset([EDGE]) if list(arg[1]) == _WORD else NONE)


def _passed(_: Any) -> Told:
    return whole(NONE)


def _listed(arg: Sequence[tuple[Any, Any]]) -> Told:
    found = [_range(op, value) for op, value in arg]
    return NOTHING if None in found else whole(frozenset().union(*filter(None, found)))


def _range(op: Any, value: Any) -> Strings | None:
    if op is code.LITERAL:
        return frozenset([chr(value)])
    if value is code.CATEGORY_SPACE:
        return BLANK
    return frozenset("0123456789") if value is code.CATEGORY_DIGIT else None


def _branch(arg: tuple[None, Sequence[Any]]) -> Told:
    found = [_sequence(part) for part in arg[1]]
    exact = [told.exact for told in found if told.exact is not None]
    start = frozenset[str]().union(*(told.start for told in found))
    if len(exact) == len(found) and len(start) <= MOST:
        return whole(start)
    return Told(None, start, partial(_of_each, found))


def _of_each(found: Sequence[Told]) -> list[Strings]:
    """Any match of alternatives holds what the best set of one of them says."""
    each = [best for told in found if (best := _best(told))]
    return [frozenset().union(*each)] if len(each) == len(found) else []


def _repeat(arg: tuple[int, int, Any]) -> Told:
    least, most, part = arg
    told = _sequence(part)
    if told.exact == BLANK:  # several are one
        return whole(BLANK if least else BLANK | NONE)
    if told.exact is not None and most == 1:
        return whole(told.exact if least else told.exact | NONE)
    return Told(None, told.start, told.needs) if least else NOTHING


def _group(arg: Sequence[Any]) -> Told:
    return _sequence(arg[-1])


_TOLD: Final[dict[Any, Callable[[Any], Told]]] = {
    code.IN: _listed,
    code.AT: _place,
    code.ASSERT: _passed,
    code.ASSERT_NOT: _no_word,
    code.BRANCH: _branch,
    code.SUBPATTERN: _group,
    code.MAX_REPEAT: _repeat,
    code.MIN_REPEAT: _repeat,
}


def _best(told: Told) -> Strings | None:
    """The set that is least likely to be met by chance."""
    return min(filter(_tells, (*told.needs(), told.start)), key=_chance, default=None)


def _tells(strings: Strings) -> bool:
    return all(literal(s).strip() for s in strings)


def _begins(strings: Strings) -> bool:
    """Whether each is found where it begins: of several blanks nobody can say which it is."""
    return _tells(strings) and all(s.lstrip(EDGE)[0].strip() for s in strings)


def _chance(strings: Strings) -> float:
    return 1 - prod(1 - _odds(literal(s)) for s in strings)


@cache
def _met() -> dict[str, float]:
    return {word: float(share) for share, words in wordlists("met").items() for word in words}


@cache
def _odds(flat: bytes) -> float:
    """About how likely a text holds a literal."""
    words = flat.decode().split()
    odds = [_met().get(word, RARE) for word in words]
    if not words:
        return 1.0
    # A part of a word is met more often than the word.
    for at, cut in ((0, flat[:1] != b" "), (-1, flat[-1:] != b" ")):
        odds[at] = max(odds[at], cut * 0.5 ** (1 + len(words[at])))
    return prod(odds)


def _starts(strings: Strings) -> list[Literal]:
    """Without those that begin as a shorter one does."""
    out: list[Literal] = []
    for beside, text in sorted({(s.startswith(EDGE) and literal(s).startswith(b" "), literal(s)) for s in strings}):
        if not (out and out[-1].beside == beside and text.startswith(out[-1].text)):
            out.append(Literal(text, int(beside)))
    return out


def _shortest(literals: Iterable[bytes]) -> list[bytes]:
    """Those that hold no other one."""
    out: list[bytes] = []
    for found in sorted(set(literals), key=len):
        if not any(other in found for other in out):
            out.append(found)
    return out
