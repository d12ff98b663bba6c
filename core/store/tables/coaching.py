"""What the widgets leave behind beside answers: counts of hints for the team, and who was interrupted when by what."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Mapped, mapped_column

from core.store.tables.base import Base


class CoachCountRow(Base):
    """How often hints of a kind were taken up or not, by day. No case and no person: this is never about one agent."""

    __tablename__ = "coach_count"
    tenant_id: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    outcome: Mapped[str] = mapped_column(primary_key=True)
    n: Mapped[int]


class AlertRow(Base):
    """When a case last interrupted somebody; gone with the next alert after its time."""

    __tablename__ = "alert"
    tenant_id: Mapped[str] = mapped_column(primary_key=True)
    installation_id: Mapped[str] = mapped_column(primary_key=True)
    external_id: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
