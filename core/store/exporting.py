"""Everything that is stored for a tenant, as lines of JSON: for whoever leaves, before it is purged."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Table, select

from core.store.tables import Base

FORMAT = "attune-export/1"
# Secrets, what is under way, and who may sign in are nobody's data to take along.
LEFT_OUT = frozenset({"directory", "inbox", "outbox", "quarantine", "grant_state", "identity_key", "budget", "sought"})
PREFIXES = ("console_",)
SECRET = ("sealed", "digest", "hash", "token")
PAGE = 500


def lines(connection: Connection, tenant: str, now: datetime) -> Iterator[str]:
    """Yield a head and then one line a row: ``{"table": ..., "row": {...}}``."""
    yield json.dumps({"format": FORMAT, "tenant": tenant, "at": now.isoformat()}) + "\n"
    for table in sorted(_tables(), key=lambda one: one.name):
        columns = [column for column in table.c if not column.name.startswith(SECRET) and column.name != "tenant_id"]
        found = connection.execution_options(yield_per=PAGE).execute(select(*columns).order_by(*table.primary_key))
        for row in found.mappings():
            yield json.dumps({"table": table.name, "row": dict(row)}, default=_plain, ensure_ascii=False) + "\n"


def _tables() -> Iterator[Table]:
    for table in Base.metadata.sorted_tables:
        if "tenant_id" in table.c and table.name not in LEFT_OUT and not table.name.startswith(PREFIXES):
            yield table


def _plain(value: Any) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    raise TypeError(type(value).__name__)
