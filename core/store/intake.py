"""Stores what came in: events (once), unreadable bodies (sealed, 72 hours), counters."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.dialects.postgresql import insert

from core.model import Event, Reject
from core.store.engine import Store
from core.store.group_commit import GroupCommit
from core.store.seal import Seal
from core.store.tables import CounterRow, QuarantineRow

KEEP_UNREADABLE = timedelta(hours=72)


def shard_of(subject: str, shards: int) -> int:
    """Return the inbox part of a subject: the same subject always lands in the same part, which keeps its order."""
    return zlib.crc32(subject.encode()) % shards


@dataclass(frozen=True, slots=True)
class Arrival:
    """One delivery's events, on their way into the inbox."""

    tenant: str
    installation: str
    events: Sequence[Event]
    received_at: datetime


class Inbox:
    """Takes events in. Deliveries that arrive at the same moment share a round trip and a commit."""

    def __init__(self, store: Store, seal: Seal, shards: int) -> None:
        self._store, self._seal, self._shards = store, seal, shards
        self._together: GroupCommit[Arrival, int] = GroupCommit(self._commit)

    def accept(self, arrival: Arrival) -> int:
        """Commit a delivery's events and return how many were new; the rest were resends."""
        return self._together.submit(arrival)

    def _commit(self, arrivals: Sequence[Arrival]) -> list[int]:
        # Two processes that were sent the same events take their locks in the same order.
        order = sorted(range(len(arrivals)), key=lambda n: [event.event_id for event in arrivals[n].events])
        values = json.dumps([self._values(arrivals[n]) for n in order], separators=(",", ":"))
        fresh = self._store.call("attune_accept_each", deliveries=values)
        found = dict(zip(order, fresh, strict=True))
        return [found[n] for n in range(len(arrivals))]

    def _values(self, arrival: Arrival) -> dict[str, object]:
        return {
            "tenant": arrival.tenant,
            "installation": arrival.installation,
            "received_at": arrival.received_at.isoformat(),
            "events": [self._row(event) for event in arrival.events],
        }

    def _row(self, event: Event) -> dict[str, object]:
        """Return an event's row. What people wrote lies sealed until it is processed, and is dropped then."""
        subject = str(event.subject) if event.subject else ""
        return {
            "shard": shard_of(subject, self._shards),
            "kind": event.kind,
            "subject": subject,
            "event_id": event.event_id,
            "occurred_at": event.occurred_at.isoformat(),
            "payload": {"sealed": self._seal.close(json.dumps(event.raw, separators=(",", ":")))},
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
