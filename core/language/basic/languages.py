"""A light check whether a text is in a language that the rules can read. It refuses only what it is sure of."""

from __future__ import annotations

from collections.abc import Sequence

from core.language.wordlists import wordlists

SUPPORTED = frozenset({"en"})
MIN_WORDS = 4
_LATIN_END = 0x024F
# Pieces of web addresses, which are common words elsewhere.
_ADDRESS = frozenset({"http", "https", "www", "t", "co", "com"})

_STOP = wordlists("stop")


def is_supported(words: Sequence[str], text: str, locale: str | None) -> bool:
    """Say whether a text can be read. Under four words the tenant's locale decides, but a script is never guessed."""
    letters = [char for char in text[:2_000] if char.isalpha()]
    if letters and sum(ord(char) > _LATIN_END for char in letters) * 2 > len(letters):
        return False
    if len(words) < MIN_WORDS:
        return (locale or "en")[:2].lower() in SUPPORTED or not letters
    plain = [word for word in words[:200] if word not in _ADDRESS]
    counts = {name: sum(word in stop for word in plain) for name, stop in _STOP.items()}
    other = max(count for name, count in counts.items() if name not in SUPPORTED)
    own = max(counts[name] for name in SUPPORTED)
    return not (other >= 2 and other > own)
