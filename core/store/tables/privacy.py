"""What was allowed, what was done with it, what was erased."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Index
from sqlalchemy.orm import Mapped, mapped_column

from core.store.tables.base import Base, big_id


class LedgerRow(Base):
    """Consent, objection and withdrawal: append-only."""

    __tablename__ = "ledger"
    __table_args__ = (Index("ledger_person", "tenant_id", "person_id"),)
    id: Mapped[int] = big_id()
    tenant_id: Mapped[str]
    person_id: Mapped[int] = mapped_column(BigInteger)
    purpose: Mapped[str]
    choice: Mapped[str]
    source: Mapped[str]
    notice_version: Mapped[str]
    at: Mapped[datetime]
    recorded_at: Mapped[datetime]


class BasisRow(Base):
    """The lawful basis that a tenant recorded for a purpose."""

    __tablename__ = "basis"
    tenant_id: Mapped[str] = mapped_column(primary_key=True)
    purpose: Mapped[str] = mapped_column(primary_key=True)
    basis: Mapped[str]
    record: Mapped[str]
    recorded_at: Mapped[datetime]


class AuditRow(Base):
    """One link of the tenant's hash chain; subjects are keyed pseudonyms, no message text."""

    __tablename__ = "audit"
    tenant_id: Mapped[str] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    at: Mapped[datetime]
    actor: Mapped[str]
    action: Mapped[str]
    subject: Mapped[str]
    detail: Mapped[dict[str, Any]]
    hash: Mapped[str]


class AuditRootRow(Base):
    """The chain's head at the end of a day."""

    __tablename__ = "audit_root"
    tenant_id: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[str]


class TombstoneRow(Base):
    """That somebody was erased, and how much: a keyed pseudonym and counts, nothing else."""

    __tablename__ = "tombstone"
    tenant_id: Mapped[str] = mapped_column(primary_key=True)
    pseudonym: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(primary_key=True)
    counts: Mapped[dict[str, Any]]
