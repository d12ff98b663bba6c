"""What people answered to a score: disagreement, dismissal, a call for help."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from core.store.tables.base import Base, big_id


class FeedbackRow(Base):
    """One person's answer to one value; said again, it replaces itself and is open again.

    ``actor`` and ``decided_by`` are keyed pseudonyms; ``decision`` is the reason of whoever decided.
    """

    __tablename__ = "feedback"
    __table_args__ = (
        UniqueConstraint("tenant_id", "subject", "kind", "key", "actor"),
        Index("feedback_expiry", "tenant_id", "expires_at"),
    )
    id: Mapped[int] = big_id()
    tenant_id: Mapped[str]
    installation_id: Mapped[str]
    subject: Mapped[str]
    kind: Mapped[str]
    key: Mapped[str]
    actor: Mapped[str]
    reason: Mapped[str]
    words: Mapped[str]
    value: Mapped[Any] = mapped_column(JSONB)
    rule_version: Mapped[str]
    state: Mapped[str] = mapped_column(server_default="open")
    at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str] = mapped_column(server_default="")
    decision: Mapped[str] = mapped_column(server_default="")
    expires_at: Mapped[datetime]
