"""CORE-1's delivery health of one tenant: what came, what was refused, what waits, what is dead, who is paused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, select

from core.reasons import REFUSALS, Severity
from core.store import dead, feeds, installations
from core.store.dead import Letter
from core.store.installations import Installation
from core.store.tables import CounterRow, InboxRow, OutboxRow

HOURS = 24
RECEIVED = "received"


@dataclass(frozen=True, slots=True)
class Hour:
    """One hour of one installation: events that came, and deliveries or events that were refused."""

    at: datetime
    received: int
    refused: int


@dataclass(frozen=True, slots=True)
class Health:
    """One installation. ``refused``: code -> how many in the last 24 hours; resends and echoes are no refusals.

    ``lag_seconds``: age of the oldest event that waits. ``silent``: how long the feed has been unusually quiet.
    """

    place: Installation
    hours: tuple[Hour, ...]
    refused: Mapping[str, int]
    waiting_in: int
    waiting_out: int
    lag_seconds: float
    silent: timedelta | None
    letters: tuple[Letter, ...]

    @property
    def received(self) -> int:
        """Events in the last 24 hours."""
        return sum(hour.received for hour in self.hours)


def health(connection: Connection, now: datetime) -> list[Health]:
    """Return the health of every installation of the transaction's tenant."""
    return [_of(connection, place, now) for place in installations.of_tenant(connection)]


def _of(connection: Connection, place: Installation, now: datetime) -> Health:
    since = now.replace(minute=0, second=0, microsecond=0) - timedelta(hours=HOURS - 1)
    counted = connection.execute(
        select(CounterRow.hour, CounterRow.name, CounterRow.n).where(
            CounterRow.installation_id == place.id, CounterRow.hour >= since
        )
    ).all()
    waiting, oldest = connection.execute(
        select(func.count(), func.min(InboxRow.received_at)).where(
            InboxRow.installation_id == place.id, InboxRow.state == "pending"
        )
    ).one()
    outgoing = select(func.count()).where(OutboxRow.installation_id == place.id, OutboxRow.state != "dead")
    return Health(
        place=place,
        hours=_hours(counted, since),
        refused=_refused(counted),
        waiting_in=waiting,
        waiting_out=connection.execute(outgoing).scalar_one(),
        lag_seconds=max(0.0, (now - oldest).total_seconds()) if oldest else 0.0,
        silent=feeds.silent_for(connection, place.id, now),
        letters=tuple(dead.all_of(connection, place.id)),
    )


def _is_refusal(name: str) -> bool:
    return name in REFUSALS and REFUSALS[name].severity is not Severity.INFO


def _hours(counted: Sequence[Any], since: datetime) -> tuple[Hour, ...]:
    received, refused = dict[datetime, int](), dict[datetime, int]()
    for row in counted:
        into = received if row.name == RECEIVED else refused if _is_refusal(row.name) else {}
        into[row.hour] = into.get(row.hour, 0) + row.n
    times = [since + timedelta(hours=n) for n in range(HOURS)]
    return tuple(Hour(at, received.get(at, 0), refused.get(at, 0)) for at in times)


def _refused(counted: Sequence[Any]) -> dict[str, int]:
    found: dict[str, int] = {}
    for row in counted:
        if _is_refusal(row.name):
            found[row.name] = found.get(row.name, 0) + row.n
    return dict(sorted(found.items(), key=lambda entry: -entry[1]))
