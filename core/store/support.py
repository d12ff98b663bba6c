"""PRIV-6, breaking the glass: whoever runs Attune looks into an organisation's console for a written reason.

For an hour at most, as one role, without changing anything; each page that is opened stands in the trail, and the
organisation's admins see it while it lasts, can end it, and look it over afterwards.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from core.compliance.retention import SCHEDULE
from core.errors import ConfigurationError
from core.roles import CONSOLE_ROLES
from core.store import audit, passwords
from core.store.tables import AuditRow, ConsoleSessionRow, SupportAccessRow

# Stands where a vendor's word stands for people who come from a vendor.
SUPPORT = "support"
NAME = re.compile(r"support-[0-9a-f]{6}", re.ASCII)
LONGEST = timedelta(minutes=60)
ONCE = timedelta(minutes=1)
SHORTEST_REASON, LONGEST_REASON = 10, 300


@dataclass(frozen=True, slots=True)
class Access:
    """One look, without what is secret. ``until``: when it ends or was ended."""

    name: str
    role: str
    reason: str
    opened_at: datetime
    until: datetime
    reviewed_at: datetime | None


def begin(
    connection: Connection, tenant: str, role: str, reason: str, lasts: timedelta, now: datetime
) -> tuple[Access, str]:
    """Open the console for support; return the access and its password, which is stored nowhere."""
    reason = " ".join(reason.split())
    if role not in CONSOLE_ROLES:
        raise ConfigurationError(f"the role is one of {', '.join(CONSOLE_ROLES)}")
    if not SHORTEST_REASON <= len(reason) <= LONGEST_REASON:
        raise ConfigurationError(f"say why, in {SHORTEST_REASON} to {LONGEST_REASON} characters: the admins read it")
    if not timedelta() < lasts <= LONGEST:
        raise ConfigurationError("support looks for 60 minutes at most")
    name, password = f"support-{secrets.token_hex(3)}", passwords.one_time()
    access = Access(name, role, reason, now, now + lasts, None)
    row = {"tenant_id": tenant, "name": name, "role": role, "reason": reason, "opened_at": now, "until": access.until}
    connection.execute(insert(SupportAccessRow).values({**row, "password_hash": passwords.close(password)}))
    detail = {"name": name, "role": role, "reason": reason, "minutes": int(lasts.total_seconds() // 60)}
    audit.append(connection, tenant, now, [audit.Entry(SUPPORT, "support_opened", "tenant", detail)])
    return access, password


def check(connection: Connection, name: str, password: str, now: datetime) -> Access | None:
    """Return the access that name and password prove, while it lasts."""
    row = connection.execute(_of(name)).first()
    if not passwords.fits(password, row.password_hash if row else None) or row is None:
        return None
    return _access(row) if row.until > now else None


def live(connection: Connection, name: str, now: datetime) -> Access | None:
    """Return an access while it lasts."""
    row = connection.execute(_of(name).where(SupportAccessRow.until > now)).first()
    return _access(row) if row else None


def listed(connection: Connection) -> list[Access]:
    """Return the accesses of the transaction's tenant, newest first."""
    newest = select(SupportAccessRow.__table__).order_by(SupportAccessRow.opened_at.desc()).limit(100)
    return [_access(row) for row in connection.execute(newest)]


def to_tell(connection: Connection) -> list[Access]:
    """Return what nobody has looked over yet, newest first."""
    return [one for one in listed(connection) if one.reviewed_at is None]


def end(connection: Connection, tenant: str, name: str, actor: str, now: datetime) -> bool:
    """End an access at once; say whether it was open."""
    open_ = update(SupportAccessRow).where(SupportAccessRow.name == name, SupportAccessRow.until > now)
    if not connection.execute(open_.values(until=now)).rowcount:
        return False
    mine = (ConsoleSessionRow.vendor == SUPPORT, ConsoleSessionRow.user_ref == name)
    connection.execute(delete(ConsoleSessionRow).where(*mine))
    audit.append(connection, tenant, now, [audit.Entry(actor, "support_ended", "tenant", {"name": name})])
    return True


def review(connection: Connection, tenant: str, name: str, actor: str, now: datetime) -> bool:
    """Note that somebody has looked an access over that is at its end; say whether there was one."""
    over = (SupportAccessRow.name == name, SupportAccessRow.until <= now, SupportAccessRow.reviewed_at.is_(None))
    if not connection.execute(update(SupportAccessRow).where(*over).values(reviewed_at=now)).rowcount:
        return False
    audit.append(connection, tenant, now, [audit.Entry(actor, "support_reviewed", "tenant", {"name": name})])
    return True


def note_look(connection: Connection, tenant: str, name: str, page: str, now: datetime) -> None:
    """Put into the trail that support opens a page, once a minute: some pages look again by themselves."""
    detail = {"name": name, "page": page}
    latest = select(AuditRow.at).where(AuditRow.action == "support_looked", AuditRow.detail == detail)
    at = connection.execute(latest.order_by(AuditRow.seq.desc()).limit(1)).scalar()
    if at is not None and now - at < ONCE:
        return
    audit.append(connection, tenant, now, [audit.Entry(SUPPORT, "support_looked", "tenant", detail)])


def drop_old(connection: Connection, now: datetime) -> int:
    """Remove what had its time, with the trail; return how many."""
    old = SupportAccessRow.until <= now - timedelta(days=SCHEDULE["audit"])
    return connection.execute(delete(SupportAccessRow).where(old)).rowcount


def _of(name: str) -> Any:
    return select(SupportAccessRow.__table__).where(SupportAccessRow.name == name)


def _access(row: Any) -> Access:
    return Access(row.name, row.role, row.reason, row.opened_at, row.until, row.reviewed_at)
