"""Salesforce events and cases as conversations; reads from the org only what an event does not say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from connectors.salesforce.nouns import full_id, is_id
from core.model import Account, Case, Conversation, Event, Kind, Level, Message, Person, RecordRef
from core.ports import Known
from plugins.salesforce import messages, parties
from plugins.salesforce.lookup import COMMENT_FIELDS, MAIL_FIELDS, Lookup
from plugins.salesforce.parties import text, yes

TOLD = frozenset({Kind.CASE_CREATED, Kind.MESSAGE_ADDED, Kind.STATUS_CHANGED})
Record = Mapping[str, Any]


@dataclass
class _Batch:
    """What one ``load`` has gathered so far, by Salesforce id."""

    by_case: dict[str, list[Event]]
    known: Known
    cases: dict[str, dict[str, Any]] = field(default_factory=dict)
    contacts: dict[str, dict[str, Any]] = field(default_factory=dict)
    accounts: dict[str, dict[str, Any]] = field(default_factory=dict)
    users: dict[str, dict[str, Any]] = field(default_factory=dict)
    files: dict[str, tuple[str, ...]] = field(default_factory=dict)


class Reader:
    """Reads one installation."""

    def __init__(self, lookup: Lookup) -> None:
        self._lookup, self._settings = lookup, lookup.settings

    def load(self, events: Sequence[Event], known: Known) -> list[Conversation]:
        """See ``core.ports.VendorPlugin.load``. Per 200 records at most one query each for cases, contacts, accounts,
        the writers of comments and the kinds of attached files."""
        batch = _Batch(_grouped(events), known)
        self._read(batch)
        return [
            self._conversation(batch, id_, told)
            for id_, told in batch.by_case.items()
            if id_.startswith("00T") or id_ in batch.cases or id_ in known.cases
        ]

    def people(self, ids: Sequence[str]) -> list[Person]:
        """See ``core.ports.VendorPlugin.people``; an Individual's id stands for the contact it belongs to."""
        individuals = [id_ for id_ in ids if id_.startswith("0PK")]
        found = self._lookup.contacts(id_ for id_ in ids if not id_.startswith("0PK"))
        if individuals:
            found.update(self._lookup.contacts_of(individuals))
        return [parties.person(contact, self._settings) for contact in found.values()]

    def accounts(self, ids: Sequence[str]) -> list[Account]:
        """See ``core.ports.VendorPlugin.accounts``."""
        return [parties.account(record, self._settings) for record in self._lookup.accounts(ids).values()]

    def history(self, since: datetime, limit: int) -> list[Conversation]:
        """See ``core.ports.VendorPlugin.history``: cases changed since then with their e-mails and comments."""
        cases = self._lookup.changed_cases(since, limit)
        ids = [str(case["Id"]) for case in cases]
        mails = self._lookup.said_in("EmailMessage", MAIL_FIELDS, ids)
        comments = self._lookup.said_in("CaseComment", COMMENT_FIELDS, ids)
        batch = _Batch({id_: [] for id_ in ids}, Known(), cases={case["Id"]: case for case in cases})
        for sobject, records in (("EmailMessage", mails), ("CaseComment", comments)):
            for record in records:
                batch.by_case[str(record["ParentId"])].append(_as_event(sobject, record))
        self._read_parties(batch)
        self._read_around(batch)
        return [self._conversation(batch, id_, told) for id_, told in batch.by_case.items()]

    # --- what is missing ------------------------------------------------------------------------

    def _read(self, batch: _Batch) -> None:
        told = {id_: _told_fields(events) for id_, events in batch.by_case.items() if not id_.startswith("00T")}
        lacking = [id_ for id_, facts in told.items() if self._needs_case(batch, id_, facts)]
        batch.cases = {id_: facts for id_, facts in told.items() if "Status" in facts}
        batch.cases.update(self._lookup.cases(lacking) if lacking else {})
        self._read_parties(batch)
        self._read_around(batch)

    @staticmethod
    def _needs_case(batch: _Batch, id_: str, facts: Record) -> bool:
        """A comment or an e-mail says nothing of its case, and an org may choose to send few fields of one."""
        held = batch.known.cases.get(id_)
        return "Status" not in facts and (held is None or not held.get("requester_id"))

    def _read_parties(self, batch: _Batch) -> None:
        """Take contacts and accounts that came with the cases; read those that did not and are not known."""
        for case in batch.cases.values():
            for name, nearby in (("Contact", batch.contacts), ("Account", batch.accounts)):
                if isinstance(case.get(name), dict):
                    nearby[str(case[name]["Id"])] = case[name]
        people = {_id(case, "ContactId") for case in batch.cases.values()} - batch.known.people - {*batch.contacts, ""}
        batch.contacts.update(self._lookup.contacts(people) if people else {})
        accounts = {self._account_id(batch, case) for case in batch.cases.values()}
        missing = accounts - batch.known.accounts - {*batch.accounts, ""}
        batch.accounts.update(self._lookup.accounts(missing) if missing else {})

    def _read_around(self, batch: _Batch) -> None:
        """Read who wrote comments (and descriptions that nobody typed into a form), and what was attached."""
        said = [event.raw["fields"] for events in batch.by_case.values() for event in events if _is_message(event)]
        authors = {str(one["CreatedById"]) for one in said if "CommentBody" in one and yes(one.get("IsPublished"))}
        authors |= {
            _id(c, "CreatedById") for c in batch.cases.values() if c.get("Description") and not messages.is_typed(c)
        }
        batch.users = self._lookup.users(authors) if authors - {""} else {}
        mails = [str(one["Id"]) for one in said if yes(one.get("HasAttachment"))]
        found: dict[str, tuple[str, ...]] = {}
        for link in self._lookup.files_of(mails) if mails else ():
            kind = messages.mime((link.get("ContentDocument") or {}).get("FileExtension"))
            found[link["LinkedEntityId"]] = (*found.get(link["LinkedEntityId"], ()), kind)
        batch.files = found

    @staticmethod
    def _account_id(batch: _Batch, case: Record) -> str:
        contact = batch.contacts.get(_id(case, "ContactId"), {})
        return _id(case, "AccountId") or _id(contact, "AccountId")

    # --- conversations --------------------------------------------------------------------------

    def _conversation(self, batch: _Batch, id_: str, told: list[Event]) -> Conversation:
        if id_.startswith("00T"):
            return _work_item(id_, told[-1])
        case = batch.cases.get(id_, {})
        contact = batch.contacts.get(_id(case, "ContactId"))
        account = batch.accounts.get(self._account_id(batch, case))
        return Conversation(
            case=self._case(batch, id_, told),
            messages=self._messages(batch, id_, told),
            person=parties.person(contact, self._settings) if contact else None,
            account=parties.account(account, self._settings) if account else None,
            escalated=yes(case.get("IsEscalated")),
        )

    def _case(self, batch: _Batch, id_: str, told: list[Event]) -> Case:
        case, held = batch.cases.get(id_, {}), batch.known.cases.get(id_) or {}
        changed = messages.moment(case.get("LastModifiedDate"))
        as_of = told[-1].occurred_at if told else changed
        assert as_of is not None, "Salesforce gives every case a time"
        owner = _id(case, "OwnerId")
        return Case(
            ref=RecordRef(parties.VENDOR, Level.CASE, id_),
            as_of=as_of,
            status=_status(case),
            channel=messages.channel(case),
            locale=text(case.get(self._settings.locale_field)),
            subject=text(case.get("Subject")),
            opened_at=messages.moment(case.get("CreatedDate")),
            assignee_id=owner if is_id(owner, "005") else None,
            requester_id=_id(case, "ContactId") or held.get("requester_id"),
            account_id=self._account_id(batch, case) or held.get("account_id"),
        )

    def _messages(self, batch: _Batch, id_: str, told: list[Event]) -> tuple[Message, ...]:
        found = [self._message(batch, event) for event in told if _is_message(event)]
        # A description is the first message only when the case is: later, agents may have edited it.
        if id_ not in batch.known.cases and "CreatedDate" in batch.cases.get(id_, {}):
            found.append(messages.description({**batch.cases[id_], "Id": id_}, batch.users))
        seen = batch.known.messages.get(id_, frozenset())
        fresh = {message.id: message for message in found if message is not None and message.id not in seen}
        return tuple(sorted(fresh.values(), key=lambda message: message.at))

    @staticmethod
    def _message(batch: _Batch, event: Event) -> Message | None:
        record = event.raw["fields"]
        if event.raw["sobject"] == "EmailMessage":
            return messages.email(record, event.occurred_at, batch.files)
        return messages.comment(record, event.occurred_at, batch.users)


def _grouped(events: Iterable[Event]) -> dict[str, list[Event]]:
    """Sort the events that tell of a case by case, each case in order of time."""
    by_case: dict[str, list[Event]] = {}
    for event in sorted(events, key=lambda one: one.occurred_at):
        if event.kind in TOLD and event.subject is not None and event.subject.level is Level.CASE:
            by_case.setdefault(event.subject.id, []).append(event)
    return by_case


def _told_fields(told: Iterable[Event]) -> dict[str, Any]:
    """Return the newest that the events say of the case itself."""
    facts: dict[str, Any] = {}
    for event in told:
        if event.raw["sobject"] == "Case":
            facts.update(event.raw["fields"])
    return facts


def _is_message(event: Event) -> bool:
    return event.kind is Kind.MESSAGE_ADDED


def _as_event(sobject: str, record: Record) -> Event:
    at = messages.moment(record.get("CreatedDate"))
    assert at is not None, "Salesforce gives every record a time"
    return Event(Kind.MESSAGE_ADDED, None, "", at, {"sobject": sobject, "fields": record})


def _work_item(id_: str, event: Event) -> Conversation:
    """Return a task of ours: the core looks only whether it is done."""
    done = yes(event.raw["fields"].get("IsClosed")) or event.raw["fields"].get("Status") == "Completed"
    ref = RecordRef(parties.VENDOR, Level.CASE, id_)
    return Conversation(Case(ref, event.occurred_at, status="closed" if done else "open"))


def _status(case: Record) -> str | None:
    """Return a status in small letters; every status that counts as closed is ``closed``."""
    words = text(case.get("Status"))
    if "IsClosed" in case and yes(case["IsClosed"]):
        return "closed"
    return words.lower() if words else None


def _id(record: Record, name: str) -> str:
    return full_id(str(record.get(name) or ""))
