"""Usage fed through the signals webhook, turned into health inputs (formats: usage and adoption)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, select
from sqlalchemy.dialects.postgresql import insert

from core.health import signals as health_signals
from core.model import Level
from core.store.histories import AccountFacts
from core.store.tables import IdentityKeyRow, SignalRow

LOOK_BACK = timedelta(days=70)


def add(connection: Connection, tenant: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add counts per account, kind, name and day."""
    statement = insert(SignalRow)
    added = statement.on_conflict_do_update(
        index_elements=["tenant_id", "account_key", "kind", "name", "day"],
        set_={"n": SignalRow.n + statement.excluded.n},
    )
    connection.execute(added, [{"tenant_id": tenant, **row} for row in rows])


def accounts_of(connection: Connection, keys: Iterable[str]) -> set[int]:
    """Return our accounts behind digests of account keys."""
    statement = select(IdentityKeyRow.entity_id).where(
        IdentityKeyRow.level == Level.ACCOUNT, IdentityKeyRow.digest.in_(sorted(keys))
    )
    return set(connection.execute(statement).scalars())


def with_signals(connection: Connection, facts: Mapping[int, AccountFacts], now: datetime) -> dict[int, AccountFacts]:
    """Return the accounts with what their feeds say; a mapped field of the vendor wins over a feed."""
    counts = _counts(connection, facts, now)
    return {
        id_: replace(one, signals={**health_signals.from_counts(counts.get(id_, ()), now.date()), **one.signals})
        for id_, one in facts.items()
    }


def _counts(
    connection: Connection, ids: Mapping[int, AccountFacts], now: datetime
) -> dict[int, list[health_signals.DayCount]]:
    what = (SignalRow.kind, SignalRow.name, SignalRow.day)
    rows = connection.execute(
        select(IdentityKeyRow.entity_id, *what, func.sum(SignalRow.n).label("n"))
        .join(SignalRow, SignalRow.account_key == IdentityKeyRow.digest)
        .where(
            IdentityKeyRow.level == Level.ACCOUNT,
            IdentityKeyRow.entity_id.in_(sorted(ids)),
            SignalRow.day > (now - LOOK_BACK).date(),
        )
        .group_by(IdentityKeyRow.entity_id, *what)
    )
    found: dict[int, list[health_signals.DayCount]] = {}
    for row in rows:
        found.setdefault(row.entity_id, []).append(health_signals.DayCount(row.kind, row.name, row.day, row.n))
    return found
