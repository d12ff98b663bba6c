"""Vendor tokens: sealed, one writer, renewed once for all workers."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, text, update

from core.ports import Token
from core.store.engine import Store
from core.store.seal import Seal
from core.store.tables import InstallationRow

_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")


@dataclass(frozen=True, slots=True)
class PgVault:
    """The tokens of one installation. A renewal holds a lock from reading to commit, so that a vendor which
    rotates its refresh token is asked once and its answer is never lost to another worker's.

    A vault lives as long as a batch; within it the token is read once. If another worker renews it meanwhile, the
    vendor refuses the old one, and ``renew`` finds the new one.
    """

    store: Store
    seal: Seal
    tenant: str
    installation: str
    _held: list[Token] = field(default_factory=list, compare=False, repr=False)

    def current(self) -> Token:
        """Return the live token."""
        if not self._held:
            with self.store.tenant(self.tenant) as connection:
                self._held[:] = [self._read(connection)]
        return self._held[0]

    def renew(self, stale: Token, fetch: Callable[[Token], Token]) -> Token:
        """Replace ``stale`` once; whoever comes second gets what the first fetched."""
        with self.store.tenant(self.tenant) as connection:
            connection.execute(_LOCK, {"name": f"token:{self.installation}"})
            token = self._read(connection)
            if token.generation <= stale.generation:
                token = self.put(connection, fetch(token), token.generation + 1)
        self._held[:] = [token]
        return token

    def put(self, connection: Connection, token: Token, generation: int) -> Token:
        """Store a token as ``generation`` and return it so."""
        sealed = self.seal.close(json.dumps({"access": token.access, "refresh": token.refresh, **token.extra}))
        values = {"sealed_token": sealed, "token_generation": generation, "token_expires_at": token.expires_at}
        connection.execute(
            update(InstallationRow).where(InstallationRow.installation_id == self.installation).values(values)
        )
        return Token(token.access, token.refresh, token.expires_at, generation, token.extra)

    def _read(self, connection: Connection) -> Token:
        row = connection.execute(
            select(
                InstallationRow.sealed_token, InstallationRow.token_generation, InstallationRow.token_expires_at
            ).where(InstallationRow.installation_id == self.installation)
        ).one()
        return _token(json.loads(self.seal.open(row.sealed_token) or "{}"), row.token_generation, row.token_expires_at)


def _token(parts: dict[str, Any], generation: int, expires_at: datetime | None) -> Token:
    access, refresh = parts.pop("access", ""), parts.pop("refresh", "")
    return Token(access, refresh, expires_at, generation, parts)
