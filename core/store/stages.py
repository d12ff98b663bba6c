"""How far an installation has come, and what may therefore be written into its records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, select, update

from core.installation import modules
from core.installation.modules import Stage
from core.model import IntentKind, Level
from core.store.tables import DirectoryRow, InboxRow, InstallationRow, OutboxRow


@dataclass(frozen=True, slots=True)
class Place:
    """An installation on its way. ``chosen`` and ``granted`` are ``None`` until somebody has chosen or looked."""

    id: str
    tenant: str
    vendor: str
    account_ref: str
    stage: str
    plan: str
    observe_until: datetime | None
    chosen: tuple[str, ...] | None
    granted: tuple[str, ...] | None
    webhook_ref: str
    fields: Mapping[str, Any]
    grant_refused_at: datetime | None
    ended_at: datetime | None
    purge_after: datetime | None

    @property
    def working(self) -> list[str]:
        """The modules that work here."""
        return modules.on(self.vendor, self.chosen, self.granted)

    @property
    def off(self) -> dict[str, list[str]]:
        """The modules that stay off for want of a scope or right, each with what it lacks."""
        return {} if self.granted is None else modules.missing(self.vendor, self.granted)

    def lets_through(self, kind: IntentKind, level: Level) -> bool:
        """Say whether an intent may be written into its records."""
        return modules.lets_through(self.stage, self.working, kind, level)


def of_tenant(connection: Connection) -> dict[str, Place]:
    """Return every installation of the transaction's tenant, by id."""
    rows = connection.execute(select(InstallationRow.__table__).order_by(InstallationRow.vendor))
    return {row.installation_id: _place(row) for row in rows}


def read(connection: Connection, installation: str) -> Place | None:
    """Return one."""
    one = select(InstallationRow.__table__).where(InstallationRow.installation_id == installation)
    row = connection.execute(one).first()
    return _place(row) if row else None


def change(connection: Connection, installation: str, **values: Any) -> None:
    """Change what is known of an installation."""
    connection.execute(update(InstallationRow).where(InstallationRow.installation_id == installation).values(values))


def end(connection: Connection, installation: str, now: datetime, purge_after: datetime) -> None:
    """Stop an installation: its door answers 'gone', its workers leave it alone, what waited is dropped."""
    connection.execute(delete(OutboxRow).where(OutboxRow.installation_id == installation))
    waiting = InboxRow.installation_id == installation, InboxRow.state == "pending"
    connection.execute(delete(InboxRow).where(*waiting))
    change(connection, installation, stage=Stage.ENDED, ended_at=now, purge_after=purge_after)
    _close(connection, installation, ended=True)


def reopen(connection: Connection, installation: str) -> None:
    """Open one again that was stopped."""
    _close(connection, installation, ended=False)


def to_purge(connection: Connection, now: datetime) -> list[str]:
    """Return the installations of the transaction's tenant whose time is over."""
    due = select(InstallationRow.installation_id).where(InstallationRow.purge_after <= now)
    return list(connection.execute(due).scalars())


def _close(connection: Connection, installation: str, *, ended: bool) -> None:
    row = DirectoryRow.installation_id == installation
    connection.execute(update(DirectoryRow).where(row).values(ended=ended))


def _place(row: Any) -> Place:
    return Place(
        id=row.installation_id,
        tenant=row.tenant_id,
        vendor=row.vendor,
        account_ref=row.account_ref,
        stage=row.stage,
        plan=row.plan,
        observe_until=row.observe_until,
        chosen=None if row.modules is None else tuple(row.modules),
        granted=None if row.granted is None else tuple(row.granted),
        webhook_ref=row.webhook_ref,
        fields=row.fields,
        grant_refused_at=row.grant_refused_at,
        ended_at=row.ended_at,
        purge_after=row.purge_after,
    )
