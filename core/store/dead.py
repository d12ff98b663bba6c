"""Dead letters: events and writes that wait for a person, in one list."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from core.store.tables import InboxRow, OutboxRow


@dataclass(frozen=True, slots=True)
class Letter:
    """One dead letter. ``id`` begins with ``in-`` for an event and ``out-`` for a write."""

    id: str
    what: str
    record: str
    tries: int
    cause: str
    detail: str


@dataclass(frozen=True, slots=True)
class Revived:
    """How many were revived, and which parts of the inbox have work now."""

    count: int
    shards: frozenset[int]


def all_of(connection: Connection, installation: str) -> list[Letter]:
    """Return the dead letters of an installation, oldest first."""
    events = _dead(connection, InboxRow, installation)
    writes = _dead(connection, OutboxRow, installation)
    return [Letter(f"in-{row.id}", row.kind, row.subject, row.tries, row.cause, "") for row in events] + [
        Letter(f"out-{row.id}", f"{row.kind} {row.name}", row.record, row.tries, row.cause, row.detail)
        for row in writes
    ]


def _dead(connection: Connection, table: type[InboxRow] | type[OutboxRow], installation: str) -> list[Any]:
    mine = (table.installation_id == installation, table.state == "dead")
    return list(connection.execute(select(table.__table__).where(*mine).order_by(table.id)))


def revive(connection: Connection, installation: str, ids: Collection[str], now: datetime) -> Revived:
    """Set dead letters back to waiting, with all their tries; without ``ids`` every one of the installation."""
    events = update(InboxRow).where(InboxRow.installation_id == installation, InboxRow.state == "dead")
    writes = update(OutboxRow).where(OutboxRow.installation_id == installation, OutboxRow.state == "dead")
    if ids:
        events = events.where(InboxRow.id.in_(_numbers(ids, "in-")))
        writes = writes.where(OutboxRow.id.in_(_numbers(ids, "out-")))
    shards = connection.execute(events.values(state="pending", tries=0).returning(InboxRow.shard)).scalars().all()
    written = connection.execute(writes.values(state="pending", tries=0, due_at=now)).rowcount
    return Revived(len(shards) + written, frozenset(shards))


def _numbers(ids: Collection[str], prefix: str) -> list[int]:
    return [
        int(id_.removeprefix(prefix)) for id_ in ids if id_.startswith(prefix) and id_.removeprefix(prefix).isdigit()
    ]
