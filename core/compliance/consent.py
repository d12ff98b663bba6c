"""PRIV-1: the ledger's logic. Which choice holds, what is no consent, what is suspended until confirmed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from core.compliance import gate
from core.errors import RejectedError
from core.judgement import Permissions, Turn

OPT_OUT_NOTE = "OPT_OUT_REQUESTED"
PURPOSES = (
    "service_analysis",
    "health_scoring",
    "emotion_personalisation",
    "training_data",
    "research_contact",
    "marketing_email",
    "marketing_sms",
    "marketing_phone",
)
# Later in the list = more restrictive; of two choices made at the same moment the stricter one holds.
CHOICES = ("granted", "pending", "withdrawn", "objected")
_SHOWN = {"granted": "on", "pending": "pending", "withdrawn": "off", "objected": "off"}


@dataclass(frozen=True, slots=True)
class Choice:
    """One ledger entry. ``source``: ``person`` for a person's own act, else the system it was imported from."""

    purpose: str
    choice: str
    at: datetime | None
    notice_version: str = ""
    source: str = "person"
    bundled: bool = False
    minor: bool = False


def check(entry: Choice) -> Choice:
    """Return the entry, or raise ``RejectedError`` INVALID_CONSENT. Saying no needs no form at all."""
    fault = _fault(entry)
    if fault:
        raise RejectedError("INVALID_CONSENT", fault)
    return entry


def effective(entries: Iterable[Choice]) -> dict[str, str]:
    """Return purpose -> choice: the newest holds, at equal times the stricter.

    An objection to marketing is final for imports: only the person's own later act lifts it.
    """
    held: dict[str, Choice] = {}
    for entry in sorted(entries, key=_order):
        old = held.get(entry.purpose)
        if old is None or not _final(old, entry):
            held[entry.purpose] = entry
    return {purpose: entry.choice for purpose, entry in held.items()}


def suspended(permissions: Permissions, turns: Sequence[Turn]) -> Permissions:
    """Return the permissions with analysis pending when a turn asks to stop and nothing stricter is recorded.

    A new request suspends at once, also an earlier consent; an older one until the ledger holds a consent.
    """
    asked = [turn for turn in turns if OPT_OUT_NOTE in turn.notes]
    fresh = any(turn.refused is None for turn in asked)
    choices = {name: permissions.choices.get(name, "") for name in (gate.SERVICE, gate.HEALTH)}
    pending = {
        name: "pending"
        for name, old in choices.items()
        if old not in gate.AGAINST and (fresh or (asked and old != "granted"))
    }
    return replace(permissions, choices={**permissions.choices, **pending}) if pending else permissions


def mirror(permissions: Permissions) -> str:
    """Return the state per purpose in plain words, as shown on the person's record (255 characters at most)."""
    listed = [
        f"{name.replace('_', ' ')}: {_state(name, permissions)}"
        for name in PURPOSES
        if name in permissions.bases or name in permissions.choices
    ]
    return "; ".join(listed)[:255] or "nothing permitted"


def _state(purpose: str, permissions: Permissions) -> str:
    if permissions.minor:
        return "off"
    choice = permissions.choices.get(purpose) or permissions.choices.get("all")
    if choice:
        return _SHOWN.get(choice, "off")
    return "off" if permissions.bases.get(purpose) == "consent" else "on"


def _fault(entry: Choice) -> str:
    if entry.purpose not in (*PURPOSES, "all") or entry.choice not in CHOICES:
        return "unknown purpose or choice"
    if entry.at is None:
        return "no time"
    if entry.choice != "granted":
        return ""
    faults = (
        (not entry.notice_version, "no notice version"),
        (entry.bundled, "bundled"),
        (entry.minor, "from a minor"),
        (entry.purpose == "all", "not per purpose"),
    )
    return next((text for wrong, text in faults if wrong), "")


def _order(entry: Choice) -> tuple[float, int]:
    return (entry.at.timestamp() if entry.at else 0.0, CHOICES.index(entry.choice))


def _final(old: Choice, new: Choice) -> bool:
    objected = old.purpose.startswith(gate.MARKETING) and old.choice == "objected"
    return objected and new.choice == "granted" and new.source != "person"
