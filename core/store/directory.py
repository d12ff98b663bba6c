"""Who an installation belongs to, and the secrets its deliveries are checked against."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects.postgresql import insert

from core.errors import RejectedError
from core.ports import Secrets
from core.store.engine import Store
from core.store.seal import Seal
from core.store.tables import DirectoryRow


@dataclass(frozen=True, slots=True)
class Entry:
    """One installation as the web process needs it."""

    installation: str
    tenant: str
    vendor: str
    integration_ids: frozenset[str]
    secrets: Secrets = field(repr=False)
    ended: bool = False


class Directory:
    """Looks installations up; keeps an answer for ``seconds``, so that a rotated secret is live soon after."""

    def __init__(self, store: Store, seal: Seal, seconds: float = 15.0, tick: Callable[[], float] = time.monotonic):
        self._store, self._seal, self._seconds, self._tick = store, seal, seconds, tick
        self._kept: dict[str, tuple[float, Entry]] = {}

    def find(self, installation: str) -> Entry:
        """Return the entry; raise ``RejectedError`` UNKNOWN_TENANT when there is none."""
        if "\0" in installation:  # PostgreSQL's text holds none, and would refuse the question
            raise RejectedError("UNKNOWN_TENANT")
        until, entry = self._kept.get(installation, (0.0, None))
        if entry is not None and self._tick() < until:
            return entry
        fresh = self._read(installation)
        self._kept[installation] = (self._tick() + self._seconds, fresh)
        return fresh

    def forget(self, installation: str) -> None:
        """Read it anew the next time."""
        self._kept.pop(installation, None)

    def of_account(self, vendor: str, account_ref: str) -> list[Entry]:
        """Return the live installations of one account at a vendor (its subdomain, portal or organisation id)."""
        if "\0" in account_ref or not account_ref:
            return []
        with self._store.outside() as connection:
            rows = connection.execute(
                select(DirectoryRow.installation_id)
                .where(DirectoryRow.vendor == vendor, DirectoryRow.account_ref == account_ref, ~DirectoryRow.ended)
                .order_by(DirectoryRow.installation_id)
            )
            found = list(rows.scalars())
        return [self.find(installation) for installation in found]

    def all(self) -> list[tuple[str, str, str]]:
        """Return (installation, tenant, vendor) of every installation."""
        with self._store.outside() as connection:
            rows = connection.execute(select(DirectoryRow.installation_id, DirectoryRow.tenant_id, DirectoryRow.vendor))
            return [(row.installation_id, row.tenant_id, row.vendor) for row in rows]

    def _read(self, installation: str) -> Entry:
        with self._store.outside() as connection:
            row = connection.execute(
                select(DirectoryRow.__table__).where(DirectoryRow.installation_id == installation)
            ).first()
        if row is None:
            self._kept.pop(installation, None)
            raise RejectedError("UNKNOWN_TENANT")
        held = json.loads(self._seal.open(row.sealed_secrets) or "{}")
        secrets = Secrets(tuple(held.get("live", ())), row.account_ref, held.get("client_cert", ""))
        return Entry(installation, row.tenant_id, row.vendor, frozenset(row.integration_ids), secrets, row.ended)


def enrol(
    connection: Connection,
    seal: Seal,
    *,
    installation: str,
    tenant: str,
    vendor: str,
    account_ref: str,
    secrets: tuple[str, ...],
    integration_ids: tuple[str, ...] = (),
    client_cert: str = "",
) -> None:
    """Enter or change an installation; at most two secrets are live at a time, the newest first."""
    values = {
        "tenant_id": tenant,
        "vendor": vendor,
        "account_ref": account_ref,
        "sealed_secrets": seal.close(json.dumps({"live": secrets[:2], "client_cert": client_cert})),
        "integration_ids": list(integration_ids),
    }
    statement = insert(DirectoryRow).values(installation_id=installation, **values)
    connection.execute(statement.on_conflict_do_update(index_elements=["installation_id"], set_=values))


def rekey(connection: Connection, seal: Seal, installation: str, entry: Entry) -> None:
    """Change the live secrets and our own ids of an installation."""
    held = {"live": entry.secrets.live[:2], "client_cert": entry.secrets.client_cert}
    values = {"sealed_secrets": seal.close(json.dumps(held)), "integration_ids": sorted(entry.integration_ids)}
    connection.execute(update(DirectoryRow).where(DirectoryRow.installation_id == installation).values(values))
