"""Customer texts judged, batch first: clean, identify, read, explain."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from core.language.service.artefact import Artefact
from core.language.service.cleaning import own_words
from core.language.service.emotions import Floats, Reading
from core.language.service.identify import SUPPORTED, WordCounts, language
from core.language.service.judgement import CustomerJudgement, Span, refusal
from core.language.service.network import CHUNK, Chunk, Network
from core.language.service.neutral_words import NeutralWords
from core.language.service.spans import OF_TAG, merged, phrases, word_spans
from core.language.service.words import tokens
from core.language.signals import hits

UNCLEAR_BELOW: Final = 0.55  # LANG-1: confidence under this gives no tag
FEWEST_WORDS: Final = 3  # LANG-1
COMMON: Final = 8_000  # commonest words of the vocabulary count as English
CUE: Final = 0.8  # a shorter text with a side this probable has a cue of its own


class _Ready(NamedTuple):
    """One text made ready for the network."""

    clean: str
    surfaces: list[str]
    words: list[str]
    refused: str | None


class CustomerJudge:
    """Judges customer texts with one artefact."""

    def __init__(self, artefact: Artefact, neutral: NeutralWords | None = None) -> None:
        self.network = Network(artefact)
        self.reading = Reading(artefact)
        self._counts = WordCounts(w for w in artefact.vocabulary[:COMMON] if len(w) > 1)
        self._neutral = neutral or NeutralWords()
        self._fine = tuple(artefact.groups["fine"])
        self._tags = tuple(artefact.groups["tag"])
        self._targets = tuple(artefact.groups["target"])
        self._at = self.reading.where
        self._direction = self.reading.direction()
        ready()

    def judge(self, texts: Sequence[str], locale: str | None = None, explain: bool = True) -> list[CustomerJudgement]:
        """One judgement a text, in order; a text that cannot be judged says why."""
        ready = [self._ready(t, locale) for t in texts]
        going = [i for i, r in enumerate(ready) if r.refused is None]
        out = [refusal(r.refused or "") for r in ready]
        made = [
            j
            for n in range(0, len(going), CHUNK)
            for j in self._read(
                [texts[i] for i in going[n : n + CHUNK]], [ready[i] for i in going[n : n + CHUNK]], explain
            )
        ]
        for i, judgement in zip(going, made, strict=True):
            out[i] = judgement
        return out

    def logits(self, texts: Sequence[str]) -> Floats:
        """Raw outputs for cleaned texts (evaluation and the reply judge)."""
        return self.network.logits([own_words(t) for t in texts])

    def _ready(self, text: str, locale: str | None) -> _Ready:
        clean = self._neutral.apply(own_words(text))
        surfaces = tokens(clean)
        words = [s for s in surfaces if s[0].isalpha() and "@" not in s]
        if not surfaces:
            return _Ready(clean, surfaces, [], "EMPTY_TEXT")
        code = language(clean, words, locale, self._counts)
        refused = None if code in SUPPORTED else "LANGUAGE_UNSUPPORTED"
        return _Ready(clean, surfaces, words, refused)

    def _read(self, texts: list[str], ready: list[_Ready], explain: bool) -> list[CustomerJudgement]:
        chunk = self.network.read([r.surfaces for r in ready])
        read = self.reading.read(chunk.logits)
        made = [self._one(r, *columns) for r, *columns in zip(ready, *read, strict=True)]
        return self._explained(texts, ready, made, chunk) if explain else made

    def _one(
        self, ready: _Ready, values: list[float], sides: list[float], tags: list[float], chosen: list[float]
    ) -> CustomerJudgement:
        n, q, z = sides
        p = (n, q, z)
        best, sure = self.reading.best_tag(chosen)
        short = len(ready.words) < FEWEST_WORDS and max(n, z) < CUE
        tag = self._tags[best] if sure >= UNCLEAR_BELOW else "unclear"
        fine = values[self._at["fine"]]
        escalates, process, emotional, raw, called = values[self._at["state"]]
        target = values[self._at["target"]]
        return CustomerJudgement(
            round(z - n, 5),
            p,
            LABELS[p.index(max(p))],
            None if short else tag,
            dict(zip(self._tags, tags, strict=True)),
            dict(zip(self._fine, fine, strict=True)),
            self.reading.above(fine),
            self.reading.intensity(raw, p),
            self._targets[target.index(max(target))],
            round(sure, 4),
            nature=(process, emotional),
            p_escalation=escalates,
            called_for=called,
            refused="TOO_SHORT" if short else None,
        )

    def _explained(
        self, texts: list[str], ready: list[_Ready], made: list[CustomerJudgement], chunk: Chunk
    ) -> list[CustomerJudgement]:
        plain = [r.clean.replace("\u2019", "'") for r in ready]
        signals = [list(hits(p)) for p in plain]
        spans = [
            [Span(h.start, h.end, "", h.code) for h in one] + phrases(p) for one, p in zip(signals, plain, strict=True)
        ]
        self._add_words(ready, made, chunk, spans)
        return [
            m._replace(
                signals=tuple(dict.fromkeys(h.code for h in one)),
                spans=merged([Span(s.start, s.end, t[s.start : s.end], s.driver) for s in found]),
            )
            if found
            else m
            for m, one, found, t in zip(made, signals, spans, texts, strict=True)
        ]

    def _add_words(
        self, ready: list[_Ready], made: list[CustomerJudgement], chunk: Chunk, spans: list[list[Span]]
    ) -> None:
        """Where no phrase speaks, the words that moved the network most towards its answer."""
        at = [i for i, m in enumerate(made) if not spans[i] and m.tag in OF_TAG]
        if not at:
            return
        for i, c in zip(at, self.network.contributions(chunk, at, self._direction), strict=True):
            sign = 1.0 if made[i].sentiment > 0 else -1.0
            spans[i] += word_spans(ready[i].clean, ready[i].surfaces, (sign * c).tolist(), OF_TAG[made[i].tag or ""])


def ready() -> None:
    """Compile the wording at load and not while somebody waits."""
    list(hits(""))
    phrases("")


LABELS: Final = ("negative", "neutral", "positive")
