"""A tenant whose tool is connected, and the steps done as a worker does them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from core.installation import service
from core.store import setup, stages
from core.store.setup import Noted
from core.store.stages import Place
from tests.core.installation.connect import Admin
from tests.world import World

PUBLIC = "http://attune.example"
NOTES = dict.fromkeys(("notices", "worker_notice", "overseer", "retention", "access"), "noted")


def connected(made: World, vendor: str) -> str:
    """Connect the sandbox by its own OAuth; the world knows the installation from then on."""
    done = Admin.of(made, vendor).connect()
    made.installations[vendor] = done.installation
    made.runtime = replace(made.runtime, public_url=PUBLIC)
    return done.installation


def do(made: World, vendor: str, *steps: str) -> None:
    for step in steps:
        service.run(made.runtime, made.installations[vendor], step)


def noted(made: World, vendor: str, step: str) -> Noted:
    with made.store.tenant(made.tenant) as connection:
        return setup.noted(connection, made.installations[vendor])[step]


def detail(made: World, vendor: str, step: str) -> Mapping[str, Any]:
    found = noted(made, vendor, step)
    assert found.state == "done", found.cause
    return found.detail


def place(made: World, vendor: str) -> Place:
    with made.store.tenant(made.tenant) as connection:
        found = stages.read(connection, made.installations[vendor])
    assert found is not None
    return found
