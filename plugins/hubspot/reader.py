"""HubSpot events and tickets as conversations. Events carry ids only, so everything else is read, in batches."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from connectors.hubspot.client import HubSpotClient
from connectors.hubspot.nouns import OBJECTS, THREAD
from core.model import Account, Case, Conversation, Event, Kind, Level, Message, Person, RecordRef
from core.ports import Found, Known, LinkKeys
from plugins.hubspot import finding, messages, parties
from plugins.hubspot.fieldbook import FieldBook
from plugins.hubspot.parties import moment, text
from plugins.hubspot.settings import MappingSettings

TOLD = frozenset({Kind.CASE_CREATED, Kind.MESSAGE_ADDED, Kind.STATUS_CHANGED})
# The stages of the pipeline that every account has; those of other pipelines count as open until closed.
# https://developers.hubspot.com/docs/api-reference/latest/crm/objects/tickets/guide
STAGES = {"1": "new", "2": "pending", "3": "open"}
# Of a known case only this much of the past is read again, so that a lost event is made up for, while what was
# erased or has expired does not come back.
LOOK_BACK = timedelta(days=1)
DONE = frozenset({"solved", "closed"})
ORIGIN = "hs_conversations_originating_thread_id"
TICKETS, CONTACTS, COMPANIES = OBJECTS[Level.CASE], OBJECTS[Level.PERSON], OBJECTS[Level.ACCOUNT]
Record = dict[str, Any]
Books = Callable[..., FieldBook]


@dataclass
class _Batch:
    """What one ``load`` has gathered so far. ``threads``: conversations to read, by ticket."""

    known: Known
    told: dict[str, list[Event]] = field(default_factory=dict)
    tickets: dict[str, Record] = field(default_factory=dict)
    threads: dict[str, dict[str, Record | None]] = field(default_factory=dict)
    contacts_of: dict[str, list[str]] = field(default_factory=dict)
    companies_of: dict[str, list[str]] = field(default_factory=dict)
    contacts: dict[str, Record] = field(default_factory=dict)
    companies: dict[str, Record] = field(default_factory=dict)

    def requester(self, ticket_id: str) -> str | None:
        """Return whose ticket it is: the conversation's contact, else the first associated one."""
        read = [thread for thread in self.threads.get(ticket_id, {}).values() if thread]
        by_thread = next((str(one["associatedContactId"]) for one in read if one.get("associatedContactId")), None)
        return by_thread or next(iter(self.contacts_of.get(ticket_id, ())), None)


class Reader:
    """Reads one installation."""

    def __init__(self, client: HubSpotClient, settings: MappingSettings, book: Books) -> None:
        self._client, self._settings, self._book = client, settings, book

    def load(self, events: Sequence[Event], known: Known) -> list[Conversation]:
        """See ``core.ports.VendorPlugin.load``. Calls: one per 100 tickets, contacts and companies, two per 1,000
        tickets for their associations, and for each conversation one, or two where its ticket is not in the batch.

        A conversation without a ticket is left out: there is no record to write to. Its messages are read when a
        ticket is made of it.
        """
        batch = _Batch(known)
        self._read_cases(batch, [event for event in sorted(events, key=_at) if event.kind in TOLD and event.subject])
        self._read_parties(batch)
        return [self._conversation(batch, id_, ticket) for id_, ticket in batch.tickets.items()]

    def people(self, ids: Sequence[str]) -> list[Person]:
        """See ``core.ports.VendorPlugin.people``."""
        found = self._client.read(CONTACTS, ids, self._settings.person_properties)
        return [parties.person(record, self._settings) for record in found.values()]

    def accounts(self, ids: Sequence[str]) -> list[Account]:
        """See ``core.ports.VendorPlugin.accounts``."""
        found = self._client.read(COMPANIES, ids, self._settings.account_properties)
        return [parties.account(record, self._settings) for record in found.values()]

    def find(self, level: Level, wanted: Sequence[LinkKeys]) -> list[Found]:
        """See ``core.ports.VendorPlugin.find``."""
        return finding.find(self._client, self._book(OBJECTS[level]), self._settings, level, wanted)

    def history(self, since: datetime, limit: int) -> list[Conversation]:
        """See ``core.ports.VendorPlugin.history``: tickets created since then, with their conversations."""
        after = since.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        groups = [{"filters": [{"propertyName": "createdate", "operator": "GTE", "value": after}]}]
        found = self._client.search(TICKETS, groups, self._settings.case_properties, limit)
        batch = _Batch(Known(), tickets={str(ticket["id"]): ticket for ticket in found})
        for id_, ticket in batch.tickets.items():
            self._note_origin(batch, id_, ticket)
        self._read_parties(batch)
        return [self._conversation(batch, id_, ticket) for id_, ticket in batch.tickets.items()]

    # --- cases and conversations ----------------------------------------------------------------

    def _read_cases(self, batch: _Batch, events: Iterable[Event]) -> None:
        by_thread: dict[str, list[Event]] = {}
        for event in events:
            id_ = event.subject.id if event.subject else ""
            place = by_thread if id_.startswith(THREAD) else batch.told
            place.setdefault(id_.removeprefix(THREAD), []).append(event)
        self._read_tickets(batch, list(batch.told))
        for id_, ticket in batch.tickets.items():
            if any(event.kind is Kind.CASE_CREATED for event in batch.told[id_]):
                self._note_origin(batch, id_, ticket)
        placed = {thread: id_ for id_, threads in batch.threads.items() for thread in threads}
        for thread_id, told in by_thread.items():
            self._place(batch, thread_id, told, placed.get(thread_id))
        self._read_tickets(batch, [id_ for id_ in batch.told if id_ not in batch.tickets])

    def _read_tickets(self, batch: _Batch, ids: Sequence[str]) -> None:
        if ids:
            batch.tickets |= self._client.read(TICKETS, ids, self._settings.case_properties)

    @staticmethod
    def _note_origin(batch: _Batch, ticket_id: str, ticket: Record) -> None:
        thread_id = text(ticket["properties"].get(ORIGIN))
        if thread_id is not None:
            batch.threads.setdefault(ticket_id, {})[thread_id] = None

    def _place(self, batch: _Batch, thread_id: str, told: list[Event], ticket_id: str | None) -> None:
        """Find the ticket that a conversation belongs to, where none of the batch has named it as its origin."""
        thread = (self._client.thread(thread_id) or {}) if ticket_id is None else None
        if thread is not None:
            ticket_id = text((thread.get("threadAssociations") or {}).get("associatedTicketId"))
        if ticket_id is not None:
            batch.told[ticket_id] = sorted([*batch.told.get(ticket_id, ()), *told], key=_at)
            batch.threads.setdefault(ticket_id, {})[thread_id] = thread

    # --- parties --------------------------------------------------------------------------------

    def _read_parties(self, batch: _Batch) -> None:
        ids = list(batch.tickets)
        if not ids:
            return
        batch.contacts_of = self._client.associated(TICKETS, CONTACTS, ids)
        batch.companies_of = self._client.associated(TICKETS, COMPANIES, ids)
        people = {batch.requester(id_) for id_ in ids} - batch.known.people - {None}
        accounts = {found[0] for found in batch.companies_of.values() if found} - batch.known.accounts
        if people:
            names = self._settings.person_properties
            batch.contacts = self._client.read(CONTACTS, sorted(str(id_) for id_ in people), names)
        if accounts:
            batch.companies = self._client.read(COMPANIES, sorted(accounts), self._settings.account_properties)

    # --- conversations --------------------------------------------------------------------------

    def _conversation(self, batch: _Batch, id_: str, ticket: Record) -> Conversation:
        requester = batch.requester(id_)
        company = next(iter(batch.companies_of.get(id_, ())), None)
        contact, firm = batch.contacts.get(requester or ""), batch.companies.get(company or "")
        said = [one for thread in batch.threads.get(id_, {}) for one in self._client.messages(thread)]
        case = self._case(batch, id_, ticket, requester, company, messages.channel(ticket, said))
        before = (batch.known.cases.get(id_) or {}).get("status")
        held = ticket["properties"].get(self._settings.escalation_property)
        return Conversation(
            case=case,
            messages=self._messages(batch, id_, ticket, said),
            person=parties.person(contact, self._settings) if contact else None,
            account=parties.account(firm, self._settings) if firm else None,
            reopened=before in DONE and case.status not in DONE,
            escalated=text(held) == self._settings.escalation_value,
        )

    def _case(
        self,
        batch: _Batch,
        id_: str,
        ticket: Record,
        requester: str | None,
        company: str | None,
        channel: str | None,
    ) -> Case:
        held = ticket["properties"]
        contact = batch.contacts.get(requester or "", {"properties": {}})
        # The record was read just now: what it says is as new as its last change.
        times = [moment(ticket.get("updatedAt")), *(event.occurred_at for event in batch.told.get(id_, ()))]
        opened = moment(held.get("createdate") or ticket.get("createdAt"))
        return Case(
            ref=RecordRef(parties.VENDOR, Level.CASE, id_),
            as_of=max(at for at in (*times, opened) if at is not None),
            status=self._status(held),
            channel=channel,
            locale=text(contact["properties"].get("hs_language")),
            subject=text(held.get("subject")),
            opened_at=opened,
            assignee_id=text(held.get("hubspot_owner_id")),
            requester_id=requester,
            account_id=company,
        )

    def _status(self, held: Record) -> str:
        stage = str(held.get("hs_pipeline_stage"))
        if held.get("closed_date") or stage in self._settings.closed_stages.replace(" ", "").split(","):
            return "closed"
        return STAGES.get(stage, "open")

    def _messages(self, batch: _Batch, id_: str, ticket: Record, said: Sequence[Record]) -> tuple[Message, ...]:
        told = batch.told.get(id_)
        created = told is None or any(event.kind is Kind.CASE_CREATED for event in told)
        since = None if created else min(event.occurred_at for event in told or ()) - LOOK_BACK
        found = [one for one in messages.of_thread(said) if since is None or one.at >= since]
        # A ticket made of a conversation repeats its first message as the description.
        if created and text(ticket["properties"].get(ORIGIN)) is None:
            found += messages.description(ticket)
        seen = batch.known.messages.get(id_, frozenset())
        fresh = {message.id: message for message in found if message.id not in seen}
        return tuple(sorted(fresh.values(), key=lambda message: (message.at, message.id)))


def _at(event: Event) -> datetime:
    return event.occurred_at
