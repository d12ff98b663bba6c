"""Per-tenant word rules: product names and technical words that carry no feeling here."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

STAND_IN: Final = "it"


@dataclass(frozen=True)
class WordRule:
    """A word or phrase that the tenant declares neutral, and why."""

    phrase: str
    reason: str


class NeutralWords:
    """Replaces declared phrases by a colourless word of the same length in code points."""

    def __init__(self, rules: Sequence[WordRule] = ()) -> None:
        self.rules = tuple(rules)
        parts = sorted((re.escape(r.phrase) for r in self.rules if r.phrase.strip()), key=len)
        joined = "|".join(reversed(parts))
        self._pattern = re.compile(rf"(?<!\w)(?:{joined})(?!\w)", re.IGNORECASE) if parts else None

    def apply(self, text: str) -> str:
        """The text with declared phrases made neutral, offsets kept."""
        if self._pattern is None:
            return text
        return self._pattern.sub(lambda m: STAND_IN.ljust(len(m.group()))[: len(m.group())], text)
