"""A small world for tests: a real database, the vendors' sandboxes over real HTTP, a clock that stands still."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from flask import Flask

from connectors.sandbox import SandboxServer, build, serving
from core.clock import ManualClock
from core.jobs import accounts, inbox, outbox
from core.jobs.doorbell import Doorbell
from core.jobs.runtime import Runtime
from core.language.analyzers import analyzer
from core.ports import Token
from core.settings import WebSettings, WorkerSettings
from core.store import enrolment, installations
from core.store.directory import Directory
from core.store.engine import Store
from core.store.enrolment import Joining
from core.store.installations import Installation
from core.store.intake import count
from core.store.seal import Seal
from manifests import declarations
from plugins.declaration import vendors
from webhooks.intakes import intakes
from webhooks.receiver import Receiver, blueprint

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
BASES = {"service_analysis": "legitimate_interest", "health_scoring": "legitimate_interest"}


@dataclass
class World:
    """One live tenant with every vendor's sandbox connected. Jobs run when ``work`` is called, in this thread."""

    store: Store
    seal: Seal
    clock: ManualClock
    server: SandboxServer
    url: str
    tenant: str
    runtime: Runtime
    rung: set[tuple[str, int]] = field(default_factory=set)
    installations: dict[str, str] = field(default_factory=dict)
    secret: dict[str, str] = field(default_factory=dict)

    def sandbox(self, vendor: str) -> Any:
        """The vendor's sandbox object."""
        return self.server.sandboxes[vendor]

    @cached_property
    def doorbell(self) -> Doorbell:
        """Notes rings and counts; passes them on when it is flushed, never by itself within a test."""
        return Doorbell(
            lambda one, shard: self.rung.add((one, shard)), lambda *given: count(self.store, *given), seconds=3600.0
        )

    def app(self, app_secrets: Mapping[str, str] | None = None) -> Flask:
        """The webhooks' application on this world; rings are noted and worked off by ``work``."""
        receiver = Receiver(
            store=self.store,
            seal=self.seal,
            directory=self.runtime.directory,
            doorbell=self.doorbell,
            clock=self.clock,
            intakes=intakes(),
            web=WebSettings(),
            shards=self.runtime.settings.shards,
            app_secrets=app_secrets or {},
        )
        web = Flask("attune-test")
        web.register_blueprint(blueprint(receiver))
        return web

    def work(self, *, rounds: int = 10, seconds: float = 6.0) -> None:
        """Drain inboxes, links and outboxes until nothing is left, moving the clock past the coalescing time."""
        for _ in range(rounds):
            done = 0
            for installation in self.installations.values():
                done += sum(inbox.drain(self.runtime, installation, s) for s in range(self.runtime.settings.shards))
            done += accounts.drain(self.runtime, self.tenant)
            self.advance(seconds)
            done += sum(outbox.drain(self.runtime, installation) for installation in self.installations.values())
            if not done:
                return

    def advance(self, seconds: float) -> None:
        """Move this world's clock and the sandboxes' clocks."""
        self.clock.advance(seconds)
        for sandbox in self.server.sandboxes.values():
            sandbox.clock({"advance": seconds})

    def place(self, vendor: str) -> Installation:
        """The vendor's installation."""
        with self.store.tenant(self.tenant) as connection:
            found = installations.read(connection, self.installations[vendor])
        assert found is not None
        return found


@contextmanager
def world(
    store: Store,
    seal: Seal,
    *,
    settings: Mapping[str, Any] | None = None,
    mode: str = "live",
    reply_write: str = "record",
    only: tuple[str, ...] = (),
    joined: bool = True,
) -> Iterator[World]:
    """Build a world of its own tenant; ``only`` names the vendors to connect (default: all that are declared).

    Without ``joined`` the sandboxes stand there and nobody has connected them.
    """
    chosen = only or tuple(declarations())
    clock = ManualClock(NOON)
    server = build(chosen)
    runtime = Runtime(
        store=store,
        seal=seal,
        directory=Directory(store, seal),
        clock=clock,
        analyzer=analyzer("textblob"),
        vendors=vendors(),
        settings=replace(WorkerSettings(), **(settings or {})),
    )
    tenant = f"t-{secrets.token_hex(6)}"
    with serving(server) as url:
        made = World(store, seal, clock, server, url, tenant, runtime)
        _open(made, chosen, mode, reply_write, joined=joined)
        yield made


def _open(made: World, chosen: tuple[str, ...], mode: str, reply_write: str, *, joined: bool) -> None:
    given = {vendor: made.sandbox(vendor).credentials() for vendor in chosen}
    owners = {vendor: dict.fromkeys(("admin", "on_call", "trained"), one["agent"]) for vendor, one in given.items()}
    with made.store.tenant(made.tenant) as connection:
        enrolment.open_tenant(
            connection, made.tenant, "Test", NOON, mode=mode, reply_write=reply_write, choices={"owners": owners}
        )
        enrolment.record_basis(connection, made.tenant, BASES, "test", NOON)
    for vendor in chosen:
        made.sandbox(vendor).clock({"set": NOON.isoformat()})
        if not joined:
            continue
        _join(made, vendor, given[vendor])
        made.runtime.plugin(made.place(vendor)).provision()


def _join(made: World, vendor: str, given: Mapping[str, str]) -> None:
    installation, secret = secrets.token_hex(8), secrets.token_urlsafe(16)
    known = ("access", "refresh", "account_ref", "integration_user", "agent")
    extra = {name: value for name, value in given.items() if name not in known}
    enrolment.join(
        made.store,
        made.seal,
        Joining(
            installation=installation,
            tenant=made.tenant,
            vendor=vendor,
            account_ref=given["account_ref"],
            base_url=f"{made.url}/{vendor}",
            secrets=(secret,),
            integration_ids=(given["integration_user"],),
            token=Token(given.get("access", ""), given.get("refresh", ""), extra=extra),
            options={"poll_seconds": 0.01},
        ),
        NOON,
    )
    made.installations[vendor], made.secret[vendor] = installation, secret
