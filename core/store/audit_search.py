"""Finds rows of the audit trail: by person, kind of deed, and time; newest first, page by page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, or_, select

from core.model import Level, RecordRef
from core.store import links
from core.store.seal import Seal
from core.store.tables import AuditRow, CaseRow

# More pages of one search than this are for an export, not for reading.
MOST_CASES = 2_000


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the trail."""

    seq: int
    at: datetime
    actor: str
    action: str
    subject: str
    detail: Mapping[str, Any]
    hash: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to look for. ``names``: pseudonyms of a person, as whom it is about or who did it; empty = anybody."""

    names: frozenset[str] = frozenset()
    action: str = ""
    since: datetime | None = None
    until: datetime | None = None


def search(connection: Connection, wanted: Wanted, before: int, limit: int) -> list[Row]:
    """Return rows with a smaller number than ``before`` (0 = from the newest)."""
    found = select(AuditRow.__table__).order_by(AuditRow.seq.desc()).limit(limit)
    if wanted.names:
        found = found.where(or_(AuditRow.subject.in_(wanted.names), AuditRow.actor.in_(wanted.names)))
    if wanted.action:
        found = found.where(AuditRow.action == wanted.action)
    if wanted.since:
        found = found.where(AuditRow.at >= wanted.since)
    if wanted.until:
        found = found.where(AuditRow.at < wanted.until)
    if before:
        found = found.where(AuditRow.seq < before)
    return [_row(row) for row in connection.execute(found)]


def actions(connection: Connection) -> list[str]:
    """Return the kinds of deeds that are in the trail."""
    return list(connection.execute(select(AuditRow.action).distinct().order_by(AuditRow.action)).scalars())


def length(connection: Connection) -> int:
    """Return how many rows the trail has; it has no gaps, so the newest number says it."""
    return connection.execute(select(func.max(AuditRow.seq))).scalar() or 0


def names_of(
    connection: Connection, seal: Seal, tenant: str, installation: str, vendor: str, id_: str
) -> frozenset[str]:
    """Return the pseudonyms under which somebody can stand in the trail, given their id at one tool.

    As a customer: themselves, their cases, their records. As a user of the tool: the one that acts.
    """
    names = {f"user:{seal.digest(tenant, 'user', vendor, id_)[:16]}", _record(seal, tenant, vendor, id_)}
    link = links.known(connection, installation, Level.PERSON, [id_]).get(id_)
    if link is not None:
        names |= of_person(connection, seal, tenant, link.entity)
    return frozenset(names)


def of_person(connection: Connection, seal: Seal, tenant: str, person: int) -> frozenset[str]:
    """Return the pseudonyms of a person of ours."""
    cases = connection.execute(
        select(CaseRow.id, CaseRow.vendor, CaseRow.external_id).where(CaseRow.person_id == person).limit(MOST_CASES)
    ).all()
    records: Sequence[links.Link] = links.of_entities(connection, Level.PERSON, [person])[person]
    subjects = [f"person:{person}", *(f"case:{case.id}" for case in cases)]
    subjects += [str(RecordRef(case.vendor, Level.CASE, case.external_id)) for case in cases]
    subjects += [str(link.record) for link in records]
    return frozenset(seal.digest(tenant, subject) for subject in subjects)


def _record(seal: Seal, tenant: str, vendor: str, id_: str) -> str:
    return seal.digest(tenant, str(RecordRef(vendor, Level.PERSON, id_)))


def _row(row: Any) -> Row:
    return Row(row.seq, row.at, row.actor, row.action, row.subject, row.detail, row.hash)
