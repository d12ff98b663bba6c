"""How far an installation has come, and what was learned on the way."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from core.store.tables.base import Base


class GrantStateRow(Base):
    """A request for access that is under way: good once, for ten minutes, in the browser that began it."""

    __tablename__ = "grant_state"
    digest: Mapped[str] = mapped_column(primary_key=True)
    tenant_id: Mapped[str]
    vendor: Mapped[str]
    browser: Mapped[str]
    actor: Mapped[str]
    sealed: Mapped[str]
    expires_at: Mapped[datetime]


class SetupStepRow(Base):
    """One step of one installation. ``detail``: progress and report, without personal data."""

    __tablename__ = "setup_step"
    tenant_id: Mapped[str]
    installation_id: Mapped[str] = mapped_column(primary_key=True)
    step: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[str]
    detail: Mapped[dict[str, Any]] = mapped_column(server_default=sql("'{}'"))
    cause: Mapped[str] = mapped_column(server_default="")
    at: Mapped[datetime]


class TrialRow(Base):
    """What Attune would have said of a past case: shown in the wizard, gone after a while."""

    __tablename__ = "trial"
    __table_args__ = (Index("trial_expiry", "tenant_id", "expires_at"),)
    tenant_id: Mapped[str]
    installation_id: Mapped[str] = mapped_column(primary_key=True)
    case_ref: Mapped[str] = mapped_column(primary_key=True)
    person_ref: Mapped[str]
    result: Mapped[dict[str, Any]]
    at: Mapped[datetime]
    expires_at: Mapped[datetime]


class ChecklistRow(Base):
    """One thing that somebody has confirmed before a tenant goes live.

    ``version``: of the texts that it was confirmed for; ``published_on``: the day since which they are public.
    """

    __tablename__ = "checklist"
    tenant_id: Mapped[str] = mapped_column(primary_key=True)
    item: Mapped[str] = mapped_column(primary_key=True)
    note: Mapped[str]
    actor: Mapped[str]
    at: Mapped[datetime]
    version: Mapped[str] = mapped_column(server_default="")
    published_on: Mapped[date | None]
