"""The account's values: its inputs, this case added where permission allows, and the score over them."""

from __future__ import annotations

from datetime import datetime

from core.fields import at_level
from core.health import score
from core.judgement import AccountHistory, CaseHistory, CaseState, Decision, JudgementSettings, Scored
from core.model import Level, Reason, Role, Value
from core.readings import Reading, refused
from core.reasons import DRIVERS, words

KEYS = tuple(entry.key for entry in at_level(Level.ACCOUNT))
SIGNALS = ("usage", "adoption", "engagement", "social")
WINDOW_DAYS = 30


def account_readings(
    account: AccountHistory,
    settings: JudgementSettings,
    gate: Decision,
    now: datetime,
    *,
    case: CaseState | None = None,
    history: CaseHistory | None = None,
    sentiment: float | None = None,
    said_no: str = "",
) -> tuple[Reading, ...]:
    """Return the four health readings of an account.

    ``case``, ``history``, ``sentiment``: the case being assessed, ``None`` when only signals changed;
    ``said_no``: why this case's sentiment may not count (it is then left out, and the reasons say so).
    """
    if not gate.allowed:
        return refused(KEYS, gate.code)
    parts = components(account, settings, now, case=case, history=history, sentiment=sentiment)
    before = account.previous
    old = before.get("attune_health_score")
    old_band = _text(before["attune_health_band"].value) if "attune_health_band" in before else None
    found = score.score(
        parts,
        settings.weights,
        old.parts if old else {},
        old_band,
        min_confidence=settings.health_min_confidence,
        hysteresis=settings.health_hysteresis,
    )
    return _readings(found, found.reasons or _last_reasons(old), said_no)


def components(
    account: AccountHistory,
    settings: JudgementSettings,
    now: datetime,
    *,
    case: CaseState | None,
    history: CaseHistory | None,
    sentiment: float | None,
) -> dict[str, float]:
    """Return the components that are known, 0..100 each; an unknown one is absent."""
    parts = {name: account.signals[name] for name in SIGNALS if name in account.signals}
    weight = _weight(case, settings, now) if sentiment is not None else 0.0
    tone = score.support_sentiment(
        account.sentiment_sum + weight * (sentiment or 0.0), account.sentiment_weight + weight
    )
    if tone is not None:
        parts["support_sentiment"] = tone
    days, reopens = _burden(case, history, now)
    if case is not None or account.contacts_30d or parts:
        parts["support_burden"] = score.support_burden(
            account.contacts_30d + days, account.reopens_30d + reopens, account.escalations_30d
        )
    return parts


def _last_reasons(old: Scored | None) -> tuple[Reason, ...]:
    """Return why the score last changed: where nothing changed, that is still why it is what it is."""
    return tuple(reason for reason in old.reasons if reason.code in DRIVERS) if old else ()


def _readings(found: score.Health, why: tuple[Reason, ...], said_no: str) -> tuple[Reading, ...]:
    missing = "NOT_ENOUGH_DATA" if found.score is None else None
    # What was left out for want of permission is said beside the reasons, without naming anybody.
    reasons = (*why, Reason(said_no, evidence="support_sentiment")) if said_no else why
    told = "; ".join(dict.fromkeys(words(reason.code, account=True) for reason in why))[:255] or None
    sure = found.confidence
    return (
        Reading("attune_health_score", found.score, sure, reasons, refused=missing, parts=found.parts),
        Reading("attune_health_band", found.band, sure, reasons, refused=missing),
        Reading("attune_health_reasons", told, sure, reasons),
        Reading("attune_health_confidence", round(found.confidence, 2), 1.0, reasons),
    )


def _weight(case: CaseState | None, settings: JudgementSettings, now: datetime) -> float:
    """Return how much this case counts: half after each half-life since the customer's last words."""
    if case is None:
        return 0.0
    age = max(0.0, (now - _newest(case)).total_seconds())
    return float(0.5 ** (age / settings.half_life.total_seconds()))


def _burden(case: CaseState | None, history: CaseHistory | None, now: datetime) -> tuple[int, int]:
    """Return this case's contacts (days on which the customer wrote) and reopenings of the last 30 days."""
    if case is None or (now - _newest(case)).days >= WINDOW_DAYS:
        return 0, 0
    written = {
        turn.at.date() for turn in case.turns if turn.role is Role.CUSTOMER and (now - turn.at).days < WINDOW_DAYS
    }
    return len(written), max(history.reopens if history else 0, int(case.reopened))


def _newest(case: CaseState) -> datetime:
    return max([turn.at for turn in case.turns] or [case.case.as_of])


def _text(value: Value) -> str | None:
    return value if isinstance(value, str) else None
