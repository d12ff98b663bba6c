"""Customer texts judged, batch first: clean, identify, read, explain."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import repeat
from typing import Final, NamedTuple

import numpy as np

from core.language.service.artefact import Artefact
from core.language.service.cleaning import LONGEST, own_words
from core.language.service.emotions import Floats, Read, Reading
from core.language.service.identify import SUPPORTED, Tally, language
from core.language.service.judgement import CustomerJudgement, Fine, Span, refusal
from core.language.service.lexicon import Lexicon, Seen
from core.language.service.network import Network, by_length
from core.language.service.neutral_words import NeutralWords
from core.language.service.spans import GOOD, NOTHING, Evidence, evidence, get_ready, speaking, word_spans
from core.language.service.words import TOKENS_KEPT, tokens
from core.language.tones import DRIVERS

LABELS: Final = ("negative", "neutral", "positive")
UNCLEAR_BELOW: Final = 0.55  # LANG-1: confidence under this gives no tag
FEWEST_WORDS: Final = 3  # LANG-1
BATCH, CHARACTERS = 512, 60_000  # texts whose new words are learnt together, and how much they hold at most
CUE: Final = 0.8  # a shorter text with a side this probable has a cue of its own


class _Ready(NamedTuple):
    """One text made ready for the network: its own words and what they are."""

    text: str
    clean: str
    seen: Seen
    found: Evidence
    refused: str | None


class CustomerJudge:
    """Judges customer texts with one artefact."""

    def __init__(self, artefact: Artefact, neutral: NeutralWords | None = None) -> None:
        self.network = Network(artefact)
        self.reading = Reading(artefact)
        self._neutral = neutral or NeutralWords()
        self._tags = tuple(artefact.groups["tag"])
        self._targets = tuple(artefact.groups["target"])
        get_ready()  # at load and not while somebody waits

    def judge(self, texts: Sequence[str], locale: str | None = None, explain: bool = True) -> list[CustomerJudgement]:
        """One judgement a text, in order; a text that cannot be judged says why."""
        if len(texts) == 1:
            return self._judge(texts, locale, explain)
        return [judgement for batch in batches(texts) for judgement in self._judge(batch, locale, explain)]

    def logits(self, texts: Sequence[str]) -> Floats:
        """Raw outputs for cleaned texts (evaluation and the reply judge)."""
        return self.network.logits([own_words(t) for t in texts])

    def _judge(self, texts: Sequence[str], locale: str | None, explain: bool) -> list[CustomerJudgement]:
        lexicon = self.network.lexicon()
        ready = self._ready(texts, locale, explain, lexicon)
        if len(ready) == 1 and ready[0].refused is None:  # nothing to put in order
            return self._read(ready, explain, lexicon)
        going = [i for i, r in enumerate(ready) if r.refused is None]
        out = {i: refusal(r.refused) for i, r in enumerate(ready) if r.refused}
        for chunk in by_length([ready[i].seen.rows for i in going]):
            at = [going[n] for n in chunk]
            out |= zip(at, self._read([ready[i] for i in at], explain, lexicon), strict=True)
        return [out[i] for i in range(len(texts))]

    def _ready(self, texts: Sequence[str], locale: str | None, explain: bool, lexicon: Lexicon) -> list[_Ready]:
        clean = [self._neutral.apply(t if len(t) <= LONGEST and t.isprintable() else own_words(t)) for t in texts]
        seen = lexicon.seen(list(map(str.split, clean)))
        for i, found in enumerate(seen):
            if found.tally.odd:
                clean[i] = self._neutral.apply(own_words(texts[i]))
            if found.tally.odd or found.tally.surfaces > TOKENS_KEPT:
                seen[i] = lexicon.seen([tokens(clean[i])])[0]
        return [
            _Ready(t, c, s, evidence(c, t) if explain else NOTHING, self._refused(c, s.tally, locale))
            for t, c, s in zip(texts, clean, seen, strict=True)
        ]

    def _refused(self, clean: str, tally: Tally, locale: str | None) -> str | None:
        if not tally.surfaces:
            return "EMPTY_TEXT"
        supported = language(clean, tally, locale, self.network.kinds) in SUPPORTED
        return None if supported else "LANGUAGE_UNSUPPORTED"

    def _read(self, ready: list[_Ready], explain: bool, lexicon: Lexicon) -> list[CustomerJudgement]:
        read = self.reading.read(self.network.read([r.seen.rows for r in ready], lexicon))
        return list(map(self._one, ready, read, repeat(lexicon if explain else None)))

    def _one(self, ready: _Ready, read: Read, lexicon: Lexicon | None) -> CustomerJudgement:
        n, _, z = p = read.sides
        best, sure = read.chosen[0], self.reading.sure(read.chosen[1])
        short = ready.seen.tally.words < FEWEST_WORDS and max(n, z) < CUE
        tag = None if short else self._tags[best] if sure >= UNCLEAR_BELOW else "unclear"
        return CustomerJudgement(
            read.sentiment,
            p,
            LABELS[p.index(max(p))],
            tag,
            dict(zip(self._tags, read.emotions, strict=True)),
            Fine(self.reading.labelling, read.fine),
            self.reading.intensity(read.strength, p),
            self._targets[read.targets.index(max(read.targets))],
            int(sure * 1e4 + 0.5) / 1e4,
            self._spans(ready, DRIVERS.get(tag or ""), lexicon) if lexicon else (),
            ready.found.signals,
            (read.process, read.emotional),
            read.escalates,
            read.called,
            "TOO_SHORT" if short else None,
        )

    def _spans(self, ready: _Ready, driver: str | None, lexicon: Lexicon) -> tuple[Span, ...]:
        """Phrases of the text; where none speaks for the answer, the words that do by themselves."""
        phrases = ready.found.spans
        if driver is None or (phrases and speaking(phrases, driver)):
            return phrases
        weights = lexicon.good.take(np.frombuffer(ready.seen.rows, np.intp))
        weights = weights if driver in GOOD else -weights
        return word_spans(ready.seen, ready.clean, ready.text, weights.tolist(), driver) or phrases


def batches(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    """The texts in their order, few enough at a time that the lexicon has room for all their words."""
    start, room = 0, CHARACTERS
    for i, text in enumerate(texts):
        room -= len(text)
        if i - start == BATCH or (room < 0 and i > start):
            yield texts[start:i]
            start, room = i, CHARACTERS - len(text)
    if texts:
        yield texts[start:]
