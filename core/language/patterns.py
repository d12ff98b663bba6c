"""Many patterns asked at once: RE2 tells from the words in a text which can match, `re` then says where.

A text that matches nothing, as most do, costs microseconds whatever the number of patterns.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final, cast

import re2

_LOOK: Final = re.compile(r"\(\?<?[=!]")


class Patterns:
    """Named patterns over texts of any length; case never counts."""

    def __init__(self, named: Sequence[tuple[str, str]]) -> None:
        options = re2.Options()
        options.case_sensitive = False
        self._filter = re2.Filter()
        self._compiled: list[tuple[str, re.Pattern[str]]] = []
        for name, pattern in named:
            self._filter.Add(wider(pattern), options)
            self._compiled.append((name, re.compile(pattern, re.IGNORECASE)))
        self._filter.Compile()

    def find(self, text: str) -> Iterator[tuple[str, re.Match[str]]]:
        """(name, match) of everything that matches, pattern by pattern."""
        # The filter knows the literal words that each pattern needs, in small letters.
        able = cast("list[int] | None", self._filter.Match(text.lower().encode("utf-8", "replace"), potential=True))
        for index in able or ():
            name, pattern = self._compiled[index]
            for found in pattern.finditer(text):
                yield name, found


def wider(pattern: str) -> str:
    """The pattern as RE2 can read it, without looking around: it matches where the given one does, and elsewhere."""
    out, at = [], 0
    while at < len(pattern):
        if pattern[at] == "\\":
            out.append(pattern[at : at + 2].replace("Z", "z"))
            at += 2
        elif _LOOK.match(pattern, at):
            at = _end(pattern, at)
        else:
            out.append(pattern[at])
            at += 1
    return "".join(out)


def _end(pattern: str, start: int) -> int:
    """Where the group that begins at ``start`` ends."""
    depth, at, listed = 0, start, False
    while at < len(pattern):
        sign = pattern[at]
        if sign == "\\":
            at += 1
        elif listed:
            listed = sign != "]"
        elif sign == "[":
            listed = True
        else:
            depth += (sign == "(") - (sign == ")")
            if depth == 0:
                return at + 1
        at += 1
    return at
