"""What a tenant is and has decided, read for the pages that show it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from core.store.tables import BasisRow, TenantRow


@dataclass(frozen=True, slots=True)
class Tenant:
    """A customer organisation."""

    id: str
    name: str
    mode: str
    reply_write: str
    locale: str
    time_zone: str
    choices: Mapping[str, Any]
    created_at: datetime


def exists(connection: Connection) -> bool:
    """Say whether the transaction's tenant was ever opened."""
    return connection.execute(select(TenantRow.tenant_id)).first() is not None


def read(connection: Connection) -> Tenant:
    """Return the transaction's tenant."""
    row = connection.execute(select(TenantRow.__table__)).one()
    return Tenant(
        row.tenant_id,
        row.name,
        row.mode,
        row.reply_write,
        row.locale,
        row.time_zone,
        row.choices,
        row.created_at,
    )


def bases(connection: Connection) -> dict[str, str]:
    """Return purpose -> recorded lawful basis."""
    return {row.purpose: row.basis for row in connection.execute(select(BasisRow.purpose, BasisRow.basis))}
