"""Agent replies judged against the customer's message: criteria, outcome, penalties, findings.

Only the reply's wording is rated. No emotion, mood or strain of the person who wrote it is
computed, stored or derivable from what leaves this module (guardrail L2).
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from core.language import empathy, signals
from core.language.service.artefact import Artefact
from core.language.service.cleaning import own_words
from core.language.service.customer import CustomerJudge
from core.language.service.emotions import Floats, logistic, place
from core.language.service.findings import Draft, Findings
from core.language.service.identify import SUPPORTED, Tally, language
from core.language.service.judgement import Finding, ReplyJudgement
from core.language.service.reply_signals import Heard
from core.language.service.reply_spans import reply_spans
from core.language.service.sentences import sentences
from core.language.service.spans import evidence
from core.language.service.warmth import Warmth
from core.language.service.words import tokens

CRITERIA: Final = tuple(empathy.WEIGHTS)
# The fine outputs that tell warmth in a reply's wording; columns of the criteria's weights.
WARM: Final = (
    "caring",
    "sadness",
    "remorse",
    "optimism",
    "gratitude",
    "admiration",
    "approval",
    "love",
    "joy",
    "curiosity",
    "annoyance",
    "disapproval",
    "neutral",
)
_FORMULA: Final = re.compile(
    r"^(?:(?:hi|hello|dear|hey|good (?:morning|afternoon|evening))\b.{0,40}|(?:kind |best |warm )?"
    r"regards.{0,60}|(?:yours |many )?(?:sincerely|thanks|thank you)[,.!]?|cheers|(?:please )?"
    r"(?:see|find) (?:the )?attach\w*.{0,40}|attach\w*:?.{0,60}|\[.{0,60}\])$",
    re.IGNORECASE,
)


FLAT: Final = 0.35  # points from either end of the scale where it begins to flatten


def rating(raw: Floats) -> Floats:
    """Points as 0…4; near the ends the scale flattens: the better of two very poor replies still rates higher."""
    lifted = np.where(raw < FLAT, FLAT * np.exp(np.minimum(raw / FLAT - 1, 0)), raw)
    left = 4 - lifted
    return np.asarray(4 - np.where(left < FLAT, FLAT * np.exp(np.minimum(left / FLAT - 1, 0)), left), np.float32)


class ReplyJudge:
    """Judges public replies with one artefact."""

    def __init__(self, artefact: Artefact, customers: CustomerJudge) -> None:
        self._customers = customers
        self._where = place(artefact.groups)
        fine = artefact.groups["fine"]
        self._warm = [self._where["fine"].start + fine.index(n) for n in WARM]
        reply: dict[str, Any] = artefact.settings["reply"]
        self._weights = np.array(reply["criteria"], np.float32)  # (7, 1 + inputs)
        self._warmth = Warmth(fine, reply["centre"])
        self._outcome: Mapping[str, float] = reply["outcome"]
        self._findings = Findings(artefact.groups, reply["findings"])

    def judge(self, reply: str, customer: str | None = None, locale: str | None = None) -> ReplyJudgement:
        """One reply against its customer's message (None where there is none)."""
        clean, asked = own_words(reply), own_words(customer or "")
        body = [s for s in sentences(clean) if not _FORMULA.match(s.text)]
        texts = [clean, *([asked] if asked.strip() else []), *[s.text for s in body]]
        network = self._customers.network
        lexicon = network.lexicon()
        seen = lexicon.seen([tokens(t) for t in texts])
        refused = self._refused(clean, seen[0].tally, bool(body), locale)
        if refused:
            return ReplyJudgement(None, False, empathy.NOT_CALLED_FOR, {}, refused=refused)
        logits = network.logits_of([s.rows for s in seen], lexicon)
        called = self._called(logits[1], asked) if asked.strip() else False
        heard = Heard(clean, asked)
        inputs = self.inputs(logits[0], heard)
        raw = self._weights[:, 0] + self._weights[:, 1:] @ inputs
        raw[:2] += self._warmth.points(logistic(logits[0, self._where["fine"]]), clean)
        rated = rating(raw).tolist()
        criteria = dict(zip(CRITERIA, [round(r, 2) for r in rated[:5]], strict=True))
        first = 1 + bool(asked.strip())
        rows = [0, *range(first, len(logits))]
        draft = Draft(reply, clean, asked, body, heard)
        found = self._findings.find(draft, logits[rows], criteria, called)
        return self._assembled(draft, criteria, rated[5] / 4, called, found)

    def inputs(self, logits: np.ndarray[Any, Any], heard: Heard) -> np.ndarray[Any, Any]:
        """What the criteria are computed from: network outputs and counted wording."""
        head = logits[self._where["reply"]][:7]
        return np.array([*head, *logits[self._warm], *heard.features()], np.float32)

    def _refused(self, clean: str, tally: Tally, any_body: bool, locale: str | None) -> str | None:
        if not clean.strip():
            return "EMPTY_TEXT"
        if language(clean, tally, locale, self._customers.network.kinds) not in SUPPORTED:
            return "LANGUAGE_UNSUPPORTED"
        return None if any_body else "NOTHING_TO_SCORE"

    def _called(self, logits: np.ndarray[Any, Any], asked: str) -> bool:
        """Whether empathy is due: always where a life event is told, however calmly."""
        if signals.LIFE_EVENT in evidence(asked, asked).signals:
            return True
        reading = self._customers.reading
        read = reading.read(logits[None])[0]
        negative = math.log((read.sides[0] + 1e-4) / (max(read.sides[1:]) + 1e-4))
        called = math.log((read.called + 1e-4) / (1.0001 - read.called))
        value = self._outcome["called"] * called + self._outcome["negative"] * negative
        return bool(value > self._outcome["called_above"])

    def _assembled(
        self,
        draft: Draft,
        criteria: dict[str, float],
        given: float,
        called: bool,
        found: list[Finding],
    ) -> ReplyJudgement:
        penalties = empathy.penalties({f.kind for f in found})
        met = empathy.GIVEN if given >= self._outcome["given_above"] else empathy.MISSING
        outcome = met if called else empathy.NOT_CALLED_FOR
        return ReplyJudgement(
            empathy.score(criteria, penalties),
            called,
            outcome,
            criteria,
            tuple(penalties.items()),
            tuple(found),
            reply_spans(draft, criteria),
        )
