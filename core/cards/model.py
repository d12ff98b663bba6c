"""What a card is made of: the facts that the store knows, and what one reader gets to see of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from core.model import Level, Reason, Value

STALE_AFTER = timedelta(minutes=15)
# The value that speaks for a level, the one whose course is drawn, and the one whose reasons are shown.
SPOKESMAN = {Level.CASE: "attune_risk_flag", Level.PERSON: "attune_consent_state", Level.ACCOUNT: "attune_health_band"}
COURSE = {Level.CASE: "attune_distress", Level.ACCOUNT: "attune_health_score"}
WHY = {Level.CASE: "attune_risk_flag", Level.ACCOUNT: "attune_health_reasons"}


@dataclass(frozen=True, slots=True)
class Seen:
    """The current value of one key, with what explains it."""

    key: str
    value: Value
    confidence: float
    reasons: tuple[Reason, ...]
    refused: str | None
    rule_version: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Point:
    """One value of the course."""

    at: datetime
    value: float


@dataclass(frozen=True, slots=True)
class Said:
    """One message, redacted; its position counts from 0."""

    position: int
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Task:
    """One open task."""

    template: str
    subject: str
    due_at: datetime
    late: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """All that the store knows of one record. ``seen``: by key, of every level that belongs to it."""

    level: Level
    id: str
    now: datetime
    mode: str = "live"
    seen: Mapping[str, Seen] = field(default_factory=dict)
    said: tuple[Said, ...] = ()
    course: tuple[Point, ...] = ()
    tasks: tuple[Task, ...] = ()
    assignee_id: str | None = None
    disputed: bool = False
    dismissed_at: datetime | None = None
    waiting_since: datetime | None = None
    away: bool = False
    zone: str = "UTC"


@dataclass(frozen=True, slots=True)
class State:
    """The first line. ``code``: scored, empty, not_permitted, not_scored, observing, no_view."""

    code: str
    words: str
    band: str | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """One value that the reader may see, with its words."""

    key: str
    label: str
    help: str
    value: Value
    words: str
    band: str | None
    confidence: float


@dataclass(frozen=True, slots=True)
class Why:
    """One reason. ``phrase`` stands between ``before`` and ``after`` in message number ``message`` (from 1)."""

    code: str
    words: str
    before: str = ""
    phrase: str = ""
    after: str = ""
    message: int | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Trend:
    """The course of the score: rising, falling or steady, and whether that is good."""

    direction: str
    words: str
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Clock:
    """The nearest due time."""

    due_at: datetime
    words: str
    late: bool


@dataclass(frozen=True, slots=True)
class Consent:
    """One purpose and whether the person allows it: on, off or pending."""

    purpose: str
    state: str
    words: str


@dataclass(frozen=True, slots=True)
class Card:
    """Everything one reader may see of one record."""

    level: Level
    id: str
    state: State
    values: tuple[Shown, ...] = ()
    reasons: tuple[Why, ...] = ()
    trend: Trend | None = None
    next_step: str | None = None
    clock: Clock | None = None
    tasks: tuple[Task, ...] = ()
    consent: tuple[Consent, ...] = ()
    notes: tuple[str, ...] = ()
    scored_at: datetime | None = None
    rule_version: str | None = None
    stale: bool = False
    degraded: bool = False
    disputed: bool = False
    alert: bool = False
    may: tuple[str, ...] = ()
