"""Many patterns asked at once: one linear pass by RE2 says which can match, `re` then says where.

A text that matches nothing, as most do, costs one pass whatever the number of patterns.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final, cast

import re2

MEMORY: Final = 64 << 20  # bytes that RE2 may use for its automaton; it starts small
_LOOK: Final = re.compile(r"\(\?<?[=!]")


class Patterns:
    """Named patterns over texts of any length; case never counts. Patterns name letters of ASCII only."""

    def __init__(self, named: Sequence[tuple[str, str]]) -> None:
        options = re2.Options()
        options.case_sensitive = False
        options.max_mem = MEMORY
        options.never_nl = False
        self._set = re2.Set.SearchSet(options)
        self._compiled: list[tuple[str, re.Pattern[str]]] = []
        for name, pattern in named:
            self._set.Add(wider(pattern))
            self._compiled.append((name, re.compile(pattern, re.IGNORECASE)))
        self._set.Compile()

    def find(self, text: str) -> Iterator[tuple[str, re.Match[str]]]:
        """(name, match) of everything that matches, pattern by pattern."""
        able = cast("list[int] | None", self._set.Match(plainer(text)))
        for index in able or ():
            name, pattern = self._compiled[index]
            for found in pattern.finditer(text):
                yield name, found


def plainer(text: str) -> bytes:
    """The text as RE2 reads it as `re` would: letters and digits of other scripts become some of its own."""
    if not text.isascii():
        text = "".join(c if c < "\x80" or not c.isalnum() else "0" if c.isdecimal() else "x" for c in text)
    return text.encode("utf-8", "replace")


def wider(pattern: str) -> str:
    """The pattern as RE2 can run it, without looking around: it matches where the given one does, and elsewhere."""
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
