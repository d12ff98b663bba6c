"""One HubSpot sandbox on loopback, one installation's plugin against it, and what they say to each other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import pytest

from connectors.hubspot.sandbox import Sandbox
from connectors.sandbox import SandboxServer, serving
from core.errors import RetryLaterError
from core.model import Delivery, Event
from core.ports import Access, Secrets, Token
from plugins.hubspot.plugin import HubSpotPlugin
from tests.conftest import MakeWorld
from tests.plugins.hubspot.workflow import Workflow, open_account
from webhooks.hubspot import intake

SECRET = "an-app-secret"
ADDRESS = "https://attune.example/webhooks/hubspot/i?x=a%3Ab"
numbers = count()


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
    spent: dict[str, int] = field(default_factory=dict)
    learned: list[tuple[str, int, int, float]] = field(default_factory=list)
    blocked: list[tuple[str, float]] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    empty_after: int | None = None

    def spend(self, limit: str, cost: int = 1) -> None:
        self.spent[limit] = self.spent.get(limit, 0) + cost
        if self.empty_after is not None and sum(self.spent.values()) > self.empty_after:
            raise RetryLaterError(2.0, "budget")

    def learn(self, limit: str, *, capacity: int, remaining: int, resets_in: float) -> None:
        self.learned.append((limit, capacity, remaining, resets_in))

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
    plugin: HubSpotPlugin
    ids: dict[str, dict[str, str]] = field(default_factory=dict)
    deliveries: list[Delivery] = field(default_factory=list)
    echoes: int = 0

    def say(self, *messages: dict[str, Any]) -> list[Event]:
        """Let people write and return the events that arrive, through signature and parser."""
        said = [{"case": "c", "person": "ada", "role": "customer", "channel": "email", **m} for m in messages]
        return self.events(lambda: self.box.say(said))

    def ticket(self, case: str = "c") -> str:
        return self.box.talk._cases[case]

    def events(self, act: Callable[[], object]) -> list[Event]:
        before = len(self.deliveries)
        act()
        assert self.box.settle(10)
        found: list[Event] = []
        for delivery in self.deliveries[before:]:
            intake.verify(delivery, Secrets((SECRET,), account_ref=self.access.account_ref))
            parsed = intake.parse(delivery, frozenset({self.box.credentials()["integration_user"]}))
            assert not parsed.rejects
            self.echoes += parsed.echoes
            found += parsed.events
        return found


@pytest.fixture(scope="session")
def sandbox() -> Iterator[tuple[Sandbox, str]]:
    box = Sandbox()
    with serving(SandboxServer({"hubspot": box})) as url:
        yield box, f"{url}/hubspot"


@pytest.fixture
def world(sandbox: tuple[Sandbox, str]) -> Iterator[World]:
    box, url = sandbox
    box.options.clear()
    box.reset()
    box.clock_._shift *= 0
    yield open_world(box, url)
    box.sender.url = ""


def open_world(box: Sandbox, url: str, **options: Any) -> World:
    given = box.credentials()
    vault = Vault(Token(given["access"], given["refresh"], generation=1))
    budget = Budget()
    named = {"client_id": given["client_id"], "client_secret": given["client_secret"], **options}
    access = Access(f"inst-{next(numbers)}", given["account_ref"], url, vault, budget, box.clock_, named)
    world = World(box, url, vault, budget, access, HubSpotPlugin(access))
    box.configure({"webhook_url": ADDRESS, "secret": SECRET, "limits": {"burst": 100_000, "search": 1000}})
    box.sender.post = _catcher(world)
    world.ids = box.seed(
        [
            {
                "key": "firm",
                "name": "Firm",
                "domain": "firm.example",
                "external_id": "F-1",
                "crm_id": "001A0000012abcDIAQ",
                "signals": {"usage": 60, "adoption": 50.5},
            }
        ],
        [
            {
                "key": "ada",
                "name": "Ada Example",
                "email": "ada@firm.example",
                "account": "firm",
                "crm_id": "003A0000012abcDIAQ",
                "external_id": "P-1",
            },
            {"key": "kid", "name": "Kim", "email": "kim@firm.example", "account": "firm", "minor": True},
            {"key": "noe", "name": "Noe", "email": "noe@free.example", "account": None, "objected": True},
        ],
    )
    world.plugin.provision()
    budget.spent.clear()
    budget.counts.clear()
    box.counter.clear()
    return world


def _catcher(world: World) -> Callable[[str, bytes, dict[str, str]], int]:
    def post(url: str, body: bytes, headers: dict[str, str]) -> int:
        now = world.box.clock_.now()
        world.deliveries.append(Delivery("hubspot", "i", "POST", url, headers, body, now))
        return 200

    return post


@pytest.fixture
def open_workflow(make_world: MakeWorld) -> Callable[..., Workflow]:
    """Open accounts whose workflow asks; with a text Ada has written it and agreed to marketing by e-mail."""
    return lambda text="": open_account(make_world, text)


@pytest.fixture
def workflow(open_workflow: Callable[..., Workflow]) -> Workflow:
    return open_workflow()
