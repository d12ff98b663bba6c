"""What the widgets wait for: cards at full speed and at an even pace, and the judgement of drafts."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import cycle
from random import Random

import requests

from core.roles import Reader
from core.store import bearer
from tests.bench import draining, load, traffic
from tests.bench.door import CONNECTIONS
from tests.bench.draining import Weight
from tests.bench.load import Result
from tests.bench.stage import VENDOR, Stage

CASES, PER_CASE, READERS = 100, 1, 20
CARDS_PER_SECOND, DRAFTS_PER_SECOND = 100.0, 10.0
DRAFTS = tuple(f"{one} I have looked at your order and you will hear from me by Friday." for one in traffic.REPLY)


@dataclass(frozen=True, slots=True)
class Reading:
    """Figure 6, in milliseconds and requests a second. ``judged`` of ``drafts`` got their hints in time."""

    rate: float
    full_p95: float
    paced_p95: float
    draft_p95: float
    drafts: int
    judged: int


def reading(stage: Stage, *, seconds: float) -> tuple[Reading, Weight]:
    """Let customers write, judge it, then read the cards and judge drafts."""
    _fill(stage)
    cards = cycle(list(_cards(stage)))
    load.full_speed(stage.stack.web_url, cards, connections=CONNECTIONS, seconds=1.0)  # Warms up.
    full = _only(load.full_speed(stage.stack.web_url, cards, connections=CONNECTIONS, seconds=seconds))
    stage.say(f"reading: {full.rate:.0f} cards/s, p95 {full.percentile(0.95):.0f} ms")
    some = [next(cards) for _ in range(int(CARDS_PER_SECOND * seconds))]
    paced = _only(load.paced(stage.stack.web_url, some, connections=CONNECTIONS, per_second=CARDS_PER_SECOND))
    _warm_coach(stage)
    drafts = list(_drafts(stage, int(DRAFTS_PER_SECOND * seconds)))
    written = _only(load.paced(stage.stack.web_url, drafts, connections=CONNECTIONS, per_second=DRAFTS_PER_SECOND))
    judged = sum(_verdict(stage, one) == "judged" for one in range(len(drafts)))
    found = Reading(
        rate=full.rate,
        full_p95=full.percentile(0.95),
        paced_p95=paced.percentile(0.95),
        draft_p95=written.percentile(0.95),
        drafts=len(drafts),
        judged=judged,
    )
    return found, draining.heaviest_web(stage, "web process after drafts")


def _fill(stage: Stage) -> None:
    stage.seed(CASES)
    stage.speak(list(traffic.messages(CASES, PER_CASE)))
    worker = stage.start_worker(1)
    while stage.left():
        time.sleep(0.5)
    worker.terminate()
    worker.wait(30)


def _cards(stage: Stage) -> Iterator[bytes]:
    for number in range(CASES):
        address = f"{stage.stack.web_url}/api/v1/cases/{number + 1}"
        yield load.request(address, _proof(stage, number), b"", method="GET")


def _drafts(stage: Stage, count: int) -> Iterator[bytes]:
    chance = Random(5)
    for number in range(count):
        address = f"{stage.stack.web_url}/api/v1/cases/{number % CASES + 1}/draft"
        body = json.dumps({"text": f"{chance.choice(DRAFTS)} Your number: {number}."}).encode()
        yield load.request(address, _proof(stage, number), body)


def _proof(stage: Stage, number: int) -> dict[str, str]:
    installation = stage.tenancy.installations[VENDOR]
    reader = Reader(stage.tenancy.tenant, installation, VENDOR, str(500 + number % READERS), "agent")
    return {"Authorization": f"Bearer {bearer.issue(stage.runtime.seal, reader, datetime.now(UTC))}"}


def _verdict(stage: Stage, number: int) -> str:
    text = {"text": f"{DRAFTS[number % len(DRAFTS)]} Again {number}."}
    address = f"{stage.stack.web_url}/api/v1/cases/{number % CASES + 1}/draft"
    found: str = requests.post(address, json=text, headers=_proof(stage, number), timeout=30).json()["verdict"]
    return found


def _warm_coach(stage: Stage) -> None:
    """Ask until every web process has its analyser: the first drafts of a process go out unchecked."""
    good = 0
    while good < 20:
        good = good + 1 if _verdict(stage, good) == "judged" else 0


def _only(result: Result) -> Result:
    if set(result.statuses) != {200}:
        raise RuntimeError(f"expected only 200, got {dict(result.statuses)}")
    return result


def rows(one: Reading, weight: Weight) -> Sequence[tuple[str, str, str, str]]:
    """Return the table's rows."""
    cards = f"**{one.rate:.0f}/s** at full speed (p95 {one.full_p95:.0f} ms over {CONNECTIONS} connections)"
    drafts = (
        f"**{one.draft_p95:.0f} ms** (at {DRAFTS_PER_SECOND:.0f}/s; {one.judged} of {one.drafts} got hints in time)"
    )
    return (
        ("cards of the widgets, one tenant, every reading in the trail", cards, "≥ 200/s", "≥ 400/s"),
        (f"card p95 at {CARDS_PER_SECOND:.0f}/s", f"**{one.paced_p95:.0f} ms**", "≤ 300 ms", "≤ 100 ms"),
        ("draft p95, over loopback", drafts, "≤ 400 ms", "≤ 200 ms"),
        (weight.name, f"**{weight.resident:.0f} MB** resident, {weight.proportional:.0f} MB proportional", "", ""),
    )
