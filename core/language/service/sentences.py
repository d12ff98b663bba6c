"""Sentences with their offsets; good enough for e-mail, chat and tweets, linear in time."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

_END: Final = re.compile(r"(?:[.!?…]{1,8}[\"')\]’”]*(?=\s|\Z))|\n+")
_SHORT: Final = re.compile(
    r"\b(?:mr|mrs|ms|dr|st|no|nr|e\.g|i\.e|etc|vs|approx|ref|a\.m|p\.m|[A-Z])\.\Z", re.IGNORECASE
)
MOST: Final = 60  # sentences looked at in one text


class Sentence(NamedTuple):
    """A sentence and where it stands."""

    start: int
    end: int
    text: str


def sentences(text: str) -> list[Sentence]:
    """Non-empty sentences in order, at most MOST."""
    out: list[Sentence] = []
    start = 0
    for found in _END.finditer(text):
        if found.group()[0] == "." and _SHORT.search(text[max(start, found.end() - 8) : found.end()]):
            continue
        _add(out, text, start, found.end())
        start = found.end()
        if len(out) >= MOST:
            return out
    _add(out, text, start, len(text))
    return out


def _add(out: list[Sentence], text: str, start: int, end: int) -> None:
    part = text[start:end]
    stripped = part.strip()
    if any(c.isalnum() for c in stripped):
        at = start + len(part) - len(part.lstrip())
        out.append(Sentence(at, at + len(stripped), stripped))
