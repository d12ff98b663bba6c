"""The real door on the real database, without a vendor behind it: for tests of what comes in."""

from __future__ import annotations

import secrets
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from sqlalchemy import func, select, text

from core.clock import ManualClock
from core.jobs.doorbell import Doorbell
from core.settings import WebSettings
from core.store import intake
from core.store.directory import Directory, enrol
from core.store.engine import Store
from core.store.seal import Seal
from core.store.tables import CounterRow
from tests.world import NOON
from webhooks.receiver import Receiver, blueprint


@dataclass
class Door:
    """One installation of one vendor, with the web application that serves it."""

    store: Store
    seal: Seal
    intake: Any
    account_ref: str = ""
    integration_ids: tuple[str, ...] = ("900",)
    secret: str = "door-secret"
    public_url: str = ""
    web_store: Store | None = None
    clock: ManualClock = field(default_factory=lambda: ManualClock(NOON))
    tenant: str = field(default_factory=lambda: f"t-{secrets.token_hex(6)}")
    installation: str = field(default_factory=lambda: secrets.token_hex(8))
    rung: list[tuple[str, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.enrol(self.secret)
        self.doorbell = Doorbell(
            lambda one, shard: self.rung.append((one, shard)), lambda *given: intake.count(self.store, *given), 3600.0
        )
        self.directory = Directory(self.web_store or self.store, self.seal)
        receiver = Receiver(
            store=self.web_store or self.store,
            seal=self.seal,
            directory=self.directory,
            doorbell=self.doorbell,
            clock=self.clock,
            intakes={self.intake.vendor: self.intake},
            web=WebSettings(public_url=self.public_url),
            shards=4,
        )
        self.web = Flask("door")
        self.web.register_blueprint(blueprint(receiver))

    def enrol(self, *live: str, vendor: str = "", installation: str = "") -> None:
        """Enter the installation with its live secrets."""
        with self.store.tenant(self.tenant) as connection:
            enrol(
                connection,
                self.seal,
                installation=installation or self.installation,
                tenant=self.tenant,
                vendor=vendor or self.intake.vendor,
                account_ref=self.account_ref,
                secrets=live,
                integration_ids=self.integration_ids,
            )

    @property
    def address(self) -> str:
        """The installation's address."""
        return f"/webhooks/{self.intake.vendor}/{self.installation}"

    def post(self, body: bytes, headers: dict[str, str] | None = None, path: str = "") -> Any:
        """Send a body; return the answer."""
        return self.web.test_client().post(path or self.address, data=body, headers=headers or {})

    def counters(self) -> dict[str, int]:
        """What the delivery counters say, without zeros."""
        self.doorbell.flush()
        with self.store.tenant(self.tenant) as connection:
            found = connection.execute(select(CounterRow.name, func.sum(CounterRow.n)).group_by(CounterRow.name))
            return {name: int(n) for name, n in sorted(Counter(dict(list(found))).items()) if n}

    def stored(self) -> tuple[int, int]:
        """How many events stand in the inbox and bodies in quarantine."""
        counts = [self.rows(f"SELECT count(*) FROM {table}")[0][0] for table in ("inbox", "quarantine")]
        return counts[0], counts[1]

    def rows(self, statement: str) -> list[Any]:
        """Run a hand-written query as the tenant."""
        with self.store.tenant(self.tenant) as connection:
            return list(connection.execute(text(statement)))
