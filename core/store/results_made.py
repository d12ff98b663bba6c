"""Which rules the present results were made by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from core.store.tables import ObservationRow


@dataclass(frozen=True, slots=True)
class Made:
    """Results of one version of the rules: how many, and when the last of them was made."""

    rule_version: str
    count: int
    last_at: datetime


def by_version(connection: Connection) -> list[Made]:
    """Return the versions behind the present results of the transaction's tenant, newest use first."""
    last = func.max(ObservationRow.at)
    rows = connection.execute(
        select(ObservationRow.rule_version, func.count().label("n"), last.label("last"))
        .group_by(ObservationRow.rule_version)
        .order_by(last.desc())
        .limit(20)
    )
    return [Made(row.rule_version, row.n, row.last) for row in rows]
