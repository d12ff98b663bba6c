"""Whether a reply takes up the customer's own matter: content words and details they share."""

from __future__ import annotations

import re

from core.language.wordlists import wordlists

_WORD = re.compile(r"[^\W_]{3,}(?:'[^\W_]+)?|\d+")
_COMMON = wordlists("echo")["common"]
_ENDINGS = ("ing", "ed", "es", "s")
STEM_MIN = 4


def echoed(reply: str, customer: str) -> int:
    """Return how many distinct content words (or numbers) of the customer's the reply takes up."""
    return len(_terms(reply) & _terms(customer))


def _terms(text: str) -> set[str]:
    return {_stem(word) for word in _WORD.findall(text.lower()) if word not in _COMMON}


def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= STEM_MIN:
            return word[: -len(ending)]
    return word
