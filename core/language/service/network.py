"""The student network and the wide heads in NumPy: word rows in, logits out; one code path for 1 or 1,000."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.language.service.artefact import Artefact
from core.language.service.lexicon import Lexicon
from core.language.service.words import PAD, UNKNOWN, pair_rows, shouted, tokens

Floats = NDArray[np.float32]
CHUNK: Final = 24  # texts worked on at once: keeps the working set inside the cache


class Chunk(NamedTuple):
    """Texts read together: filters at each place, pooled features, logits."""

    surfaces: Sequence[Sequence[str]]
    filtered: Floats
    starts: list[int]
    lengths: list[int]
    features: Floats
    hidden: Floats
    logits: Floats


class Network:
    """Width-3 convolution, max and mean pooled, hashed pairs, one hidden layer; linear heads of words and pairs.

    The linear heads remember single expressions that the network smooths over; both are added in log-odds.
    """

    def __init__(self, artefact: Artefact) -> None:
        self.lexicon = Lexicon(artefact)
        self._bias = artefact.dense("taps_bias")
        tables = [artefact.arrays["pairs"], artefact.arrays["wide_pairs"]]
        self._no_pair, self._pair_width = tables[0].shape
        self._pairs = np.zeros((self._no_pair + 1, sum(t.shape[1] for t in tables)), np.int8)
        self._pairs[:-1] = np.concatenate(tables, 1)
        scales = [np.full(self._pair_width, artefact.dense("pairs_scale")), artefact.dense("wide_pairs_scale")]
        self._pair_scale = np.concatenate(scales).astype(np.float32)
        self._bits = int(artefact.settings["pair_bits"])
        self._hidden = np.ascontiguousarray(artefact.dense("hidden").T)
        self._hidden_bias = artefact.dense("hidden_bias")
        self._out = np.ascontiguousarray(artefact.dense("out").T)
        self._out_bias = artefact.dense("out_bias")
        self._wide_at = artefact.arrays["wide_at"].astype(np.intp)
        self._lock = Lock()

    def logits(self, texts: Sequence[str]) -> Floats:
        """(n, outputs) for the texts, in order."""
        return self.logits_of([tokens(t) for t in texts])

    def logits_of(self, surfaces: Sequence[Sequence[str]]) -> Floats:
        """(n, outputs) for texts that are already cut into surfaces."""
        if not surfaces:
            return np.zeros((0, len(self._out_bias)), np.float32)
        parts = [self.read(surfaces[i : i + CHUNK]).logits for i in range(0, len(surfaces), CHUNK)]
        return parts[0] if len(parts) == 1 else np.concatenate(parts)

    def contributions(self, chunk: Chunk, at: Sequence[int], direction: Floats) -> list[Floats]:
        """How far each surface of some texts moves ``logits @ direction``.

        The network is read as locally linear: exact for the filters that are active.
        """
        f, out = self.lexicon.filters, []
        weight = ((chunk.hidden[list(at)] > 0) * (self._out @ direction)) @ self._hidden.T
        for i, w in zip(at, weight, strict=True):
            start, size = chunk.starts[i], chunk.lengths[i]
            own = chunk.filtered[start - 1 : start - 1 + size]
            most = np.bincount(own.argmax(0), chunk.features[i, :f] * w[:f], size)
            out.append(self._by_surface(most + own @ (w[f : 2 * f] / size), chunk.surfaces[i]))
        return out

    def _by_surface(self, each: Floats, surfaces: Sequence[str]) -> Floats:
        starts, at = [], 0
        for surface in surfaces:
            starts.append(at)
            at += 2 if shouted(surface) else 1
        return np.asarray(each[starts], np.float32)

    def read(self, surfaces: Sequence[Sequence[str]]) -> Chunk:
        """One chunk (at most CHUNK texts, none of them without a surface), with what explains it."""
        with self._lock:
            self.lexicon.make_room(sum(map(len, surfaces)))
            flat, starts = self._flat(surfaces)
            ids = np.array(flat, np.int32)
            gathered = self.lexicon.table.take(ids, axis=0, mode="clip")
            hashes = self.lexicon.hashes[ids]
        ends = [s - 1 for s in starts[1:]] + [len(flat) - 1]
        lengths = [e - s for s, e in zip(starts, ends, strict=True)]
        h = self._filtered(gathered, ends)
        at = np.array(starts)
        size = np.array(lengths, np.float32)[:, None]
        mean = np.add.reduceat(h, at - 1, axis=0) / size
        pair = self._pair(hashes, starts, ends, at)
        top = np.maximum.reduceat(h, at - 1, axis=0)
        features = np.concatenate((top, mean, pair[:, : self._pair_width] / np.sqrt(size)), 1)
        hidden = features @ self._hidden
        hidden += self._hidden_bias
        np.maximum(hidden, 0.0, out=hidden)
        logits = hidden @ self._out
        logits += self._out_bias
        wide = np.add.reduceat(gathered[:, self.lexicon.own :], at, axis=0) + pair[:, self._pair_width :]
        logits[:, self._wide_at] += wide / np.sqrt(2 * size - 1)
        return Chunk(surfaces, h, starts, lengths, features, hidden, logits)

    def _flat(self, surfaces: Sequence[Sequence[str]]) -> tuple[list[int], list[int]]:
        flat, starts = [PAD], []
        for one in surfaces:
            starts.append(len(flat))
            flat += self.lexicon.rows(one) or [UNKNOWN]
            flat.append(PAD)
        return flat, starts

    def _filtered(self, g: Floats, ends: list[int]) -> Floats:
        """Filters at each place: three gathered rows added; nothing is multiplied."""
        f = self.lexicon.filters
        h = g[1:-1, f : 2 * f] + self._bias
        h += g[:-2, :f]
        h += g[2:, 2 * f : 3 * f]
        np.maximum(h, 0.0, out=h)
        if len(ends) > 1:
            h[[e - 1 for e in ends[:-1]]] = 0.0  # between two texts
        return h

    def _pair(self, hashes: NDArray[np.uint32], starts: list[int], ends: list[int], at: NDArray[np.int64]) -> Floats:
        rows = pair_rows(hashes, self._bits)
        rows[[s - 1 for s in starts]] = self._no_pair
        rows[[e - 1 for e in ends]] = self._no_pair
        found = self._pairs.take(rows, axis=0, mode="clip").astype(np.float32)
        found[:, self._pair_width :] *= np.abs(found[:, self._pair_width :])  # signed square roots: see Lexicon
        total: Floats = np.add.reduceat(found, at, axis=0)
        return total * self._pair_scale
