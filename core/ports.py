"""What the core needs from outside, as protocols that the rim fulfils."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from core.model import Account, Conversation, Delivery, Event, Level, Parsed, Person, Receipt, RecordChange, RecordRef


class Clock(Protocol):
    """Tells the time; tests and sandboxes bring their own."""

    def now(self) -> datetime:
        """Return the current time, aware UTC."""
        ...


# --- language -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the judged text (code points) and the driver it supports."""

    start: int
    end: int
    text: str
    driver: str


@dataclass(frozen=True, slots=True)
class TextJudgement:
    """One customer text judged. ``tag`` is ``None`` when refused, ``"unclear"`` under the threshold."""

    sentiment: float | None
    p: Mapping[str, float] = field(default_factory=dict)
    tag: str | None = None
    emotions: Mapping[str, float] = field(default_factory=dict)
    intensity: int = 0
    target: str | None = None
    confidence: float = 0.0
    spans: tuple[Span, ...] = ()
    refused: str | None = None


@dataclass(frozen=True, slots=True)
class ReplyJudgement:
    """One public reply judged against the message it answers. ``criteria`` are 0..4, ``empathy`` 0..100.

    ``findings``: what may harm, by its kind, with the words that it is about (none where something is missing).
    """

    empathy: float | None
    criteria: Mapping[str, float] = field(default_factory=dict)
    penalties: Mapping[str, float] = field(default_factory=dict)
    outcome: str | None = None
    spans: tuple[Span, ...] = ()
    refused: str | None = None
    findings: Mapping[str, str] = field(default_factory=dict)


class Analyzer(Protocol):
    """Judges wording. Pure: the same text and version give the same answer."""

    @property
    def version(self) -> str:
        """Name and version of the rules or weights, stamped on every result."""
        ...

    def customer(self, texts: Sequence[str], locale: str | None) -> list[TextJudgement]:
        """Judge customer texts, one answer per text, in order. Refusals are reason codes, never exceptions."""
        ...

    def reply(self, reply: str, customer: str | None, locale: str | None) -> ReplyJudgement:
        """Judge a public reply's wording; never a feeling of its author (L2)."""
        ...


# --- vendors --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Secrets:
    """What an incoming request is checked against: up to two live secrets, and the sender's own id."""

    live: tuple[str, ...]
    account_ref: str = ""
    client_cert: str = ""


class Intake(Protocol):
    """The way in of one vendor; a module ``webhooks.<vendor>`` that is pure from end to end."""

    @property
    def vendor(self) -> str:
        """Return the vendor's name."""
        ...

    @property
    def max_bytes(self) -> int:
        """Return how large one event may be."""
        ...

    @property
    def max_batch_bytes(self) -> int:
        """Return how large a body may be."""
        ...

    def verify(self, delivery: Delivery, secrets: Secrets) -> None:
        """Raise ``RejectedError`` (BAD_SIGNATURE, STALE_TIMESTAMP) unless the sender is who it claims."""
        ...

    def parse(self, delivery: Delivery, integration_ids: frozenset[str]) -> Parsed:
        """Turn the body into events; elements that cannot be read become rejects, our own echo is counted."""
        ...

    def acknowledgement(self) -> tuple[bytes, str]:
        """Return body and content type of the answer that tells the vendor 'received'."""
        ...


@dataclass(frozen=True, slots=True)
class Token:
    """An access token with what is needed to renew it. ``generation`` grows with each renewal."""

    access: str
    refresh: str = ""
    expires_at: datetime | None = None
    generation: int = 0
    extra: Mapping[str, str] = field(default_factory=dict)


class TokenVault(Protocol):
    """Single-writer token storage of one installation, shared by all workers."""

    def current(self) -> Token:
        """Return the live token."""
        ...

    def renew(self, stale: Token, fetch: Callable[[Token], Token]) -> Token:
        """Replace ``stale`` once: the first caller fetches under a lock, the others get its result."""
        ...


class Budget(Protocol):
    """Call budgets of one installation, shared by all workers."""

    def spend(self, limit: str, cost: int = 1) -> None:
        """Take ``cost`` calls from ``limit``; raise ``RetryLaterError`` with the wait when there are none left."""
        ...

    def learn(self, limit: str, *, capacity: int, remaining: int, resets_in: float) -> None:
        """Believe what the vendor's headers say about a limit."""
        ...

    def block(self, limit: str, seconds: float) -> None:
        """Let nothing through on ``limit`` for a while (Retry-After, a 403 at the daily limit)."""
        ...

    def count(self, operation: str, calls: int = 1) -> None:
        """Count calls by purpose (``write``, ``read``, ``poll``, ``remark``, ``task`` ...) for the reports."""
        ...


@dataclass(frozen=True, slots=True)
class Access:
    """All that a vendor plugin needs to work for one installation."""

    installation: str
    account_ref: str
    base_url: str
    vault: TokenVault
    budget: Budget
    clock: Clock
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Known:
    """What the store already holds of the cases in a batch, so that the vendor is read only for the rest."""

    people: frozenset[str] = frozenset()
    accounts: frozenset[str] = frozenset()
    cases: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    messages: Mapping[str, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LinkKeys:
    """What names one of our customers elsewhere; ``key`` is ours and comes back with the finding."""

    key: str
    crm_id: str | None = None
    external_id: str | None = None
    email: str | None = None
    domains: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """A vendor's record that carries one of the wanted keys."""

    key: str
    record: Person | Account


@dataclass(frozen=True, slots=True)
class FieldReport:
    """What provisioning found: catalogue keys by state, at one vendor."""

    provisioned: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    drifted: tuple[str, ...] = ()
    collided: tuple[str, ...] = ()
    limited: tuple[str, ...] = ()  # the plan has no room for more fields


class VendorPlugin(Protocol):
    """One vendor, bound to one installation: reads records into core nouns, writes results into records."""

    def load(self, events: Sequence[Event], known: Known) -> list[Conversation]:
        """Turn events of one installation into conversations, reading from the vendor only what is missing.

        One conversation per case, messages in time order. Raises ``RetryLaterError`` when the vendor is away.
        """
        ...

    def people(self, ids: Sequence[str]) -> list[Person]:
        """Read people by the vendor's id; the missing are left out."""
        ...

    def accounts(self, ids: Sequence[str]) -> list[Account]:
        """Read accounts by the vendor's id, with their mapped health inputs and owner; the missing are left out."""
        ...

    def find(self, level: Level, wanted: Sequence[LinkKeys]) -> list[Found]:
        """Find the vendor's people or accounts that carry one of the wanted keys, in as few calls as possible."""
        ...

    def history(self, since: datetime, limit: int) -> Sequence[Conversation]:
        """Read past cases for a dry run; writes nothing."""
        ...

    def apply(self, changes: Sequence[RecordChange]) -> Iterator[Receipt]:
        """Write changes in as few calls as the vendor allows; yield one receipt per record and part.

        A receipt is yielded as soon as the vendor has answered for it, so that what got through before a
        ``RetryLaterError`` is known and never sent again.
        """
        ...

    def erase(self, person: RecordRef) -> list[Receipt]:
        """Clear every field of ours on the person's records at the vendor."""
        ...

    def provision(self, *, dry_run: bool = False, parts: Collection[str] | None = None) -> FieldReport:
        """Create the catalogue's fields at the vendor, idempotently, and report their state.

        ``parts``: only what these modules need (``core.installation.modules``).
        """
        ...
