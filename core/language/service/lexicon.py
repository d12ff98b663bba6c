"""Word rows computed on first sight and remembered: what makes single calls quick."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.language.service.artefact import Artefact
from core.language.service.words import BUCKETS, CAPS, MARKS, PAD, UNKNOWN, pieces, shouted, spelling

ROOM: Final = 12_000  # rows kept before the memo is cleared
MEMO: Final = 60_000  # surfaces kept before the memo is cleared
WARM: Final = 1_500  # commonest words made ready at load


def squared(roots: NDArray[np.int8]) -> NDArray[np.float32]:
    """Wide weights from their signed square roots, before their column's scale."""
    x = roots.astype(np.float32)
    return np.asarray(x * np.abs(x), np.float32)


class Lexicon:
    """Each word's row: its vector already multiplied by the three taps of the convolution, then its wide weights."""

    def __init__(self, artefact: Artefact) -> None:
        self._vectors = artefact.arrays["words"]
        self._scales = artefact.arrays["words_scale"]
        self._buckets = artefact.arrays["buckets"]
        self._bucket_scales = artefact.arrays["buckets_scale"]
        self._ids = {w: i for i, w in enumerate(artefact.vocabulary)}
        taps = artefact.dense("taps")  # (filters, 3 x width)
        self.filters, width = taps.shape[0], taps.shape[1] // 3
        parts = [taps[:, i * width : (i + 1) * width] for i in range(3)]
        self._project = np.ascontiguousarray(np.concatenate(parts, 0).T)
        self._wide = artefact.arrays["wide_words"]
        self._wide_scale = artefact.dense("wide_words_scale")
        self.own = self.filters * 3  # columns of a row before its wide weights
        self.table = np.zeros((ROOM, self.own + self._wide.shape[1]), np.float32)
        self.hashes = np.zeros(ROOM, np.uint32)
        self._memo: dict[str, tuple[int, ...]] = {}
        self._base: dict[str, int] = {}
        self._words: dict[str, int] = {}
        self._used = self._fixed = 0
        self._start(artefact.vocabulary)

    def rows(self, surfaces: Sequence[str]) -> list[int]:
        """Rows of the surfaces, a mark after each word in capitals."""
        memo = self._memo
        out: list[int] = []
        for surface in surfaces:
            known = memo.get(surface)
            out += known if known is not None else self._learn(surface)
        return out

    def make_room(self, tokens: int) -> None:
        """Forget seen words when rows may run out; called between batches only."""
        if self._used + tokens > ROOM or len(self._memo) > MEMO:
            self._memo.clear()
            self._words = dict(self._base)
            self._used = self._fixed

    def _start(self, vocabulary: list[str]) -> None:
        first = vocabulary[: max(WARM, len(MARKS))]
        vectors = self._vectors[: len(first)] * self._scales[: len(first), None].astype(np.float32)
        self.table[: len(first), : self.own] = vectors.astype(np.float32) @ self._project
        self.table[: len(first), self.own :] = squared(self._wide[: len(first)]) * self._wide_scale
        self.table[PAD] = 0.0
        self.hashes[: len(first)] = [zlib.crc32(w.encode()) for w in first]
        self._used = self._fixed = len(first)
        self._base = {w: i for i, w in enumerate(first)}
        self._words = dict(self._base)

    def _learn(self, surface: str) -> tuple[int, ...]:
        word = spelling(surface, self._ids)
        row = self._words.get(word)
        if row is None:
            row = self._add(word)
        rows = (row, CAPS) if shouted(surface) else (row,)
        if len(surface) < 40:
            self._memo[surface] = rows
        return rows

    def _add(self, word: str) -> int:
        if self._used >= ROOM:
            return UNKNOWN
        row, self._used = self._used, self._used + 1
        self.table[row, : self.own] = self._vector(word) @ self._project
        at = self._ids.get(word)
        self.table[row, self.own :] = 0.0 if at is None else squared(self._wide[at]) * self._wide_scale
        self.hashes[row] = zlib.crc32(word.encode("utf-8", "replace"))
        self._words[word] = row
        return row

    def _vector(self, word: str) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
        at = self._ids.get(word)
        if at is not None:
            return np.asarray(self._vectors[at] * np.float32(self._scales[at]), np.float32)
        rows = [p % BUCKETS for p in pieces(word)]
        made = self._buckets[rows] * self._bucket_scales[rows, None].astype(np.float32)
        return np.asarray(made.mean(0), np.float32)
