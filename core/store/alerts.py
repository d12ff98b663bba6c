"""CORE-4: one interruptive alert a case in ten minutes, whoever has the case open."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete
from sqlalchemy.dialects.postgresql import insert

from core.store.installations import Installation
from core.store.tables import AlertRow

QUIET = timedelta(minutes=10)


def claim(connection: Connection, installation: Installation, case: str, now: datetime) -> bool:
    """Say whether to interrupt now; the first who asks is told so, everybody else not until the time is over."""
    connection.execute(delete(AlertRow).where(AlertRow.at <= now - QUIET))
    row = {
        "tenant_id": installation.tenant,
        "installation_id": installation.id,
        "external_id": case,
        "at": now,
    }
    mine = insert(AlertRow).values(row).on_conflict_do_nothing().returning(AlertRow.at)
    return connection.execute(mine).first() is not None
