"""Texts and literals as they are compared: small letters, a blank for every sign, one blank where there are several.

A word that has to stand by itself is then one with a blank on its sides.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Sequence
from functools import cache
from typing import Final, NamedTuple

EDGE: Final = "\0"  # in a literal: a place between a word and what is none
_SIGN: Final = re.compile(r"[^\w\s\x00-\x7f]")
_BLANK, _SEVERAL = re.compile(r"\s"), re.compile(r" {2,}")
_LIKE: Final = {0x130: "i", 0x131: "i", 0x17F: "s"}  # what `re` takes for letters of ASCII, and lower() does not
_BLANKS: Final = bytes(32 if i < 128 and chr(i).isspace() else i for i in range(256))
_SIGNS: Final = bytes(32 if i < 128 and not (chr(i).isalnum() or chr(i) == "_") else i for i in range(256))


class Flat(NamedTuple):
    """A text with a blank at either end; ``gaps``: after which places how many blanks were left out till then."""

    words: str
    gaps: Sequence[tuple[int, int]] = ()

    def place(self, at: int) -> int:
        """Where in the text itself something stands."""
        return at - 1 + self.gaps[bisect(self.gaps, (at, 0)) - 1][1] if self.gaps else at - 1


def flat(text: str) -> Flat:
    """The text as literals are written."""
    lowered = _lowered(text)
    if b"  " not in lowered:
        return Flat(f" {_without_signs(lowered)} ")
    return _closed_up(b" " + lowered + b" ")


def _closed_up(lowered: bytes) -> Flat:
    gaps, left_out = [(0, 0)], 0
    for run in _SEVERAL.finditer(lowered.decode()):
        at = run.start() - left_out
        left_out += len(run[0]) - 1
        gaps.append((at, left_out))
    return Flat(_without_signs(_one(lowered)), gaps)


@cache
def literal(string: str) -> str:
    """A literal as it stands in a flat text; one that ends with a whole word has a blank beside it."""
    inner = string.strip(EDGE)
    before, after = (string.startswith(EDGE), inner[:1]), (string.endswith(EDGE), inner[-1:])
    first, last = (" " if edge and (sign.isalnum() or sign == "_") else "" for edge, sign in (before, after))
    return f"{first}{_without_signs(_one(_lowered(inner.replace(EDGE, ''))))}{last}"


def _lowered(text: str) -> bytes:
    if not text.isascii():
        text = _BLANK.sub(" ", _SIGN.sub("*", text)).translate(_LIKE)
    return text.lower().encode("utf-8", "replace").translate(_BLANKS)


def _one(lowered: bytes) -> bytes:
    while b"  " in lowered:
        lowered = lowered.replace(b"  ", b" ")
    return lowered


def _without_signs(lowered: bytes) -> str:
    return lowered.translate(_SIGNS).decode()
