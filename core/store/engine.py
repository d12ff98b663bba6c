"""The way into the database: one engine, one transaction a unit of work, always for one tenant."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as SqlTimeoutError

from core.errors import ContendedError, RetryLaterError
from core.store.functions import CONTENDED, Functions, is_lost

_SET_TENANT = text("SELECT set_config('attune.tenant', :tenant, true)")


def connectable(address: str) -> str:
    """Name the psycopg 3 driver in a plain PostgreSQL address."""
    scheme, _, rest = address.partition("://")
    return f"postgresql+psycopg://{rest}" if scheme in {"postgres", "postgresql"} else address


class Store:
    """Transactions as the application's role. Nothing of a tenant is visible outside ``tenant(...)``."""

    def __init__(self, address: str, pool_size: int = 10) -> None:
        self.address = address
        # hide_parameters: a statement that fails must not quote a customer's words into a log.
        self.engine: Engine = create_engine(
            connectable(address),
            pool_size=pool_size,
            max_overflow=pool_size,
            pool_timeout=5,
            pool_recycle=1800,
            hide_parameters=True,
        )
        self._functions = Functions(address, pool_size)

    @contextmanager
    def tenant(self, tenant_id: str) -> Iterator[Connection]:
        """One transaction that sees and writes rows of ``tenant_id`` only; commits at the end, else rolls back."""
        with self.outside() as connection:
            connection.execute(_SET_TENANT, {"tenant": tenant_id})
            yield connection

    @contextmanager
    def outside(self) -> Iterator[Connection]:
        """One transaction without a tenant: sees the directory, and nothing that belongs to anybody."""
        with self._reachable(), self.engine.begin() as connection:
            yield connection

    def call(self, function: str, **values: Any) -> Any:
        """Return what a function of the database answers to ``p_...`` values; see ``Functions``."""
        return self._functions.call(function, values)

    @contextmanager
    def _reachable(self) -> Iterator[None]:
        try:
            yield
        except (OperationalError, SqlTimeoutError) as error:
            if getattr(getattr(error, "orig", None), "sqlstate", None) in CONTENDED:
                raise ContendedError(0.1, "other work was at the same rows") from error
            if isinstance(error, OperationalError) and not _lost(error):
                raise
            self.engine.dispose()
            raise RetryLaterError(1.0, "database not reachable") from error

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()
        self._functions.close()


def _lost(error: OperationalError) -> bool:
    """Say whether the connection was lost or refused, and not a statement that failed."""
    return error.connection_invalidated or is_lost(getattr(error.orig, "sqlstate", None))
