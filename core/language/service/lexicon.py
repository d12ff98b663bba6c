"""Word rows computed on first sight and remembered: what makes single calls quick."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Sequence
from copy import copy
from itertools import chain
from threading import Lock
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.language.service.artefact import Artefact
from core.language.service.identify import Tally, WordKinds, odd_tally, summed
from core.language.service.words import (
    MARKS,
    PAD,
    UNKNOWN,
    pair_halves,
    pieces,
    tokens,
    units,
)

Floats = NDArray[np.float32]
ROOM: Final = 12_000  # rows of words
COMMON: Final = 4_000  # of them may be remembered for good
SPARE: Final = 4_000  # rows that a batch may need; a word that finds none is read as unknown
MEMO: Final = 24_000  # pieces of text that are remembered
LONGEST_PIECE, MOST_LONG = 60, 100  # of longer pieces so many are remembered for a while
WARM: Final = 1_500  # commonest words made ready at load
STEPS, MOST = 6_000, 8_191  # that a common word brings to a filter at most, and any: those of three fit 16 bits
NEVER: Final = -2 * MOST - 2  # no filter is active where this is added
NO_PAIR: Final = 1 << 40  # with whatever it is joined, it lies beyond all rows


def squared(roots: NDArray[np.int8]) -> NDArray[np.int16]:
    """Wide weights from their signed square roots, before their column's scale."""
    x = roots.astype(np.int16)
    return np.asarray(x * np.abs(x), np.int16)


class Seen(NamedTuple):
    """A text's pieces, the rows of their words (a mark after each word in capitals), and what the words are.

    Rows are ``packed``: by piece, then all together.
    """

    pieces: Sequence[str]
    parts: Sequence[bytes]
    rows: bytes
    tally: Tally


ROW: Final = np.dtype(np.intp).itemsize  # bytes of a packed row


def packed(rows: Sequence[int]) -> bytes:
    """Rows as the bytes of an array: a text's are joined and read by NumPy without making a number of any."""
    return np.array(rows, np.intp).tobytes()


NO_WORDS: Final = packed([UNKNOWN])  # a text without words is read as one unknown word
NOTHING: Final = Seen((), (), NO_WORDS, summed(()))


class Lexicon:
    """What each word brings to the filters at its own place and beside it, its wide weights, its share in pairs.

    The padding row brings nothing to its neighbours and silences every filter at its own place.
    ``step``: (filters,) how much one step is of what words bring.
    """

    def __init__(
        self,
        artefact: Artefact,
        kinds: WordKinds,
        wide_at: NDArray[np.intp],
        outputs: int,
        good: Callable[[Floats], Floats],
    ) -> None:
        self._good = good
        self._pair_bits = int(artefact.settings["pair_bits"])
        self._vectors = artefact.arrays["words"]
        self._scales = artefact.arrays["words_scale"].astype(np.float32)[:, None]
        self._buckets = artefact.arrays["buckets"]
        self._bucket_scales = artefact.arrays["buckets_scale"].astype(np.float32)[:, None]
        self._ids = {w: i for i, w in enumerate(artefact.vocabulary)}
        self._bias = artefact.dense("taps_bias")
        self._taps = _by_tap(artefact.dense("taps"))
        self.step: Floats = self._largest() / np.float32(STEPS)
        self._bias /= self.step
        self._taps /= np.tile(self.step, 3)
        self._wide = np.zeros((len(self._vectors), outputs), np.int8)
        self._wide[:, wide_at] = artefact.arrays["wide_words"]
        self._wide_scale = np.zeros(outputs, np.float32)
        # Summed up with the pairs' weights before these have their scale.
        self._wide_scale[wide_at] = artefact.dense("wide_words_scale") / artefact.dense("wide_pairs_scale")
        self._kinds = kinds
        self._lock = Lock()
        self._start(artefact.vocabulary[: max(WARM, len(MARKS))])

    def full(self) -> bool:
        """Whether it is time for an emptied one; asked between batches only."""
        return len(self._words) > ROOM - SPARE or len(self._pieces) > MEMO

    def emptied(self) -> Lexicon:
        """One that remembers the commoner words only; who still reads with this one may go on."""
        other = copy(self)
        other._start([word for word in self._words if self._ids.get(word, COMMON) < COMMON])
        return other

    def seen(self, texts: Sequence[Sequence[str]]) -> list[Seen]:
        """What stands in each text; ``texts`` are cut at their spaces or into words."""
        while True:
            try:
                return [self._seen(text) for text in texts]
            except KeyError:
                self._learn(dict.fromkeys(chain.from_iterable(texts)))

    def _seen(self, text: Sequence[str]) -> Seen:
        if not text:
            return NOTHING
        told, rows = zip(*map(self._pieces.__getitem__, text), strict=True)
        return Seen(text, rows, b"".join(rows) or NO_WORDS, summed(told))

    def _start(self, words: Sequence[str]) -> None:
        # The filters at the place after the word, at its own, and before it. Only rows that were filled are read:
        # the others take no memory yet.
        self.after, self.own, self.before = (np.empty((ROOM, len(self._bias)), np.int16) for _ in range(3))
        self.wide = np.empty((ROOM, len(self._wide_scale)), np.float32)
        self.good = np.empty(ROOM, np.float32)  # by how much a word alone reads more positive than negative
        self.first, self.second = np.empty(ROOM, np.intp), np.empty(ROOM, np.intp)
        self._pieces: dict[str, tuple[int, bytes]] = {}
        self._tallies: dict[int, int] = {}  # few differ: each is kept once
        self._long: list[str] = []
        self._words: dict[str, int] = {}
        self._add(words)
        self.own[PAD], self.after[PAD], self.before[PAD] = NEVER, 0, 0
        self.wide[PAD], self.second[PAD] = 0.0, NO_PAIR

    def _learn(self, met: Iterable[str]) -> None:
        """Remember pieces of text and what they consist of; the words that are new among them are added together."""
        with self._lock:
            if len(self._long) > MOST_LONG:
                while self._long:
                    self._pieces.pop(self._long.pop(), None)
            cut = {piece: tokens(piece) for piece in met if piece not in self._pieces}
            surfaces = dict.fromkeys(s for listed in cut.values() for s in listed if s not in self._pieces)
            read = {surface: units(surface, self._ids) for surface in surfaces}
            new = dict.fromkeys(chain.from_iterable(read.values()))
            self._add([word for word in new if word not in self._words])
            for surface, words in read.items():
                self._keep(surface, self._kinds.tally(surface), packed([self._words.get(w, UNKNOWN) for w in words]))
            for piece, listed in cut.items():
                if piece not in self._pieces:
                    told, rows = zip(*map(self._pieces.__getitem__, listed), strict=True) if listed else ((), ())
                    self._keep(piece, sum(told) + odd_tally(piece), b"".join(rows))

    def _keep(self, piece: str, tally: int, rows: bytes) -> None:
        self._pieces[piece] = (self._tallies.setdefault(tally, tally), rows)
        if len(piece) >= LONGEST_PIECE:
            self._long.append(piece)

    def _add(self, words: Sequence[str]) -> None:
        """Rows for words that have none, as far as there is room; the others are read as unknown."""
        start = len(self._words)
        words = words[: ROOM - start]
        if not words:
            return
        at = slice(start, start + len(words))
        vectors, self.wide[at] = self._vectors_of(words)
        self.after[at], self.own[at], self.before[at] = self._brought(vectors)
        self.good[at] = self._good(self.own[at] * self.step)
        hashes = np.array([zlib.crc32(word.encode("utf-8", "replace")) for word in words], np.uint32)
        self.first[at], self.second[at] = pair_halves(hashes, self._pair_bits)
        self._words |= zip(words, range(start, start + len(words)), strict=True)

    def _brought(self, vectors: Floats) -> tuple[Floats, Floats, Floats]:
        """What words bring to the place after them, their own, and the one before, in whole steps."""
        filters = len(self._bias)
        brought = vectors @ self._taps
        own = brought[:, filters : 2 * filters]
        own += self._bias
        np.rint(brought, out=brought).clip(-MOST, MOST, out=brought)
        return brought[:, :filters], own, brought[:, 2 * filters :]

    def _largest(self) -> Floats:
        """(filters,) the most that any of the commoner words brings."""
        brought = self._vectors[:COMMON] * self._scales[:COMMON] @ self._taps
        at_places = np.abs(brought, out=brought).max(0).reshape(3, -1)
        at_places[1] += np.abs(self._bias)
        return np.asarray(np.maximum(at_places.max(0), 1e-6), np.float32)

    def _vectors_of(self, words: Sequence[str]) -> tuple[Floats, Floats]:
        """Vectors and wide weights; what the vocabulary does not hold is read by its pieces and weighs nothing."""
        ids = np.array([self._ids.get(word, PAD) for word in words])
        vectors = self._vectors.take(ids, 0) * self._scales.take(ids, 0)
        wide = squared(self._wide.take(ids, 0)) * self._wide_scale
        for row, word in enumerate(words):
            if word not in self._ids:
                parts = np.array(pieces(word))
                vectors[row] = (self._buckets.take(parts, 0) * self._bucket_scales.take(parts, 0)).mean(0)
                wide[row] = 0.0
        return vectors, wide


def _by_tap(taps: Floats) -> Floats:
    """(filters, 3 x width) as one matrix that a word's vector is multiplied with: all that it brings to each place."""
    return np.concatenate(np.split(taps, 3, axis=1)).T.copy()
