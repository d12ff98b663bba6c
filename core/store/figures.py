"""The figures that operators watch: what waits, what is dead, what is paused, per installation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from core.store import installations
from core.store.directory import Directory
from core.store.engine import Store
from core.store.tables import CounterRow, InboxRow, OutboxRow


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of one installation."""

    name: str
    help: str
    installation: str
    label: str
    value: float


def figures(store: Store, directory: Directory, now: datetime) -> Iterator[Figure]:
    """Yield the figures of every installation; labels are ids and codes, never names of people."""
    for installation, tenant, _ in directory.all():
        with store.tenant(tenant) as connection:
            yield from _of_one(connection, installation, now)


def _of_one(connection: Connection, installation: str, now: datetime) -> Iterator[Figure]:
    for name, table, help_ in (
        ("attune_inbox_events", InboxRow, "Events by state"),
        ("attune_outbox_parts", OutboxRow, "Writes by state"),
    ):
        rows = connection.execute(
            select(table.state, func.count()).where(table.installation_id == installation).group_by(table.state)
        )
        yield from (Figure(name, help_, installation, state, n) for state, n in rows)
    oldest = select(func.min(InboxRow.received_at)).where(
        InboxRow.installation_id == installation, InboxRow.state == "pending"
    )
    since = connection.execute(oldest).scalar()
    lag = (now - since).total_seconds() if since else 0.0
    yield Figure("attune_inbox_lag_seconds", "Age of the oldest waiting event", installation, "", lag)
    place = installations.read(connection, installation)
    paused = float(place is not None and place.is_paused(now))
    yield Figure("attune_installation_paused", "1 while the vendor is waited for", installation, "", paused)
    counted = select(CounterRow.name, func.sum(CounterRow.n)).where(CounterRow.installation_id == installation)
    for code, n in connection.execute(counted.group_by(CounterRow.name)):
        yield Figure("attune_deliveries_total", "Deliveries by outcome", installation, code, float(n))
