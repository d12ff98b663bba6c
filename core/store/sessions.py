"""Sessions of the console: a random token in the browser, its keyed digest here, gone when idle or old."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.dialects.postgresql import insert

from core.installation.modules import Stage
from core.roles import CONSOLE_ROLES, LEAST, Reader, role_of
from core.store import console_users, installations, support
from core.store.seal import Seal
from core.store.tables import ConsoleSessionRow

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
# The time of the last look is written at most this often.
GRAIN = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in person. ``must_change``: nothing but the password page is open to them."""

    reader: Reader
    digest: str
    started_at: datetime
    must_change: bool = False

    @property
    def is_support(self) -> bool:
        """Whether support looks: for a while, and without changing anything."""
        return self.reader.vendor == support.SUPPORT

    @property
    def name(self) -> str:
        """How the person is called on pages: a local user's name, or the vendor's user id."""
        ours = self.reader.vendor in (console_users.LOCAL, support.SUPPORT)
        return self.reader.user if ours else f"{self.reader.vendor} user {self.reader.user}"


def new_token() -> str:
    """Return a fresh token for a cookie."""
    return secrets.token_urlsafe(32)


def begin(connection: Connection, seal: Seal, reader: Reader, token: str, now: datetime) -> None:
    """Start a session for a reader who has just been proved; old ones of the tenant are swept away."""
    connection.execute(delete(ConsoleSessionRow).where(_over(now)))
    connection.execute(
        insert(ConsoleSessionRow).values(
            digest=digest(seal, token),
            tenant_id=reader.tenant,
            vendor=reader.vendor,
            installation_id=reader.installation,
            user_ref=reader.user,
            started_at=now,
            seen_at=now,
            expires_at=now + LONGEST,
        )
    )


def resume(connection: Connection, seal: Seal, token: str, now: datetime) -> Session | None:
    """Return the session of a token with the role of now; ``None`` when it is over, or the person may no longer."""
    wanted = ConsoleSessionRow.digest == digest(seal, token)
    row = connection.execute(select(ConsoleSessionRow.__table__).where(wanted, ~_over(now))).first()
    if row is None:
        return None
    if now - row.seen_at >= GRAIN:
        connection.execute(update(ConsoleSessionRow).where(wanted).values(seen_at=now))
    role, must_change = _standing(connection, row, now)
    if role not in CONSOLE_ROLES:
        # A role that is given again later does not open this session again.
        connection.execute(delete(ConsoleSessionRow).where(wanted))
        return None
    reader = Reader(row.tenant_id, row.installation_id, row.vendor, row.user_ref, role)
    return Session(reader, row.digest, row.started_at, must_change)


def end(connection: Connection, session: Session) -> None:
    """Sign out."""
    connection.execute(delete(ConsoleSessionRow).where(ConsoleSessionRow.digest == session.digest))


def end_of(connection: Connection, installation: str) -> None:
    """Sign out whoever came in through an installation."""
    connection.execute(delete(ConsoleSessionRow).where(ConsoleSessionRow.installation_id == installation))


def digest(seal: Seal, token: str) -> str:
    """Return what is stored of a token."""
    return seal.digest("console session", token)


def _standing(connection: Connection, row: Any, now: datetime) -> tuple[str, bool]:
    if row.vendor == support.SUPPORT:
        access = support.live(connection, row.user_ref, now)
        return (access.role if access else LEAST), False
    if row.vendor == console_users.LOCAL:
        user = console_users.find(connection, row.user_ref)
        return (user.role, user.one_time_until is not None) if user else (LEAST, False)
    place = installations.read(connection, row.installation_id)
    if place is None or place.stage == Stage.ENDED:
        return LEAST, False
    return role_of(place.options, row.user_ref, ""), False


def _over(now: datetime) -> Any:
    return (ConsoleSessionRow.expires_at <= now) | (ConsoleSessionRow.seen_at <= now - IDLE)
