"""PRIV-6: who sees what, from the field catalogue, decided on the server.

A role that nobody knows gets the least view: no value at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.fields import at_level, catalogue
from core.model import Level

ROLES = ("agent", "lead", "csm", "sales", "collections", "marketing", "privacy", "executive", "admin")
LEAST = "none"
# Who may open the console at all; which pages, each page says.
CONSOLE_ROLES = ("admin", "lead", "privacy")
# A case's reply score points to a person: its author reads it, a lead reads team averages (L3).
AUTHOR_ONLY = frozenset({"attune_reply_empathy"})
CARE = frozenset({"SAFETY_SIGNAL", "VULNERABILITY_SIGNAL"})

# What goes beyond a value. Roles that are not named may not.
_QUOTES = frozenset({"agent", "lead"})
_CARE = frozenset({"agent", "lead"})
_TASKS: Mapping[Level, frozenset[str]] = {
    Level.CASE: frozenset({"agent", "lead"}),
    Level.PERSON: frozenset(),
    Level.ACCOUNT: frozenset({"csm", "lead"}),
}
# Parts of the overview of everything: who leads sees the work, who keeps it running sees whether all arrives.
_OVERVIEW: Mapping[str, frozenset[str]] = {
    "lead": frozenset({"work", "delivery"}),
    "admin": frozenset({"delivery"}),
}
_MAY: Mapping[str, frozenset[str]] = {
    "draft": frozenset({"agent", "lead"}),
    "disagree": frozenset({"agent", "lead", "csm"}),
    "dismiss": frozenset({"agent", "lead", "csm"}),
    "call": frozenset({"agent", "lead"}),
}
_ON: Mapping[str, frozenset[Level]] = {
    "draft": frozenset({Level.CASE}),
    "disagree": frozenset({Level.CASE, Level.ACCOUNT}),
    "dismiss": frozenset({Level.CASE}),
    "call": frozenset({Level.CASE}),
}


@dataclass(frozen=True, slots=True)
class Reader:
    """Who is asking, proved: a vendor's user at one installation of one tenant, in one role."""

    tenant: str
    installation: str
    vendor: str
    user: str
    role: str


def role_of(options: Mapping[str, Any], user: str, default: str) -> str:
    """Return a user's role from an installation's options (``roles``: user id -> role; ``default_role``)."""
    given = options.get("roles")
    mapped = given.get(user) if isinstance(given, Mapping) else None
    role = mapped or options.get("default_role", default)
    return role if role in ROLES else LEAST


def sees(role: str, key: str, *, author: bool = False) -> bool:
    """Say whether a role may see a catalogue key; ``author``: the reader wrote what the value is about."""
    return role in catalogue()[key].shown_to and (author or key not in AUTHOR_ONLY)


def sees_anything(role: str, level: Level) -> bool:
    """Say whether a role has any view at all of a level."""
    return any(sees(role, field.key) for field in at_level(level))


def quotes(role: str) -> bool:
    """Say whether a role may read customers' words."""
    return role in _QUOTES


def reads_care(role: str) -> bool:
    """Say whether a role may know that a care alert was raised."""
    return role in _CARE


def overview(role: str) -> frozenset[str]:
    """Return the parts of the overview that a role sees: work (cases and tasks), delivery; none for most roles."""
    return _OVERVIEW.get(role, frozenset())


def tasks(role: str, level: Level) -> bool:
    """Say whether a role sees open tasks, clocks and the next step of a level."""
    return role in _TASKS[level]


def may(role: str, verb: str, level: Level) -> bool:
    """Say whether a role may do ``verb`` (draft, disagree, dismiss, call) on a record of a level."""
    return role in _MAY[verb] and level in _ON[verb]


def verbs(role: str, level: Level) -> tuple[str, ...]:
    """Return all that a role may do on a record of a level."""
    return tuple(verb for verb in _MAY if may(role, verb, level))
