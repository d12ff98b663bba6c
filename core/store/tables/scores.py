"""What was judged: the current value of every key, and how it went over time."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from core.store.tables.base import Base


class ObservationRow(Base):
    """The current value of a key for one of our subjects, with everything that explains it."""

    __tablename__ = "observation"
    tenant_id: Mapped[str]
    subject: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    confidence: Mapped[float]
    reasons: Mapped[list[Any]]
    refused: Mapped[str | None]
    rule_version: Mapped[str]
    at: Mapped[datetime]
    expires_at: Mapped[datetime]


class HistoryRow(Base):
    """How a value went over time: one row a change for cases, one a day for accounts."""

    __tablename__ = "history"
    subject: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(primary_key=True)
    tenant_id: Mapped[str]
    value: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    rule_version: Mapped[str]
    expires_at: Mapped[datetime]
