"""Who a batch of conversations is about: people and accounts of ours, consent taken over, choices heard."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from core.compliance.consent import OPT_OUT_NOTE, Choice
from core.identity import level_of
from core.jobs.runtime import Runtime
from core.judgement import Turn
from core.model import Account, Conversation, Level, Person, RecordRef
from core.ports import Known
from core.store import audit, cases, ledger, links
from core.store.installations import Installation

FRESH = timedelta(hours=24)
SUSPENDED = ("service_analysis", "health_scoring")


@dataclass(frozen=True, slots=True)
class Parties:
    """The entities behind one conversation."""

    person: int | None
    account: int | None
    created: bool = False


def known(connection: Connection, installation: Installation, ids: Iterable[str], now: datetime) -> Known:
    """Tell the reader what need not be read again: everybody read within the last day."""
    rows = cases.lock(connection, installation.id, ids)
    people = links.known(connection, installation.id, Level.PERSON, (row.requester_ref for row in rows.values()))
    accounts = links.known(connection, installation.id, Level.ACCOUNT, (row.account_ref for row in rows.values()))
    seen = cases.message_ids(connection, [row.id for row in rows.values()])
    return Known(
        people=frozenset(id_ for id_, link in people.items() if link.read_at > now - FRESH),
        accounts=frozenset(id_ for id_, link in accounts.items() if link.read_at > now - FRESH),
        cases={id_: cases.facts(row) for id_, row in rows.items()},
        messages={id_: seen.get(row.id, frozenset()) for id_, row in rows.items()},
    )


def parties(
    runtime: Runtime,
    connection: Connection,
    installation: Installation,
    conversations: Sequence[Conversation],
    now: datetime,
) -> list[Parties]:
    """Resolve everybody in a batch, in order."""
    met = [found for one in conversations for found in (one.person, one.account) if found is not None]
    links.lock_keys(connection, runtime.seal, installation.tenant, met)
    people = links.known(connection, installation.id, Level.PERSON, (c.case.requester_id or "" for c in conversations))
    accounts = links.known(connection, installation.id, Level.ACCOUNT, (c.case.account_id or "" for c in conversations))
    resolved = records(runtime, connection, installation, met, now)
    return [_of(runtime, connection, installation, one, people, accounts, resolved) for one in conversations]


def records(
    runtime: Runtime, connection: Connection, installation: Installation, met: Sequence[Person | Account], now: datetime
) -> dict[RecordRef, tuple[links.Resolved, bool]]:
    """Resolve vendor records, each once; return the entity of each and whether its permissions changed."""
    latest = {found.ref: found for found in met}
    resolved: dict[RecordRef, links.Resolved] = {}
    for level in (Level.PERSON, Level.ACCOUNT):
        chosen = [found for found in latest.values() if level_of(found) is level]
        hits = links.resolve(
            connection,
            runtime.seal,
            tenant=installation.tenant,
            installation=installation.id,
            level=level,
            records=chosen,
            at=now,
        )
        resolved |= {found.ref: hit for found, hit in zip(chosen, hits, strict=True)}
    _note_ambiguous(runtime, connection, installation, resolved, now)
    people = [(resolved[ref].entity, found) for ref, found in latest.items() if isinstance(found, Person)]
    changed = ledger.import_from(connection, installation.tenant, people, now)
    companies = [(resolved[ref].entity, found) for ref, found in latest.items() if isinstance(found, Account)]
    cases.keep_signals(connection, companies)
    return {ref: (one, one.entity in changed and ref.level is Level.PERSON) for ref, one in resolved.items()}


def _note_ambiguous(
    runtime: Runtime,
    connection: Connection,
    installation: Installation,
    resolved: Mapping[RecordRef, links.Resolved],
    now: datetime,
) -> None:
    entries = [
        audit.Entry(
            "system",
            "AMBIGUOUS_MATCH",
            runtime.seal.digest(installation.tenant, ref.level, str(one.entity)),
            {"vendor": installation.vendor},
        )
        for ref, one in resolved.items()
        if one.ambiguous
    ]
    audit.append(connection, installation.tenant, now, entries)


def record(
    runtime: Runtime, connection: Connection, installation: Installation, found: Person | Account, now: datetime
) -> tuple[links.Resolved, bool]:
    """Resolve one vendor record; return the entity and whether its permissions changed."""
    return records(runtime, connection, installation, [found], now)[found.ref]


def hear_choices(connection: Connection, tenant: str, person: int | None, turns: Sequence[Turn], now: datetime) -> None:
    """Suspend the analysis of somebody who asks for it in their own words, until a person has confirmed it."""
    asked = [turn for turn in turns if OPT_OUT_NOTE in turn.notes]
    if person is None or not asked:
        return
    held = ledger.permissions(connection, [person])[person].choices
    for purpose in SUSPENDED:
        if held.get(purpose) not in {"pending", "withdrawn", "objected"}:
            ledger.record(connection, tenant, person, Choice(purpose, "pending", asked[-1].at, source="person"), now)


def _of(
    runtime: Runtime,
    connection: Connection,
    installation: Installation,
    one: Conversation,
    people: dict[str, links.Link],
    accounts: dict[str, links.Link],
    resolved: Mapping[RecordRef, tuple[links.Resolved, bool]],
) -> Parties:
    created = False
    person = _entity(people, one.case.requester_id)
    if one.person is not None:
        found, _ = resolved[one.person.ref]
        person, created = found.entity, found.created
    account = _entity(accounts, one.case.account_id)
    if one.account is not None:
        company, _ = resolved[one.account.ref]
        account, created = company.entity, created or company.created
    if account is None and one.person is not None:
        account = links.account_of_person(connection, runtime.seal, installation.tenant, one.person.email)
    return Parties(person, account, created)


def _entity(found: dict[str, links.Link], id_: str | None) -> int | None:
    link = found.get(id_ or "")
    return link.entity if link else None
