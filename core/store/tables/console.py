"""Who may open the console: local users, sessions, and how often somebody tried."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from core.store.tables.base import Base


class ConsoleUserRow(Base):
    """A local user of the console, made on the command line. ``one_time_until``: the password has to be changed."""

    __tablename__ = "console_user"
    tenant_id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    role: Mapped[str]
    password_hash: Mapped[str]
    one_time_until: Mapped[datetime | None]
    created_at: Mapped[datetime]


class ConsoleSessionRow(Base):
    """One signed-in browser. ``digest`` is a keyed digest of the cookie's random token, never the token."""

    __tablename__ = "console_session"
    __table_args__ = (Index("console_session_expiry", "tenant_id", "expires_at"),)
    digest: Mapped[str] = mapped_column(primary_key=True)
    tenant_id: Mapped[str]
    vendor: Mapped[str]
    installation_id: Mapped[str] = mapped_column(server_default=sql("''"))
    user_ref: Mapped[str]
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class SupportAccessRow(Base):
    """Support's look into an organisation: why, as which role, until when, and whether somebody has looked it over."""

    __tablename__ = "support_access"
    tenant_id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    role: Mapped[str]
    reason: Mapped[str]
    password_hash: Mapped[str]
    opened_at: Mapped[datetime]
    until: Mapped[datetime]
    reviewed_at: Mapped[datetime | None]


class SignInTryRow(Base):
    """Tries to sign in, by keyed digest of who or where. Outside the policy: it is asked before a tenant is known."""

    __tablename__ = "sign_in_try"
    bucket: Mapped[str] = mapped_column(primary_key=True)
    n: Mapped[int]
    until: Mapped[datetime]
