"""Many patterns asked at once: RE2 tells which match and mostly where; `re` says where RE2 cannot read a pattern.

A text that matches nothing, as most do, costs microseconds whatever the number of patterns.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

import re2

_LOOK: Final = re.compile(r"\(\?<?[=!]")
_SIGN: Final = re.compile(r"[^\w\s\x00-\x7f]")  # emoji, dashes, quotation marks: to a pattern one is like another
# An escape or a listing, left as it is; a letter or a group that may be missing; where an alternative begins.
_PART: Final = re.compile(
    r"\\(?:x[0-9a-fA-F]{2}|.)|\[\^?\]?(?:\\.|[^\]\\])*\]"
    r"|(?P<letter>[\w '-]\?(?!\?))|(?P<group>\)\?(?!\?))|(?P<open>\(\?:|\|)",
    re.DOTALL,
)


class Match(NamedTuple):
    """The name of a pattern, and where it matches."""

    name: str
    start: int
    end: int


class Patterns:
    """Named patterns over texts of any length; case never counts."""

    def __init__(self, named: Sequence[tuple[str, str]]) -> None:
        options = re2.Options()
        options.case_sensitive = False
        options.log_errors = False  # it says on stderr that a very long text takes it the slower way
        self._filter = re2.Filter()
        self._compiled: list[tuple[str, re.Pattern[str], Any]] = []
        for index, (name, pattern) in enumerate(named):
            self._filter.Add(whole(wider(pattern)), options)
            same = self._filter.re(index) if wider(pattern) == pattern else None
            self._compiled.append((name, re.compile(pattern, re.IGNORECASE), same))
        self._filter.Compile()

    def find(self, text: str) -> list[Match]:
        """Everything that matches, pattern by pattern."""
        known = text if text.isascii() else _SIGN.sub("*", text)
        lowered = known.lower().encode("utf-8", "replace")
        # For RE2 only the letters of ASCII are letters. In a text with others the literal words that a pattern
        # needs tell whether it may match, and `re` does the rest.
        exact = known.isascii()
        able: list[int] | None = self._filter.Match(lowered, potential=not exact)
        return [match for index in able for match in self._places(index, text, lowered, exact)] if able else []

    def _places(self, index: int, text: str, lowered: bytes, exact: bool) -> Iterator[Match]:
        name, pattern, same = self._compiled[index]
        found = same.finditer(lowered) if exact and same else pattern.finditer(text)
        return (Match(name, *match.span()) for match in found)


def wider(pattern: str) -> str:
    """The pattern for RE2 and a text in small letters: it matches where the given one does, and elsewhere.

    It looks around for nothing, and no letter in it has to be a capital.
    """
    out, at = [], 0
    pattern = pattern.replace("(?-i:", "(?:")
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


def whole(pattern: str) -> str:
    """The same pattern, spelt so that RE2's filter sees whole words in it.

    RE2 joins alternatives that begin alike ("medicine|meds" is "med(?:icine|s)") and breaks a word at a letter that may
    be missing: it would then look for "med" and "s", which are in most texts.
    """
    return _PART.sub(_apart, pattern)


def _apart(found: re.Match[str]) -> str:
    if found["letter"]:
        return f"(?:{found[0][0]}|)"
    if found["group"]:
        return "|)"
    return found[0] + "(?:)" if found["open"] else found[0]


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
