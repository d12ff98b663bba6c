"""PRIV-5: the chain names the first row that was touched, and the application cannot touch one."""

from __future__ import annotations

import secrets
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from core.store import audit
from core.store.audit import Entry
from core.store.embedded import Addresses
from core.store.engine import Store

AT = datetime(2026, 11, 20, 12, 0, 0, 123456, tzinfo=UTC)


def filled(store: Store, count: int) -> str:
    tenant = f"audit-{secrets.token_hex(4)}"
    with store.tenant(tenant) as connection:
        entries = [
            Entry("system", "judged", f"s{n}", {"n": n, "half": 0.5, "word": "é", "none": None}) for n in range(count)
        ]
        audit.append(connection, tenant, AT, entries)
    return tenant


def tamper(database: Addresses, tenant: str, statement: str) -> None:
    """Change rows as the owner of the tables, past the application."""
    with psycopg.connect(database.owner) as db:
        db.execute("SELECT set_config('attune.tenant', %s, true)", [tenant])
        assert db.execute(statement).rowcount > 0


def checked(store: Store, tenant: str) -> tuple[int, int | None]:
    with store.tenant(tenant) as connection:
        return audit.verify(connection)


def test_an_untouched_chain_is_whole(store: Store) -> None:
    assert checked(store, filled(store, 1000)) == (1000, None)
    assert checked(store, "nobody-yet") == (0, None)


@pytest.mark.parametrize(
    ("statement", "first"),
    [
        ("UPDATE audit SET action = 'other' WHERE seq = 412", 412),
        ("UPDATE audit SET detail = detail || '{\"n\": 412}' WHERE seq = 412", 412),
        ("UPDATE audit SET at = at + interval '1 microsecond' WHERE seq = 412", 412),
        ("UPDATE audit SET hash = repeat('0', 64) WHERE seq = 412", 412),
        ("UPDATE audit SET subject = 's' WHERE seq IN (412, 500)", 412),
        ("DELETE FROM audit WHERE seq = 412", 413),
        ("DELETE FROM audit WHERE seq <= 412", 413),
    ],
)
def test_the_first_break_is_named(store: Store, database: Addresses, statement: str, first: int) -> None:
    tenant = filled(store, 600)
    tamper(database, tenant, statement)
    assert checked(store, tenant)[1] == first


def test_a_shortened_chain_misses_its_root(store: Store, database: Addresses) -> None:
    tenant = filled(store, 20)
    with store.tenant(tenant) as connection:
        audit.anchor(connection, tenant, date(2026, 11, 20))
        audit.anchor(connection, tenant, date(2026, 11, 20))
        assert audit.unmatched_roots(connection) == []
    tamper(database, tenant, "DELETE FROM audit WHERE seq > 15")
    with store.tenant(tenant) as connection:
        assert audit.verify(connection) == (15, None)
        assert audit.unmatched_roots(connection) == [date(2026, 11, 20)]


def test_a_deed_undone_leaves_no_row_and_no_gap(store: Store) -> None:
    tenant = filled(store, 3)
    with pytest.raises(RuntimeError), store.tenant(tenant) as connection:
        audit.append(connection, tenant, AT, [Entry("system", "undone", "s")])
        raise RuntimeError
    with store.tenant(tenant) as connection:
        audit.append(connection, tenant, AT, [Entry("system", "done", "s")])
    assert checked(store, tenant) == (4, None)


def test_many_at_once_make_one_chain(store: Store) -> None:
    tenant = filled(store, 1)

    def add(n: int) -> None:
        with store.tenant(tenant) as connection:
            two = [Entry("system", "judged", f"{n}"), Entry("system", "written", f"{n}")]
            audit.append(connection, tenant, AT, two)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(add, range(40)))
    assert checked(store, tenant) == (81, None)


def test_chains_of_tenants_are_their_own(store: Store, database: Addresses) -> None:
    one, other = filled(store, 5), filled(store, 5)
    tamper(database, one, "UPDATE audit SET action = 'x' WHERE seq = 2")
    found: dict[str, Any] = {tenant: checked(store, tenant)[1] for tenant in (one, other)}
    assert found == {one: 2, other: None}


def old_and_new(store: Store, old: datetime) -> str:
    """A chain with rows of long ago, anchored then, and rows of today."""
    tenant = f"audit-{secrets.token_hex(4)}"
    for at, count in ((old, 5), (old + timedelta(days=1), 3), (datetime.now(UTC), 4)):
        with store.tenant(tenant) as connection:
            audit.append(connection, tenant, at, [Entry("system", "judged", f"s{n}") for n in range(count)])
            audit.anchor(connection, tenant, at.date())
    return tenant


def test_what_had_its_time_goes_and_the_rest_is_still_a_chain(store: Store, database: Addresses) -> None:
    tenant = old_and_new(store, datetime.now(UTC) - timedelta(days=800))
    with store.tenant(tenant) as connection:
        assert audit.purge(connection, tenant, datetime.now(UTC)) == 8
        assert audit.purge(connection, tenant, datetime.now(UTC)) == 0
    assert checked(store, tenant) == (5, None)  # with the row that tells of the purge
    with store.tenant(tenant) as connection:
        assert audit.unmatched_roots(connection) == []
    tamper(database, tenant, "DELETE FROM audit WHERE seq = 9")
    assert checked(store, tenant)[1] == 10


def test_another_tenants_transaction_lets_go_of_nothing(store: Store) -> None:
    tenant = old_and_new(store, datetime.now(UTC) - timedelta(days=800))
    with store.tenant("somebody-else") as connection:
        assert audit.purge(connection, "somebody-else", datetime.now(UTC)) == 0
    assert checked(store, tenant) == (12, None)


def test_what_is_not_old_stays_whatever_the_application_asks(store: Store) -> None:
    tenant = old_and_new(store, datetime.now(UTC) - timedelta(days=700))
    with store.tenant(tenant) as connection:
        assert audit.purge(connection, tenant, datetime.now(UTC)) == 0
    with pytest.raises(ProgrammingError, match="six months"), store.tenant(tenant) as connection:
        connection.execute(text("SELECT attune_purge_audit(current_date)"))
    with pytest.raises(ProgrammingError, match="permission denied"), store.tenant(tenant) as connection:
        connection.execute(text("DELETE FROM audit"))
