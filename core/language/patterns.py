"""Many patterns asked at once: one pass over a text tells which may match and mostly where, by the words they need.

A text that matches nothing, as most do, costs microseconds whatever the number of patterns, and a match is looked for
only where one can begin.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from importlib import import_module
from typing import Any, NamedTuple

from ahocorasick_rs import BytesAhoCorasick

from core.language.flat import Flat, flat
from core.language.literals import Literal, needed

# Python has no public door to how it reads a pattern; this module has stood behind `re` since 3.11.
parser: Any = import_module("re._parser")
Place = tuple[int, int, int]  # which pattern, from where, up to where


class Match(NamedTuple):
    """The name of a pattern, and where it matches."""

    name: str
    start: int
    end: int


class Pattern:
    """One pattern, and which words tell that it may match."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._starts, self.rarest = needed(parser.parse(pattern, re.IGNORECASE))

    @property
    def tried(self) -> list[Literal]:
        """With which literals a match begins, if it is to be looked for wherever they stand."""
        return [] if self.rarest else self._starts

    def find(self, text: str, flattened: Flat) -> Iterator[re.Match[str]]:
        """All matches, one or the other several times, in a text that holds one of the rarest words."""
        if not self._starts:
            yield from self.compiled.finditer(text)
            return
        for which, at, _ in self._words.find_matches_as_indexes(flattened.words, overlapping=True):
            if match := self.compiled.match(text, flattened.place(at + self._starts[which].beside)):
                yield match

    @cached_property
    def compiled(self) -> re.Pattern[str]:
        """The pattern itself; most are never asked for."""
        return re.compile(self._pattern, re.IGNORECASE)

    @cached_property
    def _words(self) -> BytesAhoCorasick:
        return BytesAhoCorasick([start.text for start in self._starts])


class Patterns:
    """Named patterns over texts of any length; case never counts."""

    def __init__(self, named: Sequence[tuple[str, str]]) -> None:
        self._names = [name for name, _ in named]
        self._patterns = [Pattern(pattern) for _, pattern in named]
        self._always = [i for i, pattern in enumerate(self._patterns) if not (pattern.tried or pattern.rarest)]
        # By literal: whose matches may begin there, after how many of its blanks; and whose may stand anywhere.
        here: dict[bytes, list[tuple[int, int]]] = {}
        anywhere: dict[bytes, list[int]] = {}
        for index, pattern in enumerate(self._patterns):
            for literal, beside in pattern.tried:
                here.setdefault(literal, []).append((index, beside))
            for literal in pattern.rarest:
                anywhere.setdefault(literal, []).append(index)
        literals = list(here | anywhere)
        self._here = [here.get(literal, []) for literal in literals]
        self._anywhere = [anywhere.get(literal, []) for literal in literals]
        self._words = BytesAhoCorasick(literals)

    def compile(self) -> None:
        """All of them at once, and not one by one while somebody waits."""
        for pattern in self._patterns:
            _ = pattern.compiled

    def find(self, text: str) -> list[Match]:
        """Everything that matches, pattern by pattern."""
        flattened = flat(text)
        hits = self._words.find_matches_as_indexes(flattened.words, overlapping=True)
        if not (hits or self._always):
            return []
        found = self._found(text, flattened, hits)
        if len(found) > 1:
            found = list(_apart(sorted(found)))
        return [Match(self._names[index], start, end) for index, start, end in found]

    def _found(self, text: str, flattened: Flat, hits: Iterable[tuple[int, int, int]]) -> list[Place]:
        out: list[Place] = []
        anywhere = set(self._always)
        for which, at, _ in hits:
            anywhere.update(self._anywhere[which])
            for index, beside in self._here[which]:
                if match := self._patterns[index].compiled.match(text, flattened.place(at + beside)):
                    out.append((index, *match.span()))
        for index in anywhere:
            out += [(index, *match.span()) for match in self._patterns[index].find(text, flattened)]
        return out


def _apart(found: Iterable[Place]) -> Iterator[Place]:
    """Of matches in order those that begin where the one before has ended, pattern by pattern."""
    last = (-1, 0, 0)
    for place in found:
        if place[0] != last[0] or place[1] >= last[2]:
            yield place
            last = place
