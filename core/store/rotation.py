"""Seals everything again with the newest key, so that an old one can be taken out of ``ATTUNE_KEYS``."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from core.store.seal import Seal
from core.store.tables import (
    Base,
    DirectoryRow,
    GrantStateRow,
    IdentityKeyRow,
    InboxRow,
    InstallationRow,
    QuarantineRow,
)

_SEALED: tuple[tuple[type[Base], str], ...] = (
    (InstallationRow, "sealed_token"),
    (IdentityKeyRow, "sealed"),
    (QuarantineRow, "sealed_body"),
    (GrantStateRow, "sealed"),
)


def rotate_tenant(connection: Connection, seal: Seal) -> int:
    """Seal the secrets of the transaction's tenant again; return how many there were."""
    return sum(_rotate(connection, seal, table, column) for table, column in _SEALED) + _rotate_inbox(connection, seal)


def rotate_directory(connection: Connection, seal: Seal) -> int:
    """Seal the signing secrets again; return how many there were."""
    return _rotate(connection, seal, DirectoryRow, "sealed_secrets")


def _rotate_inbox(connection: Connection, seal: Seal) -> int:
    """Seal again what still waits to be processed."""
    waiting = select(InboxRow.id, InboxRow.payload).where(InboxRow.payload.is_not(None)).with_for_update()
    rows = [row for row in connection.execute(waiting) if row.payload and "sealed" in row.payload]
    for row in rows:
        fresh = {"sealed": seal.rotate(row.payload["sealed"])}
        connection.execute(update(InboxRow).where(InboxRow.id == row.id).values(payload=fresh))
    return len(rows)


def _rotate(connection: Connection, seal: Seal, table: type[Base], column: str) -> int:
    columns = table.__table__.c
    keys = [key.name for key in columns if key.primary_key]
    rows = connection.execute(select(*(columns[name] for name in (*keys, column))).where(columns[column] != "")).all()
    if not rows:
        return 0
    statement = update(table.__table__).values({column: bindparam("fresh")})  # type: ignore[arg-type]
    # A token renewed meanwhile has the newest key already and must not be overtaken by its old self.
    statement = statement.where(columns[column] == bindparam("stale"))
    for name in keys:
        statement = statement.where(columns[name] == bindparam(f"of_{name}"))
    connection.execute(statement, [_fresh(seal, row, keys, column) for row in rows])
    return len(rows)


def _fresh(seal: Seal, row: Any, keys: list[str], column: str) -> dict[str, Any]:
    stale = getattr(row, column)
    return {**{f"of_{name}": getattr(row, name) for name in keys}, "stale": stale, "fresh": seal.rotate(stale)}
