"""API calls for the field writes of many changed cases, in a small world whose clock stands still."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from core.store.engine import Store
from core.store.seal import Seal
from manifests import declarations
from tests.bench import traffic
from tests.bench.stage import NO_LIMITS
from tests.world import NOON, World, world

# Records that one write call of the vendor can carry, from the vendors' own documentation.
AT_ONCE: Mapping[str, int] = {"zendesk": 100, "salesforce": 200, "hubspot": 100}


@dataclass(frozen=True, slots=True)
class Calling:
    """Figure 4 for one vendor: calls by purpose while so many changed cases were written."""

    vendor: str
    cases: int
    changed: int
    calls: Mapping[str, int]

    @property
    def floor(self) -> int:
        """The fewest calls that the vendor's batch size allows."""
        return math.ceil(self.changed / AT_ONCE.get(self.vendor, 100))


def calls(store: Store, seal: Seal, vendor: str, cases: int) -> Calling:
    """Let one customer of nobody's account write each case, judge all of them, then count what writing takes."""
    with world(store, seal, only=(vendor,)) as made, _hearing(made, vendor):
        sandbox = made.sandbox(vendor)
        _, persons = traffic.people(cases)
        sandbox.seed([], [{**person, "account": None, "email": None} for person in persons])
        said = list(traffic.messages(cases, 1, start=NOON - timedelta(hours=2)))
        sandbox.say(said)
        _judge(made, vendor)
        before = dict(sandbox.calls())
        made.work()
        after = sandbox.calls()
        records = sandbox.records()["case"].values()
        changed = sum(any(_stands(one, name) for name in one) for one in records)
        return Calling(vendor, cases, changed, {name: after[name] - before.get(name, 0) for name in after})


def _stands(record: Mapping[str, object], name: str) -> bool:
    return name.lower().startswith("attune") and record[name] not in (None, "", False, [])


def vendors() -> list[str]:
    """Return the vendors that can be benchmarked."""
    return sorted(declarations())


def _judge(made: World, vendor: str) -> None:
    from core.jobs import inbox

    for shard in range(made.runtime.settings.shards):
        inbox.drain(made.runtime, made.installations[vendor], shard)


@contextmanager
def _hearing(made: World, vendor: str) -> Iterator[None]:
    """Let the vendor's webhooks reach the application without a network."""
    declared, secret, client = declarations()[vendor], made.secret[vendor], made.app().test_client()
    path = f"/webhooks/{vendor}/{made.installations[vendor]}"
    if declared.get("path_secret"):
        path = f"{path}/{secret}"
    sandbox = made.sandbox(vendor)

    def post(_: str, body: bytes, headers: Mapping[str, str]) -> int:
        answer = client.post(path, data=body, headers=dict(headers))
        if answer.status_code >= 300:
            raise RuntimeError(f"{vendor}: a webhook was answered {answer.status_code}")
        return answer.status_code

    sandbox.sender.post = post
    sandbox.configure({"webhook_url": f"http://localhost{path}", "secret": secret, **NO_LIMITS})
    yield
