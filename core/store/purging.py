"""After an uninstallation: what an installation brought goes; what other tools brought too stays with them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Table, delete, func, select

from core.model import Level
from core.store.tables import (
    AccountRow,
    Base,
    CaseRow,
    DirectoryRow,
    FeedbackRow,
    HistoryRow,
    InstallationRow,
    LinkRow,
    ObservationRow,
    PersonRow,
    TaskRow,
)

# What is kept when everything else of a tenant goes: the proof of what was done (pseudonyms, no content), that it
# existed, and who may sign in to see that.
KEPT = frozenset(
    {"audit", "audit_root", "tombstone", "tenant", "console_user", "console_session", "support_access", "directory"}
)
OF_SUBJECTS: tuple[Any, ...] = (ObservationRow, HistoryRow, TaskRow, FeedbackRow)


def purge(connection: Connection, installation: str) -> dict[str, int]:
    """Remove an installation of the transaction's tenant; return how many rows went, by table. Twice is once."""
    others = select(func.count()).where(InstallationRow.installation_id != installation)
    found = _part(connection, installation) if connection.execute(others).scalar_one() else _whole(connection)
    gone = delete(DirectoryRow).where(DirectoryRow.installation_id == installation)
    connection.execute(gone)
    return {name: count for name, count in found.items() if count}


def _whole(connection: Connection) -> dict[str, int]:
    """Remove everything of the tenant but what is kept."""
    return {table.name: connection.execute(delete(table)).rowcount for table in _tables() if table.name not in KEPT}


def _part(connection: Connection, installation: str) -> dict[str, int]:
    """Remove what belongs to one of several installations, then whoever is no longer known anywhere."""
    cases = [f"case:{id_}" for id_ in connection.execute(_ids(CaseRow, installation)).scalars()]
    counts = {table.__tablename__: _of_subjects(connection, table, cases) for table in OF_SUBJECTS}
    for table in _tables():
        if "installation_id" in table.c and table.name not in KEPT:
            gone = connection.execute(delete(table).where(table.c.installation_id == installation)).rowcount
            counts[table.name] = counts.get(table.name, 0) + gone
    for level, row in ((Level.PERSON, PersonRow), (Level.ACCOUNT, AccountRow)):
        counts[row.__tablename__] = _strangers(connection, level, row)
    return counts


def _strangers(connection: Connection, level: Level, row: Any) -> int:
    """Remove people or accounts that no remaining tool knows."""
    known = select(LinkRow.entity_id).where(LinkRow.level == level)
    held = select(CaseRow.person_id if level is Level.PERSON else CaseRow.account_id)
    gone = list(connection.execute(select(row.id).where(row.id.not_in(known), row.id.not_in(_filled(held)))).scalars())
    subjects = [f"{level}:{id_}" for id_ in gone]
    for table in OF_SUBJECTS:
        _of_subjects(connection, table, subjects)
    for table in _tables():
        if {"entity_id", "level"} <= set(table.c.keys()):
            connection.execute(delete(table).where(table.c.level == level, table.c.entity_id.in_(gone)))
        elif f"{level}_id" in table.c and table.name not in ("case_file", *KEPT):
            connection.execute(delete(table).where(table.c[f"{level}_id"].in_(gone)))
    return connection.execute(delete(row).where(row.id.in_(gone))).rowcount


def _filled(column: Any) -> Any:
    (only,) = column.selected_columns
    return column.where(only.is_not(None))


def _of_subjects(connection: Connection, table: Any, subjects: list[str]) -> int:
    return int(connection.execute(delete(table).where(table.subject.in_(subjects))).rowcount)


def _ids(row: Any, installation: str) -> Any:
    return select(row.id).where(row.installation_id == installation)


def _tables() -> Iterator[Table]:
    """Yield the tenant tables, the dependent ones first."""
    return (table for table in reversed(Base.metadata.sorted_tables) if "tenant_id" in table.c)
