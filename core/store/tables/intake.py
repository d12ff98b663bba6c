"""What came in: events, quarantine, counters, usage signals."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Index, SmallInteger, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from core.store.tables.base import Base, big_id


class InboxRow(Base):
    """One event, stored before the vendor is answered. ``payload`` is sealed, and dropped once it is processed."""

    __tablename__ = "inbox"
    __table_args__ = (
        UniqueConstraint("tenant_id", "installation_id", "event_id", "subject", "occurred_at"),
        Index(
            "inbox_pending",
            "installation_id",
            "shard",
            "occurred_at",
            "id",
            postgresql_where=sql("state = 'pending'"),
        ),
    )
    id: Mapped[int] = big_id()
    tenant_id: Mapped[str]
    installation_id: Mapped[str]
    shard: Mapped[int] = mapped_column(SmallInteger)
    kind: Mapped[str]
    subject: Mapped[str]
    event_id: Mapped[str]
    occurred_at: Mapped[datetime]
    received_at: Mapped[datetime]
    payload: Mapped[dict[str, Any] | None]
    state: Mapped[str] = mapped_column(server_default="pending")
    tries: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    cause: Mapped[str] = mapped_column(server_default="")


class QuarantineRow(Base):
    """A signed body, or an element of one, that could not be read; sealed, kept for 72 hours."""

    __tablename__ = "quarantine"
    id: Mapped[int] = big_id()
    tenant_id: Mapped[str]
    installation_id: Mapped[str]
    code: Mapped[str]
    detail: Mapped[str]
    sealed_body: Mapped[str]
    received_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class CounterRow(Base):
    """Delivery health: how many of what, by hour."""

    __tablename__ = "counter"
    tenant_id: Mapped[str]
    installation_id: Mapped[str] = mapped_column(primary_key=True)
    hour: Mapped[datetime] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    n: Mapped[int] = mapped_column(BigInteger)


class SignalRow(Base):
    """Usage fed through the signals webhook, by account key and day."""

    __tablename__ = "signal"
    tenant_id: Mapped[str] = mapped_column(primary_key=True)
    account_key: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    n: Mapped[float]
