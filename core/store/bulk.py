"""Many rows in one statement: sent as one JSON value, so that a batch costs one round trip and one plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Column, ColumnElement, FromClause, Table, bindparam, func, literal_column, select
from sqlalchemy.dialects.postgresql import JSONB, Insert, insert

_NULL: ColumnElement[Any] = literal_column("'null'::jsonb")


def insertion(table: FromClause, names: Sequence[str]) -> Insert:
    """Return ``INSERT INTO table (names) SELECT ...`` over the rows of ``parameters``; conflicts are the caller's.

    Two rows of one batch must not meet in the same conflict.
    """
    assert isinstance(table, Table)
    kind: ColumnElement[Any] = literal_column(f"NULL::{table.name}")
    rows = func.jsonb_populate_recordset(kind, bindparam("rows", type_=JSONB))
    source = rows.table_valued(*names)
    return insert(table).from_select(list(names), select(*(_value(source.c[n], table.c[n]) for n in names)))


def parameters(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the rows as ``insertion`` takes them."""
    return {"rows": [{name: _plain(value) for name, value in row.items()} for row in rows]}


def _value(given: ColumnElement[Any], column: Column[Any]) -> ColumnElement[Any]:
    """A JSON null becomes SQL's NULL on the way; a column that must not be NULL gets the JSON null back."""
    return func.coalesce(given, _NULL) if isinstance(column.type, JSONB) and not column.nullable else given


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
