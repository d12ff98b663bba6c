"""Why a case's scores are what they are: hard signals, history and the strongest tones, each with its quote."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.judgement import Turn
from core.language import conversation
from core.language.tones import DRIVERS
from core.model import Reason

if TYPE_CHECKING:
    from core.language.case_scores import Facts

_GOOD = frozenset({"GRATITUDE", "POSITIVE_WORDING", "SENTIMENT_RISING"})
FALLING = 0.15
REPEATED = 2


def case_reasons(facts: Facts) -> tuple[Reason, ...]:
    """Return the reasons of a case, weightiest first, one per code."""
    found = [*_signals(facts), *_history(facts), *_tones(facts), *_trend(facts)]
    best: dict[str, Reason] = {}
    for reason in found:
        if reason.code not in best or reason.weight > best[reason.code].weight:
            best[reason.code] = reason
    return tuple(sorted(best.values(), key=lambda reason: (-reason.weight, reason.code)))


def _signals(facts: Facts) -> list[Reason]:
    return [
        Reason(reason.code, reason.evidence, index, reason.weight or 20.0)
        for index, turn in enumerate(facts.turns)
        for reason in turn.signals
    ]


def _history(facts: Facts) -> list[Reason]:
    history = facts.history
    table = (
        (facts.contacts >= REPEATED, "REPEAT_CONTACT", 15.0 * min(1.0, facts.contacts / 4)),
        (history.reopens > 0, "REOPENED", 6.0),
        (history.escalations_90d > 0, "PRIOR_ESCALATION", 5.0),
    )
    return [Reason(code, weight=weight) for applies, code, weight in table if applies]


def _tones(facts: Facts) -> list[Reason]:
    return [reason for index, turn in facts.scored if (reason := _tone(index, turn)) is not None]


def _tone(index: int, turn: Turn) -> Reason | None:
    found = turn.customer
    if found is None or found.sentiment is None:
        return None
    code = DRIVERS.get(found.tag or "")
    if code is None:
        code = "NEGATIVE_WORDING" if found.sentiment <= -0.2 else ""
    if not code:
        return None
    quote = next((span.text for span in found.spans if span.driver == code), found.spans[0].text if found.spans else "")
    # Below a hard signal's 20: what was said counts before how it was said.
    weight = abs(found.sentiment) * (3.0 if code in _GOOD else 10.0) + (1.0 if code in _GOOD else 3.0) * found.intensity
    return Reason(code, quote, index, round(weight, 2))


def _trend(facts: Facts) -> list[Reason]:
    scores = [
        turn.customer.sentiment
        for _, turn in facts.scored
        if turn.customer is not None and turn.customer.sentiment is not None
    ]
    slope = conversation.slope(scores)
    if slope is None or abs(slope) < FALLING:
        return []
    return [Reason("SENTIMENT_FALLING" if slope < 0 else "SENTIMENT_RISING", weight=round(10 * abs(slope), 2))]
