"""What is to be written, what was written, which tasks are open."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from core.store.tables.base import Base, big_id


class OutboxRow(Base):
    """One wish to change one part of a vendor's record. A newer wish replaces the older (``revision``)."""

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("tenant_id", "installation_id", "record", "kind", "name"),
        Index("outbox_due", "installation_id", "due_at", postgresql_where=sql("state <> 'dead'")),
    )
    id: Mapped[int] = big_id()
    tenant_id: Mapped[str]
    installation_id: Mapped[str]
    record: Mapped[str]
    kind: Mapped[str]
    name: Mapped[str]
    value: Mapped[Any] = mapped_column(JSONB)
    purpose: Mapped[str]
    person_id: Mapped[int | None] = mapped_column(BigInteger)
    reasons: Mapped[list[Any]]
    rule_version: Mapped[str]
    at: Mapped[datetime]
    due_at: Mapped[datetime]
    created_at: Mapped[datetime]
    revision: Mapped[int] = mapped_column(server_default="1")
    state: Mapped[str] = mapped_column(server_default="pending")
    tries: Mapped[int] = mapped_column(server_default="0")
    cause: Mapped[str] = mapped_column(server_default="")
    detail: Mapped[str] = mapped_column(server_default="")


class WrittenRow(Base):
    """What we last wrote into a vendor's record: the base of 'changed?', erasure and expiry."""

    __tablename__ = "written"
    installation_id: Mapped[str] = mapped_column(primary_key=True)
    record: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    tenant_id: Mapped[str]
    value: Mapped[Any] = mapped_column(JSONB)
    at: Mapped[datetime]
    expires_at: Mapped[datetime | None]


class TaskRow(Base):
    """A recovery task: at most one open per (subject, template)."""

    __tablename__ = "task"
    __table_args__ = (
        Index(
            "task_one_open",
            "tenant_id",
            "subject",
            "template",
            unique=True,
            postgresql_where=sql("state = 'open'"),
        ),
    )
    external_id: Mapped[str] = mapped_column(primary_key=True)
    tenant_id: Mapped[str] = mapped_column(primary_key=True)
    installation_id: Mapped[str]
    subject: Mapped[str]
    template: Mapped[str]
    record: Mapped[str]
    owner_id: Mapped[str | None]
    due_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(server_default="open")
    vendor_id: Mapped[str] = mapped_column(server_default="")
    opened_at: Mapped[datetime]
