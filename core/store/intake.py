"""Stores what came in: events (once), unreadable bodies (sealed, 72 hours), counters."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert

from core.model import Event, Reject
from core.store.engine import Store
from core.store.seal import Seal
from core.store.tables import CounterRow, QuarantineRow

KEEP_UNREADABLE = timedelta(hours=72)
_ACCEPT = text("SELECT attune_accept(:tenant, :installation, :received_at, CAST(:events AS jsonb))")


def shard_of(subject: str, shards: int) -> int:
    """Return the inbox part of a subject: the same subject always lands in the same part, which keeps its order."""
    return zlib.crc32(subject.encode()) % shards


def accept(
    store: Store, *, tenant: str, installation: str, events: Sequence[Event], received_at: datetime, shards: int
) -> int:
    """Commit ``events`` in one round trip and return how many were new; the rest were resends."""
    rows = json.dumps([_row(event, shards) for event in events])
    with store.autocommit() as connection:
        values = {"tenant": tenant, "installation": installation, "received_at": received_at, "events": rows}
        return int(connection.execute(_ACCEPT, values).scalar_one())


def _row(event: Event, shards: int) -> dict[str, object]:
    subject = str(event.subject) if event.subject else ""
    return {
        "shard": shard_of(subject, shards),
        "kind": event.kind,
        "subject": subject,
        "event_id": event.event_id,
        "occurred_at": event.occurred_at.isoformat(),
        "payload": dict(event.raw),
    }


def quarantine(
    store: Store, seal: Seal, *, tenant: str, installation: str, rejects: Sequence[Reject], received_at: datetime
) -> None:
    """Keep unreadable elements sealed for 72 hours, so that an admin can see what the vendor changed."""
    rows = [
        {
            "tenant_id": tenant,
            "installation_id": installation,
            "code": reject.code,
            "detail": reject.detail[:500],
            "sealed_body": seal.close(reject.raw.decode("utf-8", "backslashreplace")),
            "received_at": received_at,
            "expires_at": received_at + KEEP_UNREADABLE,
        }
        for reject in rejects
    ]
    with store.tenant(tenant) as connection:
        connection.execute(insert(QuarantineRow), rows)


def count(store: Store, tenant: str, installation: str, hour: datetime, names: Mapping[str, int]) -> None:
    """Add to the hour's counters of an installation."""
    rows = [
        {"tenant_id": tenant, "installation_id": installation, "hour": hour, "name": name, "n": n}
        for name, n in sorted(names.items())
    ]
    statement = insert(CounterRow)
    added = statement.on_conflict_do_update(
        index_elements=["installation_id", "hour", "name"], set_={"n": CounterRow.n + statement.excluded.n}
    )
    with store.tenant(tenant) as connection:
        connection.execute(added, rows)
