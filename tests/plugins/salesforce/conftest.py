"""One Salesforce sandbox on loopback, one installation's plugin against it, and what they say to each other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from connectors.salesforce.sandbox import Sandbox
from connectors.sandbox import SandboxServer, serving
from core.errors import RetryLaterError
from core.model import Delivery, Event, Level, RecordChange, RecordRef
from core.ports import Access, Clock, Secrets, Token
from plugins.salesforce.plugin import SalesforcePlugin
from webhooks.salesforce import intake

SECRET = "a-path-secret"


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
    """A sandbox org, its outbound messages caught as events, and the plugin."""

    box: Sandbox
    url: str
    vault: Vault
    budget: Budget
    access: Access
    plugin: SalesforcePlugin
    deliveries: list[Delivery] = field(default_factory=list)
    echoes: int = 0

    def say(self, *messages: dict[str, Any]) -> list[Event]:
        """Let people write and return the events that arrive, through secret and parser."""
        said = [{"case": "c", "person": "ada", "role": "customer", "channel": "email", **m} for m in messages]
        return self.events(lambda: self.box.say(said))

    def events(self, act: Callable[[], object]) -> list[Event]:
        before = len(self.deliveries)
        act()
        assert self.box.settle(10)
        found: list[Event] = []
        for delivery in self.deliveries[before:]:
            intake.verify(delivery, Secrets((SECRET,), self.access.account_ref))
            parsed = intake.parse(delivery, frozenset({self.box.integration_id}))
            assert not parsed.rejects
            found += parsed.events
            self.echoes += parsed.echoes
        return found

    def cases(self, count: int) -> list[str]:
        """Open cases and return their ids."""
        said = [
            {"case": f"n{n}", "person": "ada", "role": "customer", "text": "x", "channel": "web"} for n in range(count)
        ]
        return [answer["case"] for answer in self.box.say(said)]

    def record(self, id_: str) -> dict[str, Any]:
        """Return what stands in a case, its tags left out."""
        values: dict[str, Any] = self.box.records()["case"][id_]
        return {name: value for name, value in values.items() if name != "tags"}


def change(id_: str, level: Level = Level.CASE, **parts: Any) -> RecordChange:
    """Return a change; by default of one number."""
    given = {"fields": {"attune_distress": 73}, **parts} if level is Level.CASE else parts
    return RecordChange(RecordRef("salesforce", level, id_), **given)


@pytest.fixture(scope="session")
def sandbox() -> Iterator[tuple[Sandbox, str]]:
    box = Sandbox()
    with serving(SandboxServer({"salesforce": box})) as url:
        yield box, f"{url}/salesforce"


@pytest.fixture
def world(sandbox: tuple[Sandbox, str]) -> Iterator[World]:
    box, url = sandbox
    box.options.clear()
    box.reset()
    yield open_world(box, url)
    box.sender.url = ""


def open_world(box: Sandbox, url: str, *, provisioned: bool = True) -> World:
    given = box.credentials()
    extra = {name: given[name] for name in ("client_id", "username", "private_key", "instance_url", "user_id")}
    vault, budget = Vault(Token(given["access"], generation=1, extra=extra)), Budget()
    clock: Clock = box.clock_
    access = Access(f"inst-{id(vault)}", given["account_ref"], url, vault, budget, clock, {})
    world = World(box, url, vault, budget, access, SalesforcePlugin(access))
    box.configure({"webhook_url": "http://127.0.0.1/hook", "secret": SECRET})
    box.sender.post = _catcher(world)
    box.seed(
        [
            {
                "key": "firm",
                "name": "Firm",
                "domain": "firm.example",
                "external_id": "F-1",
                "signals": {"usage": 60, "adoption": 0, "engagement": None},
            }
        ],
        [
            {"key": "ada", "name": "Ada Example", "email": "ada@firm.example", "account": "firm", "external_id": "P-1"},
            {"key": "kid", "name": "Kim", "email": "kim@firm.example", "account": "firm", "minor": True},
            {"key": "noe", "name": "Noe", "email": "noe@firm.example", "account": None, "objected": True},
        ],
    )
    if provisioned:
        world.plugin.provision()
        budget.counts.clear()
        box.counter.clear()
    return world


def _catcher(world: World) -> Callable[[str, bytes, dict[str, str]], int]:
    def post(url: str, body: bytes, headers: dict[str, str]) -> int:
        secret = url.rpartition("/")[2]
        now = world.box.clock_.now()
        world.deliveries.append(Delivery("salesforce", "i", "POST", url, headers, body, now, secret))
        return 200

    return post
