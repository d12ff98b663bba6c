"""PRIV-1: the append-only ledger of choices, and what it allows right now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects.postgresql import insert

from core.compliance.consent import Choice, check, effective
from core.judgement import Permissions
from core.model import Person
from core.store.tables import BasisRow, LedgerRow, PersonRow


def permissions(connection: Connection, people: Iterable[int]) -> dict[int, Permissions]:
    """Return what is permitted for each person, read in one go. Somebody unknown has no choices, only bases."""
    wanted = sorted(set(people))
    bases = {row.purpose: row.basis for row in connection.execute(select(BasisRow.purpose, BasisRow.basis))}
    minors = {
        row.id: row.minor
        for row in connection.execute(select(PersonRow.id, PersonRow.minor).where(PersonRow.id.in_(wanted)))
    }
    return {
        person: Permissions(bases=bases, choices=effective(entries), minor=minors.get(person, False))
        for person, entries in _entries(connection, wanted).items()
    }


def bases_only(connection: Connection) -> Permissions:
    """Return the permissions of a conversation with nobody known behind it."""
    return Permissions(bases={row.purpose: row.basis for row in connection.execute(select(BasisRow.__table__))})


def record(connection: Connection, tenant: str, person: int, choice: Choice, now: datetime) -> None:
    """Append a choice; raise ``RejectedError`` INVALID_CONSENT when it is none."""
    checked = check(choice)
    connection.execute(
        insert(LedgerRow).values(
            tenant_id=tenant,
            person_id=person,
            purpose=checked.purpose,
            choice=checked.choice,
            source=checked.source,
            notice_version=checked.notice_version,
            at=checked.at or now,
            recorded_at=now,
        )
    )


def import_from(
    connection: Connection, tenant: str, people: Sequence[tuple[int, Person]], now: datetime
) -> frozenset[int]:
    """Take over what vendors' records say of people (objection, minority); return those whom it changed."""
    held = permissions(connection, (entity for entity, _ in people)) if people else {}
    changed = set()
    for entity, person in people:
        if _import_one(connection, tenant, entity, person, held[entity], now):
            held |= permissions(connection, [entity])
            changed.add(entity)
    return frozenset(changed)


def _import_one(
    connection: Connection, tenant: str, entity: int, person: Person, held: Permissions, now: datetime
) -> bool:
    changed = False
    for purpose, choice in sorted(person.consent.items()):
        if held.choices.get(purpose) != choice and (choice != "granted" or purpose in held.choices):
            said = Choice(purpose, choice, now, source=person.ref.vendor, notice_version="vendor-record")
            record(connection, tenant, entity, said, now)
            changed = True
    if person.minor and not held.minor:
        connection.execute(update(PersonRow).where(PersonRow.id == entity).values(minor=True))
        changed = True
    return changed


def choices(connection: Connection, person: int) -> list[Choice]:
    """Return a person's entries, newest first."""
    return _entries(connection, [person])[person][::-1]


def _entries(connection: Connection, people: Sequence[int]) -> dict[int, list[Choice]]:
    found: dict[int, list[Choice]] = {person: [] for person in people}
    rows = connection.execute(
        select(LedgerRow.__table__).where(LedgerRow.person_id.in_(people)).order_by(LedgerRow.at, LedgerRow.id)
    )
    for row in rows:
        entry = Choice(row.purpose, row.choice, row.at, source=row.source, notice_version=row.notice_version)
        found[row.person_id].append(entry)
    return found
