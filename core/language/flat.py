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
_BLANK, _SEVERAL = re.compile(r"\s"), re.compile(rb" {2,}")
_LIKE: Final = {0x130: "i", 0x131: "i", 0x17F: "s"}  # what `re` takes for letters of ASCII, and lower() does not
_BLANKS: Final = bytes(32 if i < 128 and chr(i).isspace() else i for i in range(256))
_SIGNS: Final = bytes(i if chr(i).isalnum() or chr(i) == "_" else 32 for i in range(128)).ljust(256, b" ")


class Flat(NamedTuple):
    """A text with a blank at either end; ``gaps``: after which places how many blanks were left out till then."""

    words: bytes
    gaps: Sequence[tuple[int, int]] = ()

    def place(self, at: int) -> int:
        """Where in the text itself something stands."""
        return at - 1 + self.gaps[bisect(self.gaps, (at, 0)) - 1][1] if self.gaps else at - 1


def flat(text: str) -> Flat:
    """The text as literals are written."""
    words = b" " + _lowered(text) + b" "
    if b"  " in words:
        return Flat(_SEVERAL.sub(b" ", words).translate(_SIGNS), _gaps(words))
    return Flat(words.translate(_SIGNS))


def _gaps(words: bytes) -> list[tuple[int, int]]:
    gaps, left_out = [(0, 0)], 0
    for run in _SEVERAL.finditer(words):
        at = run.start() - left_out
        left_out += len(run[0]) - 1
        gaps.append((at, left_out))
    return gaps


@cache
def literal(string: str) -> bytes:
    """A literal as it stands in a flat text; one that ends with a whole word has a blank beside it."""
    inner = string.strip(EDGE)
    before, after = (string.startswith(EDGE), inner[:1]), (string.endswith(EDGE), inner[-1:])
    first, last = (b" " if edge and (sign.isalnum() or sign == "_") else b"" for edge, sign in (before, after))
    return first + _SEVERAL.sub(b" ", _lowered(inner.replace(EDGE, ""))).translate(_SIGNS) + last


def _lowered(text: str) -> bytes:
    """Small letters, a byte for each; what is not ASCII's is like any sign, but for blanks."""
    if not text.isascii():
        text = _BLANK.sub(" ", text).translate(_LIKE)
    return text.lower().encode("ascii", "replace").translate(_BLANKS)
