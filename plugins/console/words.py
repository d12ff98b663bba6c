"""How times, numbers and codes are said on pages."""

from __future__ import annotations

from datetime import datetime, timedelta

from core.reasons import REFUSALS

ROLES = {
    "agent": "Agent",
    "lead": "Team lead",
    "csm": "Account manager",
    "sales": "Sales",
    "collections": "Collections",
    "marketing": "Marketing",
    "privacy": "Privacy officer",
    "executive": "Executive",
    "admin": "Admin",
}
_WISHES = {"field": "Write", "tag": "Set tag", "remark": "Add remark", "task": "Open task"}
_UNITS = ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second"))


def moment(at: datetime | None) -> str:
    """Say when, to the minute, in UTC."""
    return at.strftime("%-d %b %Y, %H:%M UTC") if at else "never"


def stretch(time: timedelta | float) -> str:
    """Say how long, in the largest unit that fits: ``3 hours``; takes a time or seconds."""
    seconds = int(time.total_seconds() if isinstance(time, timedelta) else time)
    size, unit = next(((size, unit) for size, unit in _UNITS if seconds >= size), (1, "second"))
    count = seconds // size
    return f"{count} {unit}{'' if count == 1 else 's'}"


def count(number: float) -> str:
    """Say how many, with commas between thousands."""
    return f"{number:,.0f}"


def cause(code: str) -> tuple[str, str]:
    """Say what a code means and what to do; a code that has no words is shown as it is."""
    known = REFUSALS.get(code.partition(":")[0].strip())
    return (known.user, known.admin) if known else (code or "No cause was noted.", "")


def letter(what: str) -> str:
    """Say what a dead letter wanted: ``field attune_distress`` or the kind of an event."""
    kind, _, name = what.partition(" ")
    return f"{_WISHES[kind]} {name}" if kind in _WISHES else f"Event: {what.replace('_', ' ')}"


def role(name: str) -> str:
    """Say a role."""
    return ROLES.get(name, "No role")


def start_large(text: str) -> str:
    """Begin with a capital letter and leave the rest alone."""
    return text[:1].upper() + text[1:]
