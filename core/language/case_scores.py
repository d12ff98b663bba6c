"""The case's values, key by key, from its judged turns and what is known of the customer besides."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from core.compliance.retention import expiry_day
from core.fields import at_level
from core.judgement import CaseHistory, CaseState, Decision, JudgementSettings, Turn
from core.language import conversation, distress
from core.language.case_reasons import case_reasons
from core.language.complaint import cues
from core.language.signals import HARD, SAFETY
from core.model import Level, Role
from core.readings import Reading, refused

KEYS = tuple(entry.key for entry in at_level(Level.CASE))
NEGATIVE = frozenset({"frustration", "anger", "anxiety", "disappointment", "confusion", "sadness"})
UNCLEAR = "unclear"
RECENT = 3
REPLIES = 5


@dataclass(frozen=True, slots=True)
class Facts:
    """What the readings of one case rest on. ``scored``: positions and turns with a sentiment."""

    turns: tuple[Turn, ...]
    scored: tuple[tuple[int, Turn], ...]
    sentiment: float | None
    intensity: int
    contacts: int
    hard: bool
    safety: bool
    history: CaseHistory
    settings: JudgementSettings


def case_readings(
    state: CaseState, turns: Sequence[Turn], history: CaseHistory, gate: Decision, settings: JudgementSettings
) -> tuple[Reading, ...]:
    """Return a reading for each case key that can be spoken of; refused ones are empty and say why."""
    if not gate.allowed:
        return refused(KEYS, gate.code)
    facts = gather(turns, history, settings)
    readings = [reading for build in _BUILDERS if (reading := build(facts)) is not None]
    return (*readings, _expiry(state, turns, readings)) if readings else ()


def gather(turns: Sequence[Turn], history: CaseHistory, settings: JudgementSettings) -> Facts:
    """Return the numbers that the readings share."""
    scored = conversation.judged(turns)
    sentiments = [
        turn.customer.sentiment
        for _, turn in scored
        if turn.customer is not None and turn.customer.sentiment is not None
    ]
    codes = {reason.code for turn in turns for reason in turn.signals if turn.role is Role.CUSTOMER}
    return Facts(
        tuple(turns),
        tuple(scored),
        conversation.sentiment(sentiments, settings.decay),
        _intensity(scored),
        history.contacts_7d,
        bool(codes & HARD),
        SAFETY in codes,
        history,
        settings,
    )


def _intensity(scored: Sequence[tuple[int, Turn]]) -> int:
    """Return the top negative intensity of the last three messages: what was angry long ago may be settled."""
    recent = [turn.customer for _, turn in scored[-RECENT:] if turn.customer is not None]
    negative = [
        found.intensity
        for found in recent
        if found.tag in NEGATIVE or (found.tag == UNCLEAR and (found.sentiment or 0.0) < 0)
    ]
    return max(negative, default=0)


def _sentiment(facts: Facts) -> Reading | None:
    if facts.sentiment is None:
        return _unscored("attune_sentiment", facts)
    sure = sum(turn.customer.confidence for _, turn in facts.scored if turn.customer) / len(facts.scored)
    return Reading(
        "attune_sentiment",
        round(facts.sentiment, 2),
        round(sure, 2),
        case_reasons(facts),
        parts={"messages": float(len(facts.scored))},
    )


def _emotion(facts: Facts) -> Reading | None:
    if not facts.scored:
        return _unscored("attune_emotion", facts)
    weights: dict[str, float] = {}
    for age, (_, turn) in enumerate(reversed(facts.scored)):
        found = turn.customer
        if found is not None and found.tag and found.tag != UNCLEAR:
            strength = found.confidence * (0.5 if found.tag == "neutral" else found.intensity)
            weights[found.tag] = weights.get(found.tag, 0.0) + facts.settings.decay**age * strength
    if not weights:
        return Reading("attune_emotion", None, refused="LOW_CONFIDENCE")
    top = max(weights, key=lambda tag: (weights[tag], tag))
    sure = max(turn.customer.confidence for _, turn in facts.scored if turn.customer and turn.customer.tag == top)
    return Reading("attune_emotion", top, round(sure, 2), case_reasons(facts))


def _distress(facts: Facts) -> Reading | None:
    if facts.sentiment is None and not facts.hard:
        return _unscored("attune_distress", facts)
    terms = distress.parts(facts.sentiment, facts.intensity, facts.contacts, facts.hard)
    return Reading("attune_distress", distress.distress(terms), _sure(facts), case_reasons(facts), parts=terms)


def _flag(facts: Facts) -> Reading | None:
    score = _distress(facts)
    if score is None or not isinstance(score.value, int):
        return _unscored("attune_risk_flag", facts)
    name = distress.flag(score.value, safety=facts.safety)
    return Reading("attune_risk_flag", name, score.confidence, score.reasons)


def _nature(facts: Facts) -> Reading | None:
    if facts.sentiment is None:
        return _unscored("attune_complaint_nature", facts)
    process, emotional = cues([turn for _, turn in facts.scored])
    value = distress.nature(process, emotional) if facts.sentiment < 0 or facts.hard else None
    return Reading(
        "attune_complaint_nature",
        value,
        _sure(facts) if value else 0.0,
        parts={"process": process, "emotional": emotional},
    )


def _empathy(facts: Facts) -> Reading | None:
    replies = [turn.reply.empathy for turn in facts.turns if turn.reply is not None and turn.reply.empathy is not None]
    if not replies:
        return None
    last = replies[-REPLIES:]
    return Reading(
        "attune_reply_empathy",
        round(sum(last) / len(last), 1),
        round(min(1.0, 0.5 + len(last) / 10), 2),
        parts={"replies": float(len(last))},
    )


def _expiry(state: CaseState, turns: Sequence[Turn], readings: Sequence[Reading]) -> Reading:
    newest = max((turn.at for turn in turns), default=state.case.as_of)
    stands = any(reading.value is not None for reading in readings)
    return Reading("attune_expires_at", expiry_day(newest).isoformat() if stands else None, float(stands))


def _unscored(key: str, facts: Facts) -> Reading | None:
    """Return the empty reading of a customer whose words could not be scored; nothing when there are none."""
    codes = [turn.customer.refused for turn in facts.turns if turn.customer is not None and turn.customer.refused]
    return Reading(key, None, refused=codes[-1]) if codes else None


def _sure(facts: Facts) -> float:
    sures = [turn.customer.confidence for _, turn in facts.scored if turn.customer is not None]
    return round(sum(sures) / len(sures), 2) if sures else 0.5


_BUILDERS: tuple[Callable[[Facts], Reading | None], ...] = (
    _sentiment,
    _emotion,
    _distress,
    _flag,
    _nature,
    _empathy,
)
