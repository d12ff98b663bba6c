"""People and accounts that a batch makes: their numbers are taken at once, and at once they are stored."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from core.model import Account, Level, Person
from core.store import bulk
from core.store.tables import AccountRow, PersonRow

_NUMBERS = text("SELECT nextval(pg_get_serial_sequence(:kind, 'id')) FROM generate_series(1, :most)")
_KINDS = {Level.PERSON: PersonRow, Level.ACCOUNT: AccountRow}


class Newcomers:
    """Up to ``most`` new entities of one level."""

    def __init__(self, connection: Connection, level: Level, most: int) -> None:
        self._connection, self._table = connection, _KINDS[level].__table__
        values = {"kind": _KINDS[level].__tablename__, "most": most}
        self._ids = iter(connection.execute(_NUMBERS, values).scalars().all() if most else ())
        self._rows: list[dict[str, Any]] = []

    def add(self, record: Person | Account) -> int:
        """Return the number of a new entity that ``record`` stands for."""
        known = {"minor": record.minor} if isinstance(record, Person) else _company(record)
        self._rows.append({"id": next(self._ids), **known})
        return int(self._rows[-1]["id"])

    def save(self, tenant: str, at: datetime) -> None:
        """Store them; what else speaks of them comes after."""
        rows = [{**row, "tenant_id": tenant, "created_at": at} for row in self._rows]
        if rows:
            self._connection.execute(bulk.insertion(self._table, list(rows[0])), bulk.parameters(rows))


def _company(record: Account) -> dict[str, Any]:
    return {"name": record.name, "owner_id": record.owner_id}
