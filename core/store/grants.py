"""Requests for access that are under way: each is good once, for ten minutes, in the browser that began it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, text
from sqlalchemy.dialects.postgresql import insert

from core.store.seal import Seal
from core.store.tables import GrantStateRow

LIVES = timedelta(minutes=10)
_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")


@dataclass(frozen=True, slots=True)
class UnderWay:
    """One request. ``nonce`` comes back through the vendor, ``browser`` stays in the cookie of whoever began."""

    vendor: str
    nonce: str = field(repr=False)
    browser: str = field(repr=False)
    actor: str
    asked: dict[str, Any] = field(repr=False)


def begin(connection: Connection, seal: Seal, tenant: str, one: UnderWay, now: datetime) -> None:
    """Remember a request; what it holds is sealed, and its two secrets are kept as digests only."""
    connection.execute(delete(GrantStateRow).where(GrantStateRow.expires_at <= now))
    values = {
        "digest": seal.digest("grant", one.nonce),
        "tenant_id": tenant,
        "vendor": one.vendor,
        "browser": seal.digest("grant browser", one.browser),
        "actor": one.actor,
        "sealed": seal.close(json.dumps(one.asked)),
        "expires_at": now + LIVES,
    }
    connection.execute(insert(GrantStateRow).values(values))


def take(
    connection: Connection, seal: Seal, vendor: str, nonce: str, browser: str, now: datetime
) -> tuple[str, dict[str, Any]] | None:
    """Use a request up: its starter and what it holds; ``None`` when unknown, used, too old or not this browser's.

    Whoever comes with the right state but from another browser uses it up all the same: it is in wrong hands.
    """
    digest = seal.digest("grant", nonce)
    used = delete(GrantStateRow).where(GrantStateRow.digest == digest).returning(GrantStateRow.__table__)
    row = connection.execute(used).first()
    if row is None or row.expires_at <= now or row.vendor != vendor:
        return None
    if row.browser != seal.digest("grant browser", browser):
        return None
    return row.actor, json.loads(seal.open(row.sealed))


def drop_old(connection: Connection, now: datetime) -> int:
    """Remove what nobody came back for; return how many."""
    return connection.execute(delete(GrantStateRow).where(GrantStateRow.expires_at <= now)).rowcount


def hold(connection: Connection, vendor: str, account_ref: str) -> None:
    """Let nobody else connect this account until the transaction ends."""
    connection.execute(_LOCK, {"name": f"connect:{vendor}:{account_ref}"})
