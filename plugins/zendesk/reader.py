"""Zendesk events and tickets as conversations; reads from Zendesk only what an event does not say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from connectors.zendesk.client import ZendeskClient
from connectors.zendesk.nouns import TASK_TAG
from core.model import Case, Conversation, Event, Kind, Level, Message, RecordRef
from core.ports import Known
from plugins.zendesk import messages, parties
from plugins.zendesk.parties import text
from plugins.zendesk.settings import MappingSettings

TOLD = frozenset({Kind.CASE_CREATED, Kind.MESSAGE_ADDED, Kind.STATUS_CHANGED})
DONE = frozenset({"solved", "closed"})
Record = Mapping[str, Any]


@dataclass
class _Batch:
    """What one ``load`` has gathered so far."""

    by_case: dict[str, list[Event]]
    known: Known
    tickets: dict[str, dict[str, Any]] = field(default_factory=dict)
    users: dict[str, dict[str, Any]] = field(default_factory=dict)
    organizations: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def staff(self) -> frozenset[str]:
        """Users that were read and work here."""
        return frozenset(id_ for id_, user in self.users.items() if parties.is_staff(user))


class Reader:
    """Reads one installation."""

    def __init__(self, client: ZendeskClient, settings: MappingSettings) -> None:
        self._client, self._settings = client, settings
        self._works_here: dict[str, bool] = {}

    def load(self, events: Sequence[Event], known: Known) -> list[Conversation]:
        """See ``core.ports.VendorPlugin.load``. At most one call for tickets, users and organizations each per
        100 records, and one for the comments of a ticket whose event came from a trigger."""
        batch = _Batch(_grouped(events), known)
        self._read(batch)
        found = [self._conversation(batch, id_, told) for id_, told in batch.by_case.items()]
        return [conversation for conversation in found if conversation is not None]

    def history(self, since: datetime, limit: int) -> list[Conversation]:
        """See ``core.ports.VendorPlugin.history``: tickets changed since then, with all their comments."""
        tickets: list[dict[str, Any]] = []
        for ticket in self._client.tickets_since(since):
            if len(tickets) >= limit:
                break
            if ticket.get("status") != "deleted" and TASK_TAG not in (ticket.get("tags") or []):
                tickets.append(ticket)
        batch = _Batch({}, Known(), tickets={str(ticket["id"]): ticket for ticket in tickets})
        self._read_parties(batch, tickets)
        return [self._past(batch, ticket) for ticket in tickets]

    # --- what is missing ------------------------------------------------------------------------

    def _read(self, batch: _Batch) -> None:
        lacking = [id_ for id_, told in batch.by_case.items() if self._needs_ticket(batch, id_, told)]
        batch.tickets = self._client.show_many("tickets", lacking) if lacking else {}
        self._read_parties(batch, [self._facts(batch, id_, told) for id_, told in batch.by_case.items()])

    @staticmethod
    def _needs_ticket(batch: _Batch, id_: str, told: list[Event]) -> bool:
        """A chat message and a trigger's body do not say whose ticket it is."""
        if any("requester_id" in (event.raw.get("detail") or {}) for event in told):
            return any("attune" in event.raw for event in told)
        held = batch.known.cases.get(id_) or {}
        return any("attune" in event.raw for event in told) or not held.get("requester_id")

    def _read_parties(self, batch: _Batch, facts: Sequence[Record]) -> None:
        people = {text(fact.get("requester_id")) for fact in facts} - batch.known.people - {None}
        accounts = {text(fact.get("organization_id")) for fact in facts} - batch.known.accounts - {None}
        if people:
            batch.users = self._client.show_many("users", sorted(str(id_) for id_ in people))
        if accounts:
            batch.organizations = self._client.show_many("organizations", sorted(str(id_) for id_ in accounts))

    @staticmethod
    def _facts(batch: _Batch, id_: str, told: list[Event]) -> Record:
        """Return the newest that is known of a ticket: read, told by an event, or stored."""
        if id_ in batch.tickets:
            return batch.tickets[id_]
        details = [event.raw.get("detail") or {} for event in told]
        full = [detail for detail in details if "requester_id" in detail]
        held = batch.known.cases.get(id_) or {}
        stored = {"requester_id": held.get("requester_id"), "organization_id": held.get("account_id")}
        return full[-1] if full else stored

    # --- conversations --------------------------------------------------------------------------

    def _conversation(self, batch: _Batch, id_: str, told: list[Event]) -> Conversation | None:
        if any("attune" in event.raw for event in told) and id_ not in batch.tickets:
            return None
        facts = self._facts(batch, id_, told)
        if TASK_TAG in (facts.get("tags") or []):
            # A work item of ours: the core closes its task by the status, nothing in it is ever judged.
            return Conversation(self._case(batch, id_, told, facts))
        return Conversation(
            case=self._case(batch, id_, told, facts),
            messages=self._messages(batch, id_, told),
            reopened=any(_reopens(event) for event in told),
            escalated=self._settings.escalation_tag in (facts.get("tags") or []),
            **self._parties(batch, facts),
        )

    def _case(self, batch: _Batch, id_: str, told: list[Event], facts: Record) -> Case:
        status = text(facts.get("status"))
        user = batch.users.get(text(facts.get("requester_id")) or "", {})
        return Case(
            ref=RecordRef(parties.VENDOR, Level.CASE, id_),
            as_of=told[-1].occurred_at,
            status=status.lower() if status else None,
            channel=messages.channel(facts),
            locale=text(user.get("locale")),
            subject=text(facts.get("subject")),
            opened_at=messages.moment(facts.get("created_at")),
            assignee_id=text(facts.get("assignee_id")),
            requester_id=text(facts.get("requester_id")),
            account_id=text(facts.get("organization_id")),
        )

    def _messages(self, batch: _Batch, id_: str, told: list[Event]) -> tuple[Message, ...]:
        staff = batch.staff
        found = [message for event in told for message in messages.of_event(event, id_, staff)]
        if any("attune" in event.raw for event in told):
            found += self._comments(batch.tickets[id_], staff)
        seen = set(batch.known.messages.get(id_, frozenset()))
        fresh = {message.id: message for message in found if message.id not in seen}
        return tuple(sorted(fresh.values(), key=lambda message: message.at))

    def _comments(self, ticket: Record, staff: frozenset[str]) -> list[Message]:
        comments = self._client.comments(str(ticket["id"]))
        authors = {str(comment.get("author_id")) for comment in comments} - staff - set(self._works_here)
        asked = sorted(id_ for id_ in authors if id_.isdigit())
        people = self._client.show_many("users", asked) if asked else {}
        self._works_here.update({id_: parties.is_staff(people.get(id_, {})) for id_ in asked})
        more = {id_ for id_, works_here in self._works_here.items() if works_here}
        return messages.of_comments(comments, ticket, staff | more)

    def _parties(self, batch: _Batch, facts: Record) -> dict[str, Any]:
        user = batch.users.get(text(facts.get("requester_id")) or "")
        organization = batch.organizations.get(text(facts.get("organization_id")) or "")
        return {
            "person": parties.person(user, self._settings) if user and not parties.is_staff(user) else None,
            "account": parties.account(organization, self._settings) if organization else None,
        }

    def _past(self, batch: _Batch, ticket: dict[str, Any]) -> Conversation:
        at = messages.moment(ticket.get("updated_at"))
        assert at is not None, "Zendesk gives every ticket a time"
        event = Event(Kind.UNKNOWN, None, "", at, {})
        return Conversation(
            case=self._case(batch, str(ticket["id"]), [event], ticket),
            messages=tuple(self._comments(ticket, batch.staff)),
            escalated=self._settings.escalation_tag in (ticket.get("tags") or []),
            **self._parties(batch, ticket),
        )


def _grouped(events: Sequence[Event]) -> dict[str, list[Event]]:
    """Sort the events that tell of a conversation by case, each case in order of time."""
    by_case: dict[str, list[Event]] = {}
    for event in sorted(events, key=lambda one: one.occurred_at):
        if event.kind in TOLD and event.subject is not None and event.subject.level is Level.CASE:
            by_case.setdefault(event.subject.id, []).append(event)
    return by_case


def _reopens(event: Event) -> bool:
    if event.kind is not Kind.STATUS_CHANGED:
        return False
    change = event.raw.get("event") or {}
    old, new = (str(change.get(side) or "").lower() for side in ("previous", "current"))
    return old in DONE and bool(new) and new not in DONE
