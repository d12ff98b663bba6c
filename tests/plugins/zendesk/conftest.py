"""One Zendesk sandbox on loopback, one installation's plugin against it, and what they say to each other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from connectors.sandbox import SandboxServer, serving
from connectors.zendesk.sandbox import Sandbox
from core.errors import RetryLaterError
from core.model import Delivery, Event
from core.ports import Access, Clock, Secrets, Token
from plugins.zendesk.plugin import ZendeskPlugin
from webhooks.zendesk import intake

SECRET = "a-signing-secret"


class Vault:
    def __init__(self, token: Token) -> None:
        self.token, self.renewals = token, 0

    def current(self) -> Token:
        return self.token

    def renew(self, stale: Token, fetch: Callable[[Token], Token]) -> Token:
        if stale.generation == self.token.generation:
            self.token, self.renewals = fetch(stale), self.renewals + 1
        return self.token


@dataclass
class Budget:
    spent: int = 0
    learned: list[tuple[str, int, int]] = field(default_factory=list)
    blocked: list[tuple[str, float]] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    empty_after: int | None = None

    def spend(self, limit: str, cost: int = 1) -> None:
        self.spent += cost
        if self.empty_after is not None and self.spent > self.empty_after:
            raise RetryLaterError(2.0, "budget")

    def learn(self, limit: str, *, capacity: int, remaining: int, resets_in: float) -> None:
        self.learned.append((limit, capacity, remaining))

    def block(self, limit: str, seconds: float) -> None:
        self.blocked.append((limit, seconds))

    def count(self, operation: str, calls: int = 1) -> None:
        self.counts[operation] = self.counts.get(operation, 0) + calls


@dataclass
class World:
    """A sandbox account, its webhooks caught as events, and the plugin."""

    box: Sandbox
    url: str
    vault: Vault
    budget: Budget
    access: Access
    plugin: ZendeskPlugin
    deliveries: list[Delivery] = field(default_factory=list)

    def say(self, *messages: dict[str, Any]) -> list[Event]:
        """Let people write and return the events that arrive, through signature and parser."""
        said = [{"case": "c", "person": "ada", "role": "customer", "channel": "email", **m} for m in messages]
        return self.events(lambda: self.box.say(said))

    def events(self, act: Callable[[], object]) -> list[Event]:
        before = len(self.deliveries)
        act()
        assert self.box.settle(10)
        found: list[Event] = []
        for delivery in self.deliveries[before:]:
            intake.verify(delivery, Secrets((SECRET,)))
            parsed = intake.parse(delivery, frozenset({str(self.box.integration_id)}))
            assert not parsed.rejects
            found += parsed.events
        return found


@pytest.fixture(scope="session")
def sandbox() -> Iterator[tuple[Sandbox, str]]:
    box = Sandbox()
    with serving(SandboxServer({"zendesk": box})) as url:
        yield box, f"{url}/zendesk"


@pytest.fixture
def world(sandbox: tuple[Sandbox, str]) -> Iterator[World]:
    box, url = sandbox
    box.options.clear()
    box.reset()
    box.clock_.move({"set": datetime.now(UTC).isoformat()})
    yield open_world(box, url)
    box.sender.url = ""


def open_world(box: Sandbox, url: str) -> World:
    given = box.credentials()
    vault = Vault(Token(given["access"], given["refresh"], generation=1))
    budget = Budget()
    options = {"client_id": given["client_id"], "client_secret": given["client_secret"], "poll_seconds": 0}
    clock: Clock = box.clock_
    access = Access(f"inst-{id(vault)}", given["account_ref"], url, vault, budget, clock, options)
    world = World(box, url, vault, budget, access, ZendeskPlugin(access))
    box.configure({"webhook_url": "http://127.0.0.1/", "secret": SECRET})
    box.sender.post = _catcher(world)
    box.seed(
        [{"key": "firm", "name": "Firm", "domain": "firm.example", "external_id": "F-1", "crm_id": "001A"}],
        [
            {"key": "ada", "name": "Ada Example", "email": "ada@firm.example", "account": "firm", "crm_id": "003A"},
            {"key": "kid", "name": "Kim", "email": "kim@firm.example", "account": "firm", "minor": True},
            {"key": "noe", "name": "Noe", "email": "noe@firm.example", "account": None, "objected": True},
        ],
    )
    world.plugin.provision()
    return world


def _catcher(world: World) -> Callable[[str, bytes, dict[str, str]], int]:
    def post(url: str, body: bytes, headers: dict[str, str]) -> int:
        now = world.box.clock_.now()
        world.deliveries.append(Delivery("zendesk", "i", "POST", url, headers, body, now))
        return 200

    return post
