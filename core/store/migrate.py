"""Brings the database to the newest shape, as the owner's role."""

from __future__ import annotations

from importlib.resources import files

from alembic import command
from alembic.config import Config

from core.store.engine import connectable


def config(owner_address: str) -> Config:
    """Return Alembic's configuration for ``owner_address``."""
    settings = Config()
    settings.set_main_option("script_location", str(files("core.store") / "migrations"))
    settings.attributes["address"] = connectable(owner_address)
    return settings


def upgrade(owner_address: str) -> None:
    """Apply every migration that is missing; doing it twice changes nothing."""
    command.upgrade(config(owner_address), "head")
