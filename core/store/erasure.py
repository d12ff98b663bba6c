"""PRIV-3/L13: removes a person from the core and leaves a keyed tombstone with counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, select
from sqlalchemy.dialects.postgresql import insert

from core.model import IntentKind, Level, RecordRef
from core.store import due, links, setup, standing
from core.store.tables import (
    CaseRow,
    FeedbackRow,
    HistoryRow,
    IdentityKeyRow,
    InboxRow,
    LedgerRow,
    LinkRow,
    ObservationRow,
    OutboxRow,
    PersonRow,
    SoughtRow,
    TaskRow,
    TombstoneRow,
    TurnRow,
    WrittenRow,
)


@dataclass(frozen=True, slots=True)
class Erased:
    """What was removed, by table, and the vendor records that still have to be cleared."""

    counts: dict[str, int]
    records: tuple[tuple[str, RecordRef], ...]


def erase(connection: Connection, tenant: str, person: int, pseudonym: str, now: datetime) -> Erased:
    """Remove everything about a person; the audit chain keeps only its keyed pseudonym."""
    cases = list(connection.execute(select(CaseRow.__table__).where(CaseRow.person_id == person)))
    of_person = links.of_entities(connection, Level.PERSON, [person])[person]
    records = tuple((link.installation, link.record) for link in of_person)
    ids = [case.id for case in cases]
    refs = [str(record) for _, record in records]
    refs += [str(RecordRef(case.vendor, Level.CASE, case.external_id)) for case in cases]
    subjects = [f"person:{person}", *(f"case:{id_}" for id_ in ids)]
    wishes = _clearing(connection, tenant, refs, now)
    turns = select(func.count()).select_from(TurnRow).where(TurnRow.case_id.in_(ids))
    counts = {"turn": connection.execute(turns).scalar_one()}
    for table, condition in (
        (ObservationRow, ObservationRow.subject.in_(subjects)),
        (HistoryRow, HistoryRow.subject.in_(subjects)),
        (OutboxRow, OutboxRow.record.in_(refs)),
        (WrittenRow, WrittenRow.record.in_(refs)),
        (TaskRow, TaskRow.subject.in_(subjects)),
        (FeedbackRow, FeedbackRow.subject.in_(subjects)),
        (InboxRow, InboxRow.subject.in_(refs)),
        (LedgerRow, LedgerRow.person_id == person),
        (CaseRow, CaseRow.person_id == person),
        (LinkRow, (LinkRow.level == Level.PERSON) & (LinkRow.entity_id == person)),
        (IdentityKeyRow, (IdentityKeyRow.level == Level.PERSON) & (IdentityKeyRow.entity_id == person)),
        (SoughtRow, (SoughtRow.level == Level.PERSON) & (SoughtRow.entity_id == person)),
        (PersonRow, PersonRow.id == person),
    ):
        counts[table.__tablename__] = connection.execute(delete(table).where(condition)).rowcount
    counts["trial"] = setup.erase_trials(connection, refs)
    if wishes:
        connection.execute(insert(OutboxRow), wishes)
    due.touch(connection, tenant, (case.account_id for case in cases if case.account_id))
    tombstone = {"tenant_id": tenant, "pseudonym": pseudonym, "at": now, "counts": counts}
    connection.execute(insert(TombstoneRow).values(tombstone))
    return Erased(counts, records)


def _clearing(connection: Connection, tenant: str, refs: Sequence[str], now: datetime) -> list[dict[str, Any]]:
    """Return a wish to empty each field of ours that stands in the records: the outbox brings it to the vendors."""
    mine = (WrittenRow.record.in_(refs), WrittenRow.kind == IntentKind.SET_FIELD)
    rows = connection.execute(select(WrittenRow.__table__).where(*mine))
    return [standing.cleared(row, tenant, now, standing.ERASURE) for row in rows if row.value is not None]


def left(connection: Connection, person: int) -> int:
    """Search again: return how many rows still speak of a person."""
    found = 0
    for column in (CaseRow.person_id, LedgerRow.person_id, OutboxRow.person_id, PersonRow.id):
        found += connection.execute(select(func.count()).where(column == person)).scalar_one()
    condition = (LinkRow.level == Level.PERSON) & (LinkRow.entity_id == person)
    return found + connection.execute(select(func.count()).select_from(LinkRow).where(condition)).scalar_one()
