"""Observations: the current value of each key, and how it went."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from core.judgement import Scored
from core.model import Observation
from core.store import bulk, judgements
from core.store.tables import HistoryRow, ObservationRow

_KEPT = ("value", "confidence", "reasons", "refused", "rule_version", "at", "expires_at")


def save(
    connection: Connection, tenant: str, seen: Sequence[Observation], previous: Mapping[str, Mapping[str, Scored]]
) -> None:
    """Store observations; one that is older than what is there changes nothing."""
    newest = {(one.subject, one.key): one for one in seen}
    rows = [judgements.observation_row(tenant, one) for one in newest.values()]
    if not rows:
        return
    statement = bulk.insertion(ObservationRow.__table__, list(rows[0]))
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["subject", "key"],
            set_={name: statement.excluded[name] for name in _KEPT},
            where=ObservationRow.at <= statement.excluded.at,
        ),
        bulk.parameters(rows),
    )
    _save_history(connection, [row for row in rows if _moved(row, previous)])


def _moved(row: Mapping[str, Any], previous: Mapping[str, Mapping[str, Scored]]) -> bool:
    old = previous.get(row["subject"], {}).get(row["key"])
    value = row["value"]["value"]
    return value is not None and (old is None or old.value != value)


def _save_history(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    names = ("tenant_id", "subject", "key", "at", "value", "rule_version", "expires_at")
    moved = [{name: row[name] for name in names} | {"at": _slot(row)} for row in rows]
    if moved:
        statement = bulk.insertion(HistoryRow.__table__, names)
        connection.execute(
            statement.on_conflict_do_update(
                index_elements=["subject", "key", "at"], set_={"value": statement.excluded.value}
            ),
            bulk.parameters(moved),
        )


def _slot(row: Mapping[str, Any]) -> Any:
    """Accounts keep one row a day, cases one a change."""
    day = row["subject"].startswith("account:")
    return row["at"].replace(hour=0, minute=0, second=0, microsecond=0) if day else row["at"]
