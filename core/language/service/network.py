"""The student network and the wide heads in NumPy: word rows in, logits out; one code path for 1 or 1,000."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.language.service.artefact import Artefact
from core.language.service.emotions import place
from core.language.service.identify import WordKinds
from core.language.service.lexicon import ROW, Lexicon, squared
from core.language.service.words import PAD, mixed_rows, tokens

Floats = NDArray[np.float32]
Rows = NDArray[np.intp]
TEXTS, PLACES = 96, 2048  # worked on at once: keeps the working set inside the cache
SLACK: Final = 12  # words by which the longest text of a chunk may go beyond twice the shortest
LONG: Final = 24  # words: the more a text has beyond them, the less its length may speak for trouble
# An array without dimensions: with a plain number NumPy takes twice the time over the few words of a text.
ZERO = np.zeros((), np.float32)
COMMON: Final = 8_000  # commonest words of the vocabulary count as English


class Network:
    """Width-3 convolution, max and mean pooled, hashed pairs, one hidden layer; linear heads of words and pairs.

    The linear heads remember single expressions that the network smooths over; both are added in log-odds.
    """

    def __init__(self, artefact: Artefact) -> None:
        self.kinds = WordKinds([w for w in artefact.vocabulary[:COMMON] if len(w) > 1])
        at, outputs = artefact.arrays["wide_at"].astype(np.intp), len(artefact.dense("out_bias"))
        pairs = artefact.arrays["pairs"]
        self._no_pair, self._pair_width = pairs.shape
        self._pairs = np.zeros((self._no_pair + 1, self._pair_width + outputs), np.int16)
        self._pairs[:-1, : self._pair_width] = pairs
        self._pairs[:-1, self._pair_width + at] = squared(artefact.arrays["wide_pairs"])
        self._pair_scale = np.zeros(self._pair_width + outputs, np.float32)
        self._pair_scale[: self._pair_width] = artefact.dense("pairs_scale")
        self._pair_scale[self._pair_width + at] = artefact.dense("wide_pairs_scale")
        self._bits = int(artefact.settings["pair_bits"])
        self._hidden = _with_bias(artefact.dense("hidden"), artefact.dense("hidden_bias"), passed_on=True)
        self._out = _with_bias(artefact.dense("out"), artefact.dense("out_bias"))
        where = place(artefact.groups)
        sentiment, self._beyond = where["sentiment"], where["size"].start
        self._side = self._out[:-1, sentiment.stop - 1] - self._out[:-1, sentiment.start]
        filters = artefact.dense("taps_bias").size
        # Beside a row of noughts NumPy takes a third of the time that it takes beside a single one.
        self._floor = np.zeros(filters, np.float32)
        # Over a single word largest and mean are the same.
        self._alone = self._hidden[:filters, :-1] + self._hidden[filters : 2 * filters, :-1]
        self._lexicon = Lexicon(artefact, self.kinds, at, outputs, self._good)

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
        filtered = self._filtered(ids, lexicon)
        size = sizes(rows)
        pairs = self._pair_sums(ids, lexicon)
        mean = np.add.reduce(filtered)
        mean *= size[:, :1]
        parts = (np.maximum.reduce(filtered), mean, pairs[:, : self._pair_width] * size[:, 1:2], size[:, 4:])
        hidden = np.concatenate(parts, 1) @ self._hidden
        np.maximum(hidden, ZERO, out=hidden)
        logits = hidden @ self._out
        linear = np.add.reduce(lexicon.wide.take(ids, axis=0, mode="clip"))
        linear += pairs[:, self._pair_width :]
        linear *= size[:, 2:3]
        logits += linear
        logits[:, self._beyond] = size[:, 3]
        return logits

    def _good(self, own: Floats) -> Floats:
        """(n,) log-odds that a word alone reads positive and not negative, without their bias; from its own filters."""
        hidden = np.maximum(own, 0) @ self._alone + self._hidden[-1, :-1]
        return np.asarray(np.maximum(hidden, 0) @ self._side, np.float32)

    def _filtered(self, ids: Rows, words: Lexicon) -> Floats:
        """Filters at each place: what the word and its two neighbours bring is added; nothing is multiplied."""
        h = words.own.take(ids, axis=0, mode="clip")
        not_first, not_last = h[1:], h[:-1]
        not_first += words.after.take(ids[:-1], axis=0, mode="clip")
        not_last += words.before.take(ids[1:], axis=0, mode="clip")
        return np.maximum(h, self._floor, out=h)

    def _pair_sums(self, ids: Rows, lexicon: Lexicon) -> Floats:
        """Sums over a text's pairs of neighbours: for the hidden layer, then of wide weights."""
        second = ids[1:]
        mixed = lexicon.first.take(ids[:-1], mode="clip")
        mixed ^= lexicon.second.take(second, mode="clip")
        rows = mixed_rows(mixed, self._bits)
        if ids.shape[1] > 1:
            rows[second == PAD] = self._no_pair
        total: Floats = np.add.reduce(self._pairs.take(rows, axis=0, mode="clip"), dtype=np.float32)
        total *= self._pair_scale
        return total


def _with_bias(weights: Floats, bias: Floats, passed_on: bool = False) -> Floats:
    """(inputs + 1, outputs): a last input that is always one carries the bias, and may be passed on as an output."""
    out = np.zeros((weights.shape[1] + 1, len(bias) + passed_on), np.float32)
    out[:-1, : len(bias)], out[-1, : len(bias)] = weights.T, bias
    out[-1, len(bias) :] = 1.0
    return out


@lru_cache(maxsize=1000)
def _sizes(n: int) -> Floats:
    return np.array([[1 / n, n**-0.5, (2 * n - 1) ** -0.5, max(0.0, math.log(n / LONG)), 1.0]], np.float32)


def sizes(rows: Sequence[bytes]) -> Floats:
    """(texts, 5): what sums over a text's words are multiplied with, by how much it is long, and one.

    The factors: mean of filters, root of pairs, root of words and pairs together.
    """
    found = [_sizes(len(row) // ROW) for row in rows]
    return found[0] if len(found) == 1 else np.concatenate(found)


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
