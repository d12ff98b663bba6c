"""Accounts that wait to be scored. Only ever added to and taken from, so that nobody waits for anybody."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, delete, func, select
from sqlalchemy.dialects.postgresql import insert

from core.store import bulk
from core.store.tables import AccountDueRow, AccountRow


def touch(connection: Connection, tenant: str, accounts: Iterable[int]) -> bool:
    """Note that something behind these accounts has changed; return whether there is any."""
    rows = [{"tenant_id": tenant, "account_id": account} for account in sorted(set(accounts))]
    if rows:
        connection.execute(bulk.insertion(AccountDueRow.__table__, list(rows[0])), bulk.parameters(rows))
    return bool(rows)


def touch_all(connection: Connection, tenant: str) -> None:
    """Note all accounts: time alone changes what old words weigh."""
    every = select(AccountRow.tenant_id, AccountRow.id).where(AccountRow.tenant_id == tenant)
    connection.execute(insert(AccountDueRow).from_select(["tenant_id", "account_id"], every))


def take(connection: Connection, limit: int) -> list[int]:
    """Take up to ``limit`` accounts; they wait again when the transaction fails."""
    first = select(AccountDueRow.account_id).distinct().order_by(AccountDueRow.account_id).limit(limit)
    rows = select(AccountDueRow.id).where(AccountDueRow.account_id.in_(first)).with_for_update(skip_locked=True)
    gone = delete(AccountDueRow).where(AccountDueRow.id.in_(rows)).returning(AccountDueRow.account_id)
    return sorted(set(connection.execute(gone).scalars()))


def waiting(connection: Connection) -> int:
    """Return how many accounts wait."""
    return int(connection.execute(select(func.count(AccountDueRow.account_id.distinct()))).scalar_one())
