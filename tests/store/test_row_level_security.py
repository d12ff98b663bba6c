"""One tenant's transaction sees and changes nothing of another's, whatever query somebody writes by hand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg import errors, sql

from core.store.embedded import Addresses
from core.store.engine import Store
from core.store.tables import TENANT_TABLES

MADE_UP = {
    "text": "x",
    "bigint": 1,
    "integer": 1,
    "smallint": 1,
    "boolean": True,
    "double precision": 1.0,
    "timestamp with time zone": "2026-11-20T12:00:00Z",
    "date": "2026-11-20",
    "jsonb": "{}",
    "ARRAY": "{}",
}
REFUSED = (errors.InsufficientPrivilege, errors.FeatureNotSupported)
Db = psycopg.Connection[Any]


@pytest.fixture
def db(database: Addresses) -> Iterator[Db]:
    """A connection as the application's role; everything is rolled back."""
    with psycopg.connect(database.app) as connection:
        yield connection
        connection.rollback()


def enter(db: Db, tenant: str) -> None:
    db.execute("SELECT set_config('attune.tenant', %s, true)", [tenant])


def columns(db: Db, table: str) -> dict[str, str]:
    found = db.execute(
        "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = %s"
        " AND is_identity = 'NO' AND (is_nullable = 'NO' AND column_default IS NULL)",
        [table],
    )
    return {str(name): str(kind) for name, kind in found}


def fill(db: Db, table: str, tenant: str) -> None:
    """Insert one made-up row of a tenant."""
    row: dict[str, Any] = {name: MADE_UP[kind] for name, kind in columns(db, table).items()} | {"tenant_id": tenant}
    if table == "turn":
        fill(db, "case_file", tenant)
        row["case_id"] = db.execute("SELECT max(id) FROM case_file").fetchone()[0]  # type: ignore[index]
    names = sql.SQL(", ").join(map(sql.Identifier, row))
    marks = sql.SQL(", ").join(sql.Placeholder() * len(row))
    statement = sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(sql.Identifier(table), names, marks)
    db.execute(statement, list(row.values()))


def seen(db: Db, table: str) -> int:
    rows = db.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))).fetchone()
    assert rows is not None
    return int(rows[0])


@pytest.mark.parametrize("table", TENANT_TABLES)
def test_a_row_of_another_tenant_is_not_there(db: Db, table: str) -> None:
    name = sql.Identifier(table)
    enter(db, "owner-of-the-row")
    before = seen(db, table)
    fill(db, table, "owner-of-the-row")
    assert seen(db, table) == before + 1
    enter(db, "somebody-else")
    assert seen(db, table) == 0
    statements = (
        sql.SQL("SELECT 1 FROM {} WHERE tenant_id = 'owner-of-the-row' OR true").format(name),
        sql.SQL("UPDATE {} SET tenant_id = 'somebody-else'").format(name),
        sql.SQL("DELETE FROM {}").format(name),
    )
    for statement in statements:
        try:
            with db.transaction():
                assert db.execute(statement).rowcount == 0
        except errors.InsufficientPrivilege:
            assert table in {"audit", "audit_root", "configuration"}, "only what is never changed"
    with db.cursor().copy(sql.SQL("COPY {} TO STDOUT").format(name)) as copied:
        assert b"".join(copied) == b""
    enter(db, "owner-of-the-row")
    assert seen(db, table) == before + 1


@pytest.mark.parametrize("table", TENANT_TABLES)
def test_a_row_cannot_be_put_into_another_tenant(db: Db, table: str) -> None:
    enter(db, "owner-of-the-row")
    if table == "turn":
        fill(db, "case_file", "owner-of-the-row")
    enter(db, "somebody-else")
    with pytest.raises(REFUSED), db.transaction():
        fill(db, table, "owner-of-the-row")
    with (
        pytest.raises(REFUSED),
        db.transaction(),
        db.cursor().copy(sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(table))) as copied,
    ):
        copied.write(b"x\n")


@pytest.mark.parametrize("table", sorted(set(TENANT_TABLES) - {"audit", "audit_root"}))
def test_a_row_cannot_be_given_to_another_tenant(db: Db, table: str) -> None:
    enter(db, "owner-of-the-row")
    fill(db, table, "owner-of-the-row")
    with pytest.raises(errors.InsufficientPrivilege), db.transaction():
        db.execute(sql.SQL("UPDATE {} SET tenant_id = 'somebody-else'").format(sql.Identifier(table)))


@pytest.mark.parametrize("table", TENANT_TABLES)
def test_without_a_tenant_nothing_is_seen(db: Db, table: str) -> None:
    enter(db, "owner-of-the-row")
    fill(db, table, "owner-of-the-row")
    for nobody in ("", "%", "' OR true --"):
        enter(db, nobody)
        assert seen(db, table) == 0


def test_a_connection_given_back_remembers_no_tenant(database: Addresses) -> None:
    store = Store(database.app, pool_size=1)
    with store.tenant("t-leak") as connection:
        connection.exec_driver_sql("INSERT INTO person (tenant_id, created_at) VALUES ('t-leak', now())")
        first = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar()
    with store.outside() as connection:
        assert connection.exec_driver_sql("SELECT pg_backend_pid()").scalar() == first
        assert connection.exec_driver_sql("SELECT count(*) FROM person").scalar() == 0
    with store.tenant("t-leak") as connection:
        assert connection.exec_driver_sql("DELETE FROM person").rowcount == 1
    store.close()


@pytest.mark.parametrize(
    "statement",
    [
        "SET row_security = off; SELECT count(*) FROM person",
        "ALTER TABLE person DISABLE ROW LEVEL SECURITY",
        "DROP POLICY only_own_tenant ON person",
        "CREATE POLICY more ON person USING (true)",
        "TRUNCATE person",
        "SET ROLE attune_owner",
        "SET SESSION AUTHORIZATION attune_owner",
        "ALTER ROLE attune_app BYPASSRLS",
        "UPDATE audit SET action = 'nothing'",
        "DELETE FROM audit",
        "TRUNCATE audit",
        "DELETE FROM audit_root",
    ],
)
def test_the_role_cannot_free_itself(db: Db, statement: str) -> None:
    enter(db, "t")
    with pytest.raises(errors.InsufficientPrivilege):
        db.execute(statement)


def test_the_role_is_no_superuser_and_every_tenant_table_is_forced(db: Db) -> None:
    role = db.execute(
        "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname = current_user"
    ).fetchone()
    assert role == (False, False, False, False)
    forced = db.execute(
        "SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id'"
        " WHERE c.relkind = 'r' AND c.relrowsecurity AND c.relforcerowsecurity"
    ).fetchall()
    holding = db.execute(
        "SELECT table_name FROM information_schema.columns WHERE column_name = 'tenant_id' AND table_schema = 'public'"
    ).fetchall()
    # The directory tells whose an address is, before a tenant is known; it holds sealed secrets and no content.
    assert {name for (name,) in holding} - {name for (name,) in forced} == {"directory"}
    assert set(TENANT_TABLES) == {name for (name,) in forced}
    borrowed = db.execute("SELECT proname FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace")
    # It takes no tenant, lets go of nothing younger than six months, and the policies bind its owner too.
    assert borrowed.fetchall() == [("attune_purge_audit",)]
