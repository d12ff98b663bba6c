"""Whom it is about: people, accounts, their records at the vendors, cases and turns."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from core.store.tables.base import Base, big_id


class PersonRow(Base):
    """A customer, one across the vendors."""

    __tablename__ = "person"
    id: Mapped[int] = big_id()
    tenant_id: Mapped[str]
    minor: Mapped[bool] = mapped_column(server_default=sql("false"))
    consent_version: Mapped[int] = mapped_column(server_default="0")
    created_at: Mapped[datetime]


class AccountRow(Base):
    """A company, one across the vendors. ``signals`` are health inputs 0..100 with the day they were read."""

    __tablename__ = "account"
    id: Mapped[int] = big_id()
    tenant_id: Mapped[str]
    name: Mapped[str | None]
    signals: Mapped[dict[str, Any]] = mapped_column(server_default=sql("'{}'"))
    owner_id: Mapped[str | None]
    created_at: Mapped[datetime]


class AccountDueRow(Base):
    """An account that waits to be scored, once for each time that something behind it changed."""

    __tablename__ = "account_due"
    __table_args__ = (Index("account_due_account", "tenant_id", "account_id"),)
    id: Mapped[int] = big_id()
    tenant_id: Mapped[str]
    account_id: Mapped[int] = mapped_column(BigInteger)


class LinkRow(Base):
    """Which of our people or accounts a vendor's record stands for."""

    __tablename__ = "link"
    __table_args__ = (Index("link_entity", "tenant_id", "level", "entity_id"),)
    installation_id: Mapped[str] = mapped_column(primary_key=True)
    level: Mapped[str] = mapped_column(primary_key=True)
    external_id: Mapped[str] = mapped_column(primary_key=True)
    tenant_id: Mapped[str]
    vendor: Mapped[str]
    entity_id: Mapped[int] = mapped_column(BigInteger)
    how: Mapped[str]
    owner_id: Mapped[str | None]
    read_at: Mapped[datetime]


class IdentityKeyRow(Base):
    """Something that names a customer in more than one tool: a keyed digest to find it by, the value sealed."""

    __tablename__ = "identity_key"
    __table_args__ = (Index("identity_key_entity", "tenant_id", "level", "entity_id"),)
    tenant_id: Mapped[str] = mapped_column(primary_key=True)
    level: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(primary_key=True)
    entity_id: Mapped[int] = mapped_column(BigInteger)
    sealed: Mapped[str]


class SoughtRow(Base):
    """When a tool was last searched for records of one of our people or accounts."""

    __tablename__ = "sought"
    installation_id: Mapped[str] = mapped_column(primary_key=True)
    level: Mapped[str] = mapped_column(primary_key=True)
    entity_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    tenant_id: Mapped[str]
    at: Mapped[datetime]


class CaseRow(Base):
    """A case and the newest facts about it; a fact older than ``as_of`` never overwrites."""

    __tablename__ = "case_file"
    __table_args__ = (
        UniqueConstraint("tenant_id", "installation_id", "external_id"),
        Index("case_person", "tenant_id", "person_id"),
        Index("case_account", "tenant_id", "account_id"),
    )
    id: Mapped[int] = big_id()
    tenant_id: Mapped[str]
    installation_id: Mapped[str]
    vendor: Mapped[str]
    external_id: Mapped[str]
    person_id: Mapped[int | None] = mapped_column(BigInteger)
    account_id: Mapped[int | None] = mapped_column(BigInteger)
    requester_ref: Mapped[str | None]
    account_ref: Mapped[str | None]
    status: Mapped[str | None]
    channel: Mapped[str | None]
    locale: Mapped[str | None]
    assignee_id: Mapped[str | None]
    opened_at: Mapped[datetime | None]
    as_of: Mapped[datetime]
    reopens: Mapped[int] = mapped_column(server_default="0")
    reopened_at: Mapped[datetime | None]
    escalated_at: Mapped[datetime | None]
    sentiment: Mapped[float | None]
    left_out: Mapped[str] = mapped_column(server_default="")
    contacts: Mapped[list[Any]] = mapped_column(server_default=sql("'[]'"))
    last_turn_at: Mapped[datetime | None]


class TurnRow(Base):
    """One message, stripped and redacted, with its judgement."""

    __tablename__ = "turn"
    __table_args__ = (
        UniqueConstraint("case_id", "external_id"),
        Index("turn_expiry", "tenant_id", "words_until"),
    )
    id: Mapped[int] = big_id()
    tenant_id: Mapped[str]
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id", ondelete="CASCADE"))
    external_id: Mapped[str]
    role: Mapped[str]
    at: Mapped[datetime]
    public: Mapped[bool]
    words: Mapped[str]
    judgement: Mapped[dict[str, Any] | None]
    refused: Mapped[str | None]
    notes: Mapped[list[Any]] = mapped_column(server_default=sql("'[]'"))
    signals: Mapped[list[Any]] = mapped_column(server_default=sql("'[]'"))
    words_until: Mapped[datetime]
    judgement_until: Mapped[datetime]
