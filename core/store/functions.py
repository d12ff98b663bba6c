"""Calls of the database's own functions, past SQLAlchemy: where a round trip and its time count most.

Each is one statement that the server commits by itself. A function sets its tenant first, under whose policies the
rest of it runs.
"""

from __future__ import annotations

import select
import threading
from collections.abc import Mapping
from functools import cache
from typing import Any, LiteralString

import psycopg
import psycopg_pool

from core.errors import ContendedError, RetryLaterError

# Deadlock detected, serialization failure: https://www.postgresql.org/docs/current/errcodes-appendix.html
CONTENDED = frozenset({"40P01", "40001"})
WAIT_SECONDS = 5.0


class Functions:
    """Up to ``most`` connections to one database, opened at the first call: a web server forks its workers before."""

    def __init__(self, address: str, most: int) -> None:
        self._address, self._most = address, most
        self._lock = threading.Lock()
        self._opened: psycopg_pool.ConnectionPool[Any] | None = None

    def call(self, function: str, values: Mapping[str, Any]) -> Any:
        """Return the one value that a function answers.

        Raises ``RetryLaterError`` when the database cannot be reached, ``ContendedError`` after a deadlock.
        """
        pool = self._pool()
        try:
            with pool.connection() as connection:
                row = connection.execute(_statement(function, tuple(values)), values).fetchone()
        except psycopg.OperationalError as error:
            if error.sqlstate in CONTENDED:
                raise ContendedError(0.1, "other work was at the same rows") from error
            if not is_lost(error.sqlstate):
                raise
            # A restart ends all connections, of which this was one.
            self.close()
            raise RetryLaterError(1.0, "database not reachable") from error
        return row[0] if row else None

    def close(self) -> None:
        """Give all connections back; the next call opens new ones."""
        with self._lock:
            pool, self._opened = self._opened, None
        if pool is not None:
            pool.close()

    def _pool(self) -> psycopg_pool.ConnectionPool[Any]:
        with self._lock:
            if self._opened is None:
                # Prepared at the first use: the server plans each function call once a connection.
                options = {"autocommit": True, "prepare_threshold": 0}
                self._opened = psycopg_pool.ConnectionPool(
                    self._address,
                    kwargs=options,
                    min_size=1,
                    max_size=self._most,
                    open=False,
                    timeout=WAIT_SECONDS,
                    check=_look,
                )
                self._opened.open()
            return self._opened


def _look(connection: psycopg.Connection[Any]) -> None:
    """Ask a connection how it is only where something came in while it was idle: a server that stops says so."""
    waiting = select.poll()
    waiting.register(connection.fileno(), select.POLLIN)
    if waiting.poll(0):
        psycopg_pool.ConnectionPool.check_connection(connection)


def is_lost(state: str | None) -> bool:
    """Say whether an error's SQLSTATE means that the connection was lost or refused, not that a statement failed."""
    return state is None or state.startswith(("08", "57P"))


@cache
def _statement(function: str, names: tuple[str, ...]) -> LiteralString:
    # Names come from our own code alone; what is given goes as parameters.
    given = ", ".join(f"p_{name} => %({name})s" for name in names)
    return f"SELECT {function}({given})"
