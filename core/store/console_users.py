"""Local users of the console: made on the command line, for whoever has no vendor account or sets the first one up."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.dialects.postgresql import insert

from core.errors import ConfigurationError
from core.roles import CONSOLE_ROLES
from core.store import audit, passwords, support
from core.store.tables import ConsoleSessionRow, ConsoleUserRow

# Stands where a vendor's word stands for people who come from a vendor.
LOCAL = "console"
ONE_TIME = timedelta(hours=72)
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@+-]{0,99}", re.ASCII)


@dataclass(frozen=True, slots=True)
class ConsoleUser:
    """One local user, without what is secret. ``one_time_until``: set while the first password waits to be used."""

    name: str
    role: str
    one_time_until: datetime | None
    created_at: datetime


def add(connection: Connection, tenant: str, name: str, role: str, password: str, now: datetime) -> None:
    """Make a user, or give an existing one a new role and one-time password; signs that user out everywhere."""
    if not NAME.fullmatch(name) or support.NAME.fullmatch(name):
        raise ConfigurationError("a name has up to 100 letters, digits and . _ @ + -, and is none of support's")
    if role not in CONSOLE_ROLES:
        raise ConfigurationError(f"the role is one of {', '.join(CONSOLE_ROLES)}")
    values = {"role": role, "password_hash": passwords.close(password, name, tenant), "one_time_until": now + ONE_TIME}
    fixed = {"tenant_id": tenant, "name": name}
    statement = insert(ConsoleUserRow).values({**fixed, **values, "created_at": now})
    connection.execute(statement.on_conflict_do_update(index_elements=list(fixed), set_=values))
    sign_out(connection, name)
    _note(connection, tenant, "console_user_added", {"role": role}, now)


def remove(connection: Connection, tenant: str, name: str, now: datetime) -> bool:
    """Remove a user and all sessions of theirs; say whether there was one."""
    sign_out(connection, name)
    gone = connection.execute(delete(ConsoleUserRow).where(ConsoleUserRow.name == name)).rowcount > 0
    if gone:
        _note(connection, tenant, "console_user_removed", {}, now)
    return gone


def listed(connection: Connection) -> Sequence[ConsoleUser]:
    """Return the local users of the transaction's tenant."""
    rows = connection.execute(select(ConsoleUserRow.__table__).order_by(ConsoleUserRow.name))
    return [_user(row) for row in rows]


def find(connection: Connection, name: str) -> ConsoleUser | None:
    """Return a local user."""
    row = connection.execute(select(ConsoleUserRow.__table__).where(ConsoleUserRow.name == name)).first()
    return _user(row) if row else None


def check(connection: Connection, name: str, password: str, now: datetime) -> ConsoleUser | None:
    """Return the user whom name and password prove; a one-time password is good for 72 hours."""
    row = connection.execute(select(ConsoleUserRow.__table__).where(ConsoleUserRow.name == name)).first()
    if not passwords.fits(password, row.password_hash if row else None) or row is None:
        return None
    return None if row.one_time_until is not None and row.one_time_until <= now else _user(row)


def change_password(connection: Connection, tenant: str, name: str, password: str, now: datetime) -> None:
    """Set the user's own password; raises ``ConfigurationError`` when it is no good one."""
    values = {"password_hash": passwords.close(password, name, tenant), "one_time_until": None}
    connection.execute(update(ConsoleUserRow).where(ConsoleUserRow.name == name).values(values))
    _note(connection, tenant, "console_password_changed", {}, now)


def sign_out(connection: Connection, name: str) -> None:
    """End all sessions of a local user."""
    mine = (ConsoleSessionRow.vendor == LOCAL, ConsoleSessionRow.user_ref == name)
    connection.execute(delete(ConsoleSessionRow).where(*mine))


def _user(row: Any) -> ConsoleUser:
    return ConsoleUser(row.name, row.role, row.one_time_until, row.created_at)


def _note(connection: Connection, tenant: str, action: str, detail: dict[str, str], now: datetime) -> None:
    audit.append(connection, tenant, now, [audit.Entry("admin", action, "console", detail)])
