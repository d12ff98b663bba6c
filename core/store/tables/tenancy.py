"""Who is served: tenants, their installations, call budgets."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from core.store.tables.base import Base


class DirectoryRow(Base):
    """Who an address belongs to. Outside the policy: it is read before a tenant is known. Holds no content."""

    __tablename__ = "directory"
    installation_id: Mapped[str] = mapped_column(primary_key=True)
    tenant_id: Mapped[str]
    vendor: Mapped[str]
    account_ref: Mapped[str] = mapped_column(server_default="")
    sealed_secrets: Mapped[str] = mapped_column(server_default="")
    integration_ids: Mapped[list[str]] = mapped_column(server_default=sql("'{}'"))
    ended: Mapped[bool] = mapped_column(server_default=sql("false"))


class TenantRow(Base):
    """A customer organisation of ours, its mode and its choices."""

    __tablename__ = "tenant"
    tenant_id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    mode: Mapped[str] = mapped_column(server_default="observe")
    reply_write: Mapped[str] = mapped_column(server_default="widget_only")
    locale: Mapped[str] = mapped_column(server_default="en")
    time_zone: Mapped[str] = mapped_column(server_default="UTC")
    choices: Mapped[dict[str, Any]] = mapped_column(server_default=sql("'{}'"))
    throw_away: Mapped[bool] = mapped_column(server_default=sql("false"))
    created_at: Mapped[datetime]


class InstallationRow(Base):
    """One vendor's account connected to a tenant."""

    __tablename__ = "installation"
    __table_args__ = (UniqueConstraint("tenant_id", "vendor"),)
    installation_id: Mapped[str] = mapped_column(primary_key=True)
    tenant_id: Mapped[str]
    vendor: Mapped[str]
    account_ref: Mapped[str]
    base_url: Mapped[str]
    options: Mapped[dict[str, Any]] = mapped_column(server_default=sql("'{}'"))
    sealed_token: Mapped[str] = mapped_column(server_default="")
    token_generation: Mapped[int] = mapped_column(server_default="0")
    token_expires_at: Mapped[datetime | None]
    paused_until: Mapped[datetime | None]
    pause_cause: Mapped[str] = mapped_column(server_default="")
    outage_since: Mapped[datetime | None]
    outage_tries: Mapped[int] = mapped_column(server_default="0")
    last_event_at: Mapped[datetime | None]
    fields: Mapped[dict[str, Any]] = mapped_column(server_default=sql("'{}'"))
    # What may be written (core.installation.modules.Stage); one that no wizard set up writes everything.
    stage: Mapped[str] = mapped_column(server_default="automated")
    observe_until: Mapped[datetime | None]
    modules: Mapped[list[str] | None]
    granted: Mapped[list[str] | None]
    plan: Mapped[str] = mapped_column(server_default="")
    webhook_ref: Mapped[str] = mapped_column(server_default="")
    grant_refused_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    purge_after: Mapped[datetime | None]
    created_at: Mapped[datetime]


class BudgetRow(Base):
    """Calls left under one limit of one installation, shared by all workers (token bucket)."""

    __tablename__ = "budget"
    installation_id: Mapped[str] = mapped_column(primary_key=True)
    limit_name: Mapped[str] = mapped_column(primary_key=True)
    tenant_id: Mapped[str]
    capacity: Mapped[float]
    per_seconds: Mapped[float]
    left: Mapped[float]
    refilled_at: Mapped[datetime]
    blocked_until: Mapped[datetime | None]


class CallRow(Base):
    """Calls made to a vendor by purpose, by day."""

    __tablename__ = "call"
    installation_id: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    operation: Mapped[str] = mapped_column(primary_key=True)
    tenant_id: Mapped[str]
    n: Mapped[int] = mapped_column(BigInteger)
