"""Asks the widgets' API in this process, as any reader in any role."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from core.language.analyzers import analyzer
from core.roles import Reader
from core.settings import WebSettings
from core.store import bearer
from plugins.api import routes
from plugins.api.coach import Coach
from plugins.api.desk import Desk
from plugins.hubspot.proof import HubSpotProof
from tests.world import World


@dataclass
class Asking:
    """The API on a world. ``woken`` lists the outboxes that were rung."""

    made: World
    web: Flask
    woken: list[str] = field(default_factory=list)
    vendor: str = "zendesk"

    def reader(self, role: str = "agent", user: str = "501") -> Reader:
        """A reader at the world's installation."""
        return Reader(self.made.tenant, self.made.installations[self.vendor], self.vendor, user, role)

    def bearer(self, role: str = "agent", user: str = "501") -> str:
        """A live bearer."""
        return bearer.issue(self.made.seal, self.reader(role, user), self.made.clock.now())

    def call(self, method: str, path: str, role: str = "agent", user: str = "501", **more: Any) -> TestResponse:
        """Send one request as a reader."""
        headers = {"Authorization": f"Bearer {self.bearer(role, user)}"}
        return self.web.test_client().open(f"/api/v1{path}", method=method, headers=headers, **more)

    def card(self, path: str, role: str = "agent", user: str = "501") -> dict[str, Any]:
        """Read one card."""
        answer = self.call("GET", path, role, user)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.get_json()
        return found


def ask(made: World, *, vendor: str = "zendesk", seconds: float = 20.0) -> Asking:
    """Put the API on an application of its own; drafts get more time than a person would give, for a busy machine."""
    asking = Asking(made, made.app(), vendor=vendor)
    desk = Desk(
        store=made.store,
        seal=made.seal,
        directory=made.runtime.directory,
        clock=made.clock,
        coach=Coach(lambda: analyzer("textblob"), seconds),
        wake_outbox=lambda installation, _: asking.woken.append(installation),
        proofs=(HubSpotProof(made.store, made.runtime.directory),),
    )
    routes.register(asking.web, desk, WebSettings())
    return asking
