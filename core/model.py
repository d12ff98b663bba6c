"""The nouns of the project: frozen data that travels from a webhook to a vendor's record.

Times are aware UTC. Sentiment is -1..1, scores are 0..100, probabilities 0..1.
A value that is not known is ``None``, never 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

Value = float | int | str | bool | None


class Level(StrEnum):
    """What a vendor's record is about."""

    CASE = "case"
    PERSON = "person"
    ACCOUNT = "account"


class Role(StrEnum):
    """Who wrote a message. Only ``CUSTOMER`` text may carry an emotion tag (L2)."""

    CUSTOMER = "customer"
    AGENT = "agent"
    BOT = "bot"
    SYSTEM = "system"
    NOTE = "note"


class Kind(StrEnum):
    """What happened, in the past tense; an unknown happening is a value, not an error."""

    CASE_CREATED = "case_created"
    MESSAGE_ADDED = "message_added"
    STATUS_CHANGED = "status_changed"
    RECORD_CHANGED = "record_changed"
    PERSON_DELETED = "person_deleted"
    SIGNAL_RECEIVED = "signal_received"
    FEEDBACK_GIVEN = "feedback_given"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class RecordRef:
    """A record in a vendor's account: ``id`` is the vendor's own, as text."""

    vendor: str
    level: Level
    id: str

    def __str__(self) -> str:
        return f"{self.vendor}:{self.level}:{self.id}"

    @classmethod
    def parse(cls, text: str) -> RecordRef:
        """Read back what ``str()`` wrote."""
        vendor, level, id_ = text.split(":", 2)
        return cls(vendor, Level(level), id_)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One HTTP request of a vendor, exactly as it came."""

    vendor: str
    installation: str
    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes
    received_at: datetime
    path_secret: str = ""
    client_cert: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """One normal event. ``raw`` is the vendor's own element, kept beside it for the reader."""

    kind: Kind
    subject: RecordRef | None
    event_id: str
    occurred_at: datetime
    raw: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Reject:
    """One element of a signed body that could not be understood."""

    code: str
    detail: str
    raw: bytes


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a signed body held. ``echoes`` counts elements that were only our own writing coming back."""

    events: tuple[Event, ...] = ()
    rejects: tuple[Reject, ...] = ()
    echoes: int = 0


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation. ``attachments`` are MIME types only; their content is never read."""

    id: str
    role: Role
    text: str
    at: datetime
    public: bool = True
    attachments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Person:
    """A customer as one vendor knows them. Keys used for linking across vendors stand beside the record."""

    ref: RecordRef
    name: str | None = None
    email: str | None = None
    email_verified: bool = False
    external_id: str | None = None
    crm_id: str | None = None
    minor: bool = False
    consent: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Account:
    """A company as one vendor knows it. ``signals`` are mapped health inputs, 0..100."""

    ref: RecordRef
    name: str | None = None
    domains: tuple[str, ...] = ()
    external_id: str | None = None
    crm_id: str | None = None
    owner_id: str | None = None
    signals: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Case:
    """The facts of a case at ``as_of``; ``None`` means that this event did not say."""

    ref: RecordRef
    as_of: datetime
    status: str | None = None
    channel: str | None = None
    locale: str | None = None
    subject: str | None = None
    opened_at: datetime | None = None
    assignee_id: str | None = None
    requester_id: str | None = None
    account_id: str | None = None


@dataclass(frozen=True, slots=True)
class Conversation:
    """What one case brought: its facts, its new messages, who it is about."""

    case: Case
    messages: tuple[Message, ...] = ()
    person: Person | None = None
    account: Account | None = None
    reopened: bool = False
    escalated: bool = False


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a value is what it is. ``evidence`` quotes the redacted text; ``message`` is its position."""

    code: str
    evidence: str = ""
    message: int | None = None
    weight: float = 0.0


@dataclass(frozen=True, slots=True)
class Observation:
    """The one currency: a value, how sure, why, by which rules, until when. ``refused`` names why there is none.

    ``parts``: the numbers the value rests on, kept so that the next value can say what moved it.
    """

    key: str
    subject: str
    value: Value
    confidence: float
    reasons: tuple[Reason, ...]
    rule_version: str
    at: datetime
    expires_at: datetime
    refused: str | None = None
    parts: Mapping[str, float] = field(default_factory=dict)


class IntentKind(StrEnum):
    """What may leave the core."""

    SET_FIELD = "field"
    TAG = "tag"
    REMARK = "remark"
    TASK = "task"


@dataclass(frozen=True, slots=True)
class Intent:
    """A wish to change a record. ``name`` is the field key, the tag, the remark's reference or the template.

    ``value``: the field's value; ``True``/``False`` for a tag; the text of a remark; a ``TaskOrder`` as a dict.
    ``subject`` is the entity of ours (``case:…``, ``account:…``, ``person:…``) whose record is meant.
    """

    kind: IntentKind
    subject: str
    name: str
    value: Any
    purpose: str
    at: datetime
    reasons: tuple[Reason, ...] = ()
    rule_version: str = ""


@dataclass(frozen=True, slots=True)
class TaskOrder:
    """One recovery task. ``external_id`` is ours and unique per (record, template)."""

    external_id: str
    template: str
    subject: str
    body: str
    owner_id: str | None
    due_at: datetime
    priority: str


@dataclass(frozen=True, slots=True)
class Remark:
    """A private remark; ``ref`` is a short code of ours inside the text, by which a lost answer is found again."""

    ref: str
    text: str


@dataclass(frozen=True, slots=True)
class RecordChange:
    """All that is to change in one vendor record. ``resumed``: an earlier try may have got through."""

    record: RecordRef
    fields: Mapping[str, Value] = field(default_factory=dict)
    tags_add: tuple[str, ...] = ()
    tags_remove: tuple[str, ...] = ()
    remarks: tuple[Remark, ...] = ()
    tasks: tuple[TaskOrder, ...] = ()
    resumed: bool = False


class Outcome(StrEnum):
    """How a write of one record ended."""

    WRITTEN = "written"
    UNCHANGED = "unchanged"
    CONFLICT = "conflict"
    GONE = "gone"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Receipt:
    """The vendor's answer for one record. ``part`` is what of the change it speaks of:
    ``fields`` (with tags), ``remark:<ref>`` or ``task:<external id>``."""

    record: RecordRef
    part: str
    outcome: Outcome
    code: str = ""
    detail: str = ""
    vendor_id: str = ""
