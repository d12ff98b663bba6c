"""How often somebody may try to sign in, counted in the database so that all web processes count together."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection, case, delete, update
from sqlalchemy.dialects.postgresql import insert

from core.store.seal import Seal
from core.store.tables import SignInTryRow

WINDOW = timedelta(minutes=15)
# One name from one address; one address; one name from everywhere. The last is wide: nobody is to lock others out.
PAIR, ADDRESS, NAME = 5, 30, 50


def buckets(seal: Seal, tenant: str, name: str, address: str) -> dict[str, int]:
    """Return bucket -> tries within the window; the buckets are keyed digests and name nobody."""
    return {
        seal.digest("try pair", tenant, name, address): PAIR,
        seal.digest("try address", address): ADDRESS,
        seal.digest("try name", tenant, name): NAME,
    }


def take(connection: Connection, wanted: Mapping[str, int], now: datetime) -> bool:
    """Count a try before it is looked at, so that tries at the same moment count too; say whether it is allowed."""
    connection.execute(delete(SignInTryRow).where(SignInTryRow.until <= now))
    statement = insert(SignInTryRow)
    over = SignInTryRow.until <= now
    again = {
        "n": case((over, 1), else_=SignInTryRow.n + 1),
        "until": case((over, statement.excluded.until), else_=SignInTryRow.until),
    }
    allowed = True
    for bucket in sorted(wanted):
        row = {"bucket": bucket, "n": 1, "until": now + WINDOW}
        counted = statement.values(row).on_conflict_do_update(index_elements=["bucket"], set_=again)
        allowed &= connection.execute(counted.returning(SignInTryRow.n)).scalar_one() <= wanted[bucket]
    return allowed


def give_back(connection: Connection, wanted: Mapping[str, int]) -> None:
    """Uncount a try that was right."""
    mine = SignInTryRow.bucket.in_(list(wanted))
    connection.execute(update(SignInTryRow).where(mine, SignInTryRow.n > 0).values(n=SignInTryRow.n - 1))
