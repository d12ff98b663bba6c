"""The student network and the wide heads in NumPy: word rows in, logits out; one code path for 1 or 1,000."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache, partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.language.service.artefact import Artefact
from core.language.service.emotions import place
from core.language.service.identify import WordKinds
from core.language.service.lexicon import ROW, Lexicon, squared
from core.language.service.words import tokens

Floats = NDArray[np.float32]
Rows = NDArray[np.intp]
Steps = NDArray[np.int16]
TEXTS, PLACES = 96, 2048  # worked on at once: keeps the working set inside the cache
SLACK: Final = 12  # words by which the longest text of a chunk may go beyond twice the shortest
LONG: Final = 24  # words: the more a text has beyond them, the less its length may speak for trouble
# An array without dimensions: with a plain number NumPy takes twice the time over the few words of a text.
ZERO = np.zeros((), np.float32)
CONSTANT: Final = 2  # inputs in front of the others: one, and how long the text is
ONES = [np.ones((texts, CONSTANT), np.float32) for texts in range(TEXTS + 1)]
COMMON: Final = 8_000  # commonest words of the vocabulary count as English


class Network:
    """Width-3 convolution, max and mean pooled, hashed pairs, one hidden layer; linear heads of words and pairs.

    The linear heads remember single expressions that the network smooths over; both are added in log-odds.
    """

    def __init__(self, artefact: Artefact) -> None:
        self.kinds = WordKinds([w for w in artefact.vocabulary[:COMMON] if len(w) > 1])
        at, outputs = artefact.arrays["wide_at"].astype(np.intp), len(artefact.dense("out_bias"))
        pairs = artefact.arrays["pairs"]
        count, width = pairs.shape
        self._pairs = np.zeros((count + 1, width + outputs), np.int16)  # the last row: no pair
        self._pairs[:-1, :width] = pairs
        self._pairs[:-1, width + at] = squared(artefact.arrays["wide_pairs"])
        scale = np.ones(width + outputs, np.float32)
        scale[:width] = artefact.dense("pairs_scale")
        scale[width + at] = artefact.dense("wide_pairs_scale")
        self._width = width
        self._hidden, self._out = _layers(artefact)
        sentiment = place(artefact.groups)["sentiment"]
        self._side = self._out[CONSTANT:, sentiment.stop - 1] - self._out[CONSTANT:, sentiment.start]
        filters = artefact.dense("taps_bias").size
        # Over a single word largest and mean are the same.
        largest, mean = np.split(self._hidden[CONSTANT : CONSTANT + 2 * filters, CONSTANT:], 2)
        self._alone = largest + mean
        # Beside a row of noughts NumPy takes a third of the time that it takes beside a single one.
        self._floor = np.zeros(filters, np.int16)
        self._lexicon = Lexicon(artefact, self.kinds, at, outputs, self._good)
        self._sizes = lru_cache(maxsize=1000)(partial(_sizes, self._lexicon.step, scale, width))

    def lexicon(self) -> Lexicon:
        """The words as they stand now: rows that it names are good with it alone."""
        if self._lexicon.full():
            self._lexicon = self._lexicon.emptied()
        return self._lexicon

    def logits(self, texts: Sequence[str]) -> Floats:
        """(n, outputs) for the texts, in order."""
        lexicon = self.lexicon()
        return self.logits_of([seen.rows for seen in lexicon.seen([tokens(t) for t in texts])], lexicon)

    def logits_of(self, rows: Sequence[bytes], lexicon: Lexicon) -> Floats:
        """(n, outputs) for texts given by their words' rows."""
        out = np.zeros((len(rows), self._out.shape[1]), np.float32)
        for at in by_length(rows):
            out[at] = self.read([rows[i] for i in at], lexicon)
        return out

    def read(self, rows: Sequence[bytes], lexicon: Lexicon) -> Floats:
        """(n, outputs) for texts of like length. Arrays over words have the place first, then the text."""
        ids = padded(rows)
        first, second = ids[:-1], ids[1:]
        filtered = self._filtered(ids, first, second, lexicon)
        sums = self._pair_sums(first, second, lexicon)
        linear = sums[:, self._width :]
        linear += np.add.reduce(lexicon.wide.take(ids, axis=0, mode="clip"))
        most, total = np.maximum.reduce(filtered), np.add.reduce(filtered, dtype=np.float32)
        inputs = np.concatenate((ONES[len(rows)], most, total, sums), 1)
        sizes = [self._sizes(len(row)) for row in rows]
        inputs *= sizes[0] if len(sizes) == 1 else np.concatenate(sizes)
        hidden = inputs[:, : len(self._hidden)] @ self._hidden
        np.maximum(hidden, ZERO, out=hidden)
        logits = hidden @ self._out
        logits += inputs[:, len(self._hidden) :]
        return logits

    def _good(self, own: Floats) -> Floats:
        """(n,) log-odds that a word alone reads positive and not negative, without their bias; from its own filters."""
        hidden = np.maximum(own, 0) @ self._alone + self._hidden[0, CONSTANT:]
        return np.asarray(np.maximum(hidden, 0) @ self._side, np.float32)

    def _filtered(self, ids: Rows, first: Rows, second: Rows, words: Lexicon) -> Steps:
        """Filters at each place, in steps: what a word and its two neighbours bring is added, nothing is multiplied."""
        h = words.own.take(ids, axis=0, mode="clip")
        not_first, not_last = h[1:], h[:-1]
        not_first += words.after.take(first, axis=0, mode="clip")
        not_last += words.before.take(second, axis=0, mode="clip")
        return np.maximum(h, self._floor, out=h)

    def _pair_sums(self, first: Rows, second: Rows, lexicon: Lexicon) -> Floats:
        """Sums over a text's pairs of neighbours, before their scale: for the hidden layer, then of wide weights."""
        rows = lexicon.first.take(first, mode="clip")
        rows ^= lexicon.second.take(second, mode="clip")
        total: Floats = np.add.reduce(self._pairs.take(rows, axis=0, mode="clip"), dtype=np.float32)
        return total


def _layers(artefact: Artefact) -> tuple[Floats, Floats]:
    """The hidden layer and the one behind it; inputs in front that are one, and how long the text is, are passed on."""
    size = place(artefact.groups)["size"].start
    hidden, out = _with_bias(artefact, "hidden", CONSTANT), _with_bias(artefact, "out", 0)
    hidden[0, 0] = hidden[1, 1] = 1.0
    out[1, size] = 1.0
    return hidden, out


def _with_bias(artefact: Artefact, name: str, before: int) -> Floats:
    """(inputs, outputs with room before them), constant inputs first: the first is always one and carries the bias."""
    weights = artefact.dense(name)
    out = np.zeros((CONSTANT + weights.shape[1], before + len(weights)), np.float32)
    out[CONSTANT:, before:], out[0, before:] = weights.T, artefact.dense(f"{name}_bias")
    return out


def _sizes(step: Floats, scale: Floats, width: int, row: int) -> Floats:
    """(1, inputs) for a packed row: what the inputs are multiplied with, so that they do not grow with the text.

    The sums of filters become means; pairs are divided by the root of the words, words and pairs by that of both.
    """
    n = row // ROW
    constant = 1.0, max(0.0, math.log(n / LONG))
    pairs, linear = scale[:width] * n**-0.5, scale[width:] * (2 * n - 1) ** -0.5
    return np.concatenate((constant, step, step / n, pairs, linear))[np.newaxis].astype(np.float32)


def by_length(rows: Sequence[bytes]) -> list[list[int]]:
    """Where the texts stand, in chunks of like length: little padding."""
    if len(rows) == 1:
        return [[0]]
    chunks: list[list[int]] = []
    longest = 0
    for i in sorted(range(len(rows)), key=lambda i: len(rows[i])):
        size = len(rows[i]) // ROW + 1
        if size > longest or len(chunks[-1]) >= min(TEXTS, PLACES // size):
            chunks.append([])
            longest = 2 * size + SLACK
        chunks[-1].append(i)
    return chunks


def padded(rows: Sequence[bytes]) -> Rows:
    """(places, texts) with shorter texts padded at their end; the padding's row is 0."""
    if len(rows) == 1:
        return np.frombuffer(rows[0], np.intp).reshape(-1, 1)
    longest = max(map(len, rows))
    flat = np.frombuffer(b"".join([row.ljust(longest, b"\0") for row in rows]), np.intp)
    return np.ascontiguousarray(flat.reshape(len(rows), -1).T)
