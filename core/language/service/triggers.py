"""Which pattern families a text can match at all, told from its single words in a microsecond."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping


class Triggers:
    """Remembers for every word which families it can belong to, as bits."""

    def __init__(self, stems: Mapping[str, str]) -> None:
        self.names = tuple(stems)
        self._patterns = [re.compile(rf"(?:{s})", re.IGNORECASE) for s in stems.values()]
        self._memo: dict[str, int] = {}

    def among(self, words: Iterable[str]) -> list[str]:
        """Names of the families that at least one word belongs to."""
        bits, memo = 0, self._memo
        for word in words:
            known = memo.get(word)
            bits |= self._learn(word) if known is None else known
        return [n for i, n in enumerate(self.names) if bits >> i & 1] if bits else []

    def _learn(self, word: str) -> int:
        bits = sum(1 << i for i, p in enumerate(self._patterns) if p.match(word))
        if len(self._memo) > 50_000:
            self._memo.clear()
        self._memo[word] = bits
        return bits
