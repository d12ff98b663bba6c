"""That people were erased, when, and how much: for the page of the privacy officer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from core.store.tables import TombstoneRow


@dataclass(frozen=True, slots=True)
class Tombstone:
    """One erasure: a keyed pseudonym and counts by table."""

    pseudonym: str
    at: datetime
    counts: Mapping[str, int]


def newest(connection: Connection, limit: int) -> list[Tombstone]:
    """Return the newest erasures of the transaction's tenant."""
    rows = connection.execute(select(TombstoneRow.__table__).order_by(TombstoneRow.at.desc()).limit(limit))
    return [Tombstone(row.pseudonym, row.at, row.counts) for row in rows]
