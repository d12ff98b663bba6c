"""Versions of what an organisation has set."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from core.store.tables.base import Base


class ConfigurationRow(Base):
    """One version: the whole document, who made it and why. ``actor`` is staff's name on the page of versions."""

    __tablename__ = "configuration"
    tenant_id: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor: Mapped[str]
    note: Mapped[str]
    document: Mapped[dict[str, Any]]
