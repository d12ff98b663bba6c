"""Special-category wording (L9), listed in ``special.toml``, is replaced before anything is kept."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files

PLACEHOLDER = "[sensitive]"
_KINDS = ("health", "belief", "union", "sexual_life", "origin")


def special(text: str) -> tuple[str, int]:
    """Return the text with special-category wording replaced, and how often that happened."""
    harmless = [hit.span() for hit in _pattern("harmless").finditer(text)]
    count = 0

    def replacement(hit: re.Match[str]) -> str:
        nonlocal count
        if any(start < hit.end() and hit.start() < end for start, end in harmless):
            return hit.group()
        count += 1
        return PLACEHOLDER

    return _pattern(*_KINDS).sub(replacement, text), count


def is_special(text: str) -> bool:
    """Say whether a text (a segment's name, a rule's words) speaks of a special category."""
    return special(text)[1] > 0 or bool(_pattern("seems").search(text))


@cache
def _pattern(*names: str) -> re.Pattern[str]:
    listed = tomllib.loads(files("core.compliance").joinpath("special.toml").read_text(encoding="utf-8"))
    joined = "|".join(pattern for name in names for pattern in listed[name])
    return re.compile(rf"\b(?:{joined})\b", re.IGNORECASE)
