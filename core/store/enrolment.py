"""Tenants and installations come to be here; every step may be done twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects.postgresql import insert

from core.errors import ConfigurationError
from core.ports import Token
from core.store import audit
from core.store.directory import enrol
from core.store.engine import Store
from core.store.seal import Seal
from core.store.tables import BasisRow, InstallationRow, TenantRow
from core.store.tokens import PgVault

MODES = ("observe", "live", "paused")
REPLY_WRITES = ("widget_only", "record", "record_evaluation")


@dataclass(frozen=True, slots=True)
class Joining:
    """What an admin gives to connect one vendor's account."""

    installation: str
    tenant: str
    vendor: str
    account_ref: str
    base_url: str = ""
    secrets: tuple[str, ...] = field(default=(), repr=False)
    integration_ids: tuple[str, ...] = ()
    client_cert: str = ""
    token: Token = field(default_factory=lambda: Token(""), repr=False)
    options: Mapping[str, Any] = field(default_factory=dict)


def open_tenant(
    connection: Connection, tenant: str, name: str, now: datetime, *, throw_away: bool = False, **values: Any
) -> None:
    """Create a tenant in mode ``observe``, or leave the one that is there."""
    row = {"tenant_id": tenant, "name": name, "created_at": now, "throw_away": throw_away, **values}
    connection.execute(insert(TenantRow).values(row).on_conflict_do_nothing())


def change_tenant(connection: Connection, tenant: str, now: datetime, *, actor: str = "admin", **values: Any) -> None:
    """Change a tenant's mode or choices; the audit trail keeps what was changed, and the pseudonym of who did."""
    if values.get("mode", "live") not in MODES or values.get("reply_write", "record") not in REPLY_WRITES:
        raise ConfigurationError(f"mode is one of {', '.join(MODES)}; reply_write one of {', '.join(REPLY_WRITES)}")
    connection.execute(update(TenantRow).values(values))
    detail = {name: value for name, value in values.items() if isinstance(value, str)}
    audit.append(connection, tenant, now, [audit.Entry(actor, "settings_changed", "tenant", detail)])


def record_basis(connection: Connection, tenant: str, purposes: Mapping[str, str], record: str, now: datetime) -> None:
    """Record the lawful basis of each purpose; without one the gate says no."""
    statement = insert(BasisRow)
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["tenant_id", "purpose"],
            set_={name: statement.excluded[name] for name in ("basis", "record", "recorded_at")},
        ),
        [
            {"tenant_id": tenant, "purpose": purpose, "basis": basis, "record": record, "recorded_at": now}
            for purpose, basis in purposes.items()
        ],
    )


def join(store: Store, seal: Seal, joining: Joining, now: datetime) -> None:
    """Connect a vendor's account to its tenant; a second one of the same vendor is refused."""
    with store.tenant(joining.tenant) as connection:
        enter(connection, store, seal, joining, now)


def enter(
    connection: Connection, store: Store, seal: Seal, joining: Joining, now: datetime, *, actor: str = "admin"
) -> None:
    """See ``join``; in a transaction of the tenant that is open already."""
    _refuse_second(connection, joining)
    values = {"account_ref": joining.account_ref, "base_url": joining.base_url, "options": dict(joining.options)}
    fixed = {"installation_id": joining.installation, "tenant_id": joining.tenant, "vendor": joining.vendor}
    statement = insert(InstallationRow).values({**fixed, **values, "created_at": now})
    statement = statement.on_conflict_do_update(index_elements=["installation_id"], set_=values)
    generation = connection.execute(statement.returning(InstallationRow.token_generation)).scalar_one()
    enrol(
        connection,
        seal,
        installation=joining.installation,
        tenant=joining.tenant,
        vendor=joining.vendor,
        account_ref=joining.account_ref,
        secrets=joining.secrets,
        integration_ids=joining.integration_ids,
        client_cert=joining.client_cert,
    )
    if joining.token.access or joining.token.refresh or joining.token.extra:
        # Above the last one: a worker that still holds an older token must not renew what was just given.
        PgVault(store, seal, joining.tenant, joining.installation).put(connection, joining.token, generation + 1)
    detail = {"vendor": joining.vendor, "installation": joining.installation}
    audit.append(connection, joining.tenant, now, [audit.Entry(actor, "installed", "tenant", detail)])


def note_fields(connection: Connection, installation: str, report: Mapping[str, Sequence[str]]) -> None:
    """Keep the last provisioning report."""
    values = {"fields": {name: list(keys) for name, keys in report.items()}}
    connection.execute(update(InstallationRow).where(InstallationRow.installation_id == installation).values(values))


def _refuse_second(connection: Connection, joining: Joining) -> None:
    found = connection.execute(
        select(InstallationRow.installation_id).where(
            InstallationRow.vendor == joining.vendor, InstallationRow.installation_id != joining.installation
        )
    ).scalar()
    if found is not None:
        raise ConfigurationError(f"tenant {joining.tenant} already has a {joining.vendor} installation: {found}")
