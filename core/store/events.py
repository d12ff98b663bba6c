"""The inbox from the worker's side: take a batch, finish it, set faulty events aside."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, case, select, update

from core.model import Event, Kind, RecordRef
from core.store.seal import Seal
from core.store.tables import InboxRow


def pending(connection: Connection, installation: str, shard: int, limit: int) -> list[Any]:
    """Return the next events of one part of the inbox, in the order in which they happened."""
    rows = connection.execute(
        select(InboxRow.__table__)
        .where(InboxRow.installation_id == installation, InboxRow.shard == shard, InboxRow.state == "pending")
        .order_by(InboxRow.occurred_at, InboxRow.id)
        .limit(limit)
    )
    return list(rows)


def event(row: Any, seal: Seal) -> Event:
    """Return a stored event, opened."""
    subject = RecordRef.parse(row.subject) if row.subject else None
    return Event(Kind(row.kind), subject, row.event_id, row.occurred_at, _opened(row.payload, seal))


def _opened(payload: Mapping[str, Any] | None, seal: Seal) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(seal.open(payload["sealed"])) if payload else {}
    return found


def claim(connection: Connection, rows: Sequence[Any]) -> set[int]:
    """Lock events that are still pending; whoever else took them meanwhile keeps them."""
    ids = [row.id for row in rows]
    found = connection.execute(
        select(InboxRow.id).where(InboxRow.id.in_(ids), InboxRow.state == "pending").with_for_update(skip_locked=True)
    )
    return set(found.scalars())


def finish(connection: Connection, ids: Iterable[int]) -> None:
    """Mark events as done and drop what they said; the key stays for 72 hours, to know a resend."""
    connection.execute(update(InboxRow).where(InboxRow.id.in_(list(ids))).values(state="done", payload=None))


def fail(connection: Connection, ids: Iterable[int], *, cause: str, max_tries: int) -> None:
    """Count a fault of events; after ``max_tries`` they wait as dead letters for a person."""
    connection.execute(
        update(InboxRow)
        .where(InboxRow.id.in_(list(ids)), InboxRow.state == "pending")
        .values(
            tries=InboxRow.tries + 1,
            cause=cause[:500],
            state=case((InboxRow.tries + 1 >= max_tries, "dead"), else_="pending"),
        )
    )
