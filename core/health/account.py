"""The account's values: its inputs, as far as permission allows, and the score over them."""

from __future__ import annotations

from core.fields import at_level
from core.health import score
from core.judgement import AccountHistory, Decision, JudgementSettings, Scored
from core.model import Level, Reason, Value
from core.readings import Reading, refused
from core.reasons import DRIVERS, words

KEYS = tuple(entry.key for entry in at_level(Level.ACCOUNT))
SIGNALS = ("usage", "adoption", "engagement", "social")


def account_readings(account: AccountHistory, settings: JudgementSettings, gate: Decision) -> tuple[Reading, ...]:
    """Return the four health readings of an account; what its people did not allow is left out and named."""
    if not gate.allowed:
        return refused(KEYS, gate.code)
    before = account.previous
    old = before.get("attune_health_score")
    old_band = _text(before["attune_health_band"].value) if "attune_health_band" in before else None
    found = score.score(
        components(account),
        settings.weights,
        old.parts if old else {},
        old_band,
        min_confidence=settings.health_min_confidence,
        hysteresis=settings.health_hysteresis,
    )
    return _readings(found, found.reasons or _last_reasons(old), account.left_out)


def components(account: AccountHistory) -> dict[str, float]:
    """Return the components that are known, 0..100 each; an unknown one is absent."""
    parts = {name: account.signals[name] for name in SIGNALS if name in account.signals}
    tone = score.support_sentiment(account.sentiment_sum, account.sentiment_weight)
    if tone is not None:
        parts["support_sentiment"] = tone
    if account.cases or parts:
        parts["support_burden"] = score.support_burden(
            account.contacts_30d, account.reopens_30d, account.escalations_30d
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


def _text(value: Value) -> str | None:
    return value if isinstance(value, str) else None
