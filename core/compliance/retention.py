"""PRIV-4: what expires when, from the field catalogue and the schedule of data classes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from core.errors import RejectedError
from core.fields import catalogue
from core.model import Level

NEVER = datetime.max.replace(microsecond=0, tzinfo=UTC)

# Days a class is kept in the core and at the vendor; 0 = as long as the person or account is known.
SCHEDULE: dict[str, int] = {
    "message_text": 30,
    "message_tag": 180,
    "case_score": 395,
    "account_aggregate": 1095,
    "care_alert": 30,
    "consent_mirror": 0,
    "audit": 730,
}


def keep_days(data_class: str) -> int:
    """Return the days a class is kept; a class without schedule may not be written at all."""
    if data_class not in SCHEDULE:
        raise RejectedError("NO_SCHEDULE", data_class)
    return SCHEDULE[data_class]


def expires(key: str, at: datetime) -> datetime:
    """Return when a value of a catalogue key taken at ``at`` has to be gone: the shorter of field and class."""
    entry = catalogue()[key]
    days = min(entry.keep_days, keep_days(entry.data_class))
    return at + timedelta(days=days) if days else NEVER


def is_due(key: str, at: datetime, now: datetime) -> bool:
    """Say whether a value taken at ``at`` must be gone by ``now``."""
    return expires(key, at) <= now


def class_due(data_class: str, at: datetime, now: datetime) -> bool:
    """Say whether data of a class that is no field (message text, care alerts, audit) must be gone."""
    days = keep_days(data_class)
    return days > 0 and at + timedelta(days=days) <= now


def expiry_day(at: datetime) -> date:
    """Return the day on which the last score of a case goes: what ``attune_expires_at`` shows."""
    keys = [entry.key for entry in catalogue().values() if entry.level is Level.CASE]
    return max(expires(key, at) for key in keys).date()
