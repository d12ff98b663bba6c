"""API calls for the field writes of many changed cases, in a small world whose clock stands still."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from core.store.engine import Store
from core.store.seal import Seal
from manifests import declarations
from tests.bench import traffic
from tests.bench.stage import NO_LIMITS
from tests.talk import connect, judge, rows
from tests.world import NOON, World, world

# Records that one write call of the vendor can carry, from the vendors' own documentation.
AT_ONCE: Mapping[str, int] = {"zendesk": 100, "salesforce": 200, "hubspot": 100}


@dataclass(frozen=True, slots=True)
class Calling:
    """Figure 4 for one vendor: calls by purpose while so many changed cases were written."""

    vendor: str
    cases: int
    people: int
    calls: Mapping[str, int]

    @property
    def floor(self) -> int:
        """The fewest calls that the vendor's batch size allows for the cases and for the people behind them."""
        most = AT_ONCE.get(self.vendor, 100)
        return math.ceil(self.cases / most) + math.ceil(self.people / most)


def calls(store: Store, seal: Seal, vendor: str, cases: int) -> Calling:
    """Let one customer of nobody's account write each case, judge all of them, then count what writing takes."""
    with world(store, seal, only=(vendor,)) as made:
        sandbox = connect(made, vendor, seed=False).box
        sandbox.configure(NO_LIMITS)
        _, persons = traffic.people(cases)
        sandbox.seed([], [{**person, "account": None, "email": None} for person in persons])
        said = list(traffic.messages(cases, 1, start=NOON - timedelta(hours=2)))
        sandbox.say(said)
        _judge_all(made)
        before = dict(sandbox.calls())
        made.work()
        after, records = sandbox.calls(), sandbox.records()
        counted = {name: after[name] - before.get(name, 0) for name in after}
        return Calling(vendor, _changed(records["case"]), _changed(records["person"]), counted)


def _judge_all(made: World) -> None:
    """Judge until the inbox is empty; the clock moves for a vendor whose calls a second are few."""
    for _ in range(200):
        judge(made)
        if not rows(made, "SELECT 1 FROM inbox WHERE state = 'pending' LIMIT 1"):
            return
        made.advance(1.0)


def _changed(records: Mapping[str, Mapping[str, object]]) -> int:
    """Count the records in which a field of ours holds something."""
    return sum(
        any(name.lower().startswith("attune") and value not in (None, "", False, []) for name, value in one.items())
        for one in records.values()
    )


def vendors() -> list[str]:
    """Return the vendors that can be benchmarked."""
    return sorted(declarations())
