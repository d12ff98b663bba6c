"""What stands in the vendors' records, as far as we wrote it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select, tuple_

from core.fields import catalogue
from core.model import IntentKind, Value
from core.store import bulk
from core.store.tables import OutboxRow, WrittenRow

# Nothing is remembered of a record that was emptied because its person was erased.
ERASURE = "erasure"
VALUES = (IntentKind.SET_FIELD, IntentKind.TAG)


def written(connection: Connection, pairs: Iterable[tuple[str, str]]) -> dict[tuple[str, str], dict[str, Value]]:
    """Return what was last written, per (installation, record): field key -> value."""
    wanted = sorted(set(pairs))
    found: dict[tuple[str, str], dict[str, Value]] = {pair: {} for pair in wanted}
    rows = connection.execute(
        select(WrittenRow.installation_id, WrittenRow.record, WrittenRow.kind, WrittenRow.name, WrittenRow.value).where(
            tuple_(WrittenRow.installation_id, WrittenRow.record).in_(wanted)
        )
    )
    for row in rows:
        found[row.installation_id, row.record][f"{row.kind}:{row.name}"] = row.value
    return found


def waiting(connection: Connection, pairs: Iterable[tuple[str, str]]) -> list[Any]:
    """Return the values in the outbox for these records, locked: none is taken to the vendor meanwhile."""
    where = tuple_(OutboxRow.installation_id, OutboxRow.record).in_(sorted(set(pairs))), OutboxRow.kind.in_(VALUES)
    columns = (OutboxRow.id, OutboxRow.installation_id, OutboxRow.record, OutboxRow.kind, OutboxRow.name)
    statement = select(*columns, OutboxRow.value, OutboxRow.state, OutboxRow.at).where(*where).order_by(OutboxRow.id)
    return list(connection.execute(statement.with_for_update()))


def expected(
    connection: Connection, pairs: Iterable[tuple[str, str]], queued: Iterable[Any]
) -> dict[tuple[str, str], dict[str, Value]]:
    """Return what records will hold once everything on its way has arrived, as ``written`` does.

    ``queued``: the rows of ``waiting``. Read before, for what arrives in between stands in one of the two.
    """
    held = written(connection, pairs)
    for row in queued:
        if row.state == "sending":
            held[row.installation_id, row.record][f"{row.kind}:{row.name}"] = row.value
    return held


def said(connection: Connection, rows: Sequence[Any]) -> list[Any]:
    """Return the rows of remarks that stand in their record already."""
    remarks = [row for row in rows if row.kind == IntentKind.REMARK]
    held = written(connection, ((row.installation_id, row.record) for row in remarks)) if remarks else {}
    return [row for row in remarks if f"{row.kind}:{row.name}" in held[row.installation_id, row.record]]


def note_written(connection: Connection, tenant: str, rows: Iterable[Any], now: datetime) -> None:
    """Remember what now stands in the vendor's records."""
    values = [
        {
            "installation_id": row.installation_id,
            "record": row.record,
            "kind": row.kind,
            "name": row.name,
            "tenant_id": tenant,
            "value": _remembered(row),
            "at": now,
            "expires_at": _expiry(row),
        }
        for row in rows
        if row.rule_version != ERASURE
    ]
    if not values:
        return
    statement = bulk.insertion(WrittenRow.__table__, list(values[0]))
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["installation_id", "record", "kind", "name"],
            set_={name: statement.excluded[name] for name in ("value", "at", "expires_at")},
        ),
        bulk.parameters(values),
    )


def _remembered(row: Any) -> Value:
    """Return what has to be known later: a field's value; of remarks and tasks only that they stand there."""
    return row.value if row.kind in VALUES else True


def _expiry(row: Any) -> datetime | None:
    entry = catalogue().get(row.name) if row.kind == IntentKind.SET_FIELD else None
    if entry is None or not entry.keep_days or row.value is None:
        return None
    at: datetime = row.at
    return at + timedelta(days=entry.keep_days)


def cleared(row: Any, tenant: str, now: datetime, why: str) -> dict[str, Any]:
    """Return the outbox row that empties what stands in a record; ``why`` takes the place of the rules' version."""
    fixed: dict[str, Any] = {"tenant_id": tenant, "value": None, "person_id": None, "reasons": [], "rule_version": why}
    where = {name: getattr(row, name) for name in ("installation_id", "record", "kind", "name")}
    return {**where, **fixed, "purpose": catalogue()[row.name].purpose, "at": now, "created_at": now, "due_at": now}
