"""The way in: accepted deliveries a second beside a bare Flask, and the answer's p99 while a worker is busy."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle
from statistics import median

from tests.bench import load, traffic
from tests.bench.stage import Stage, bare_server
from tests.bench.traffic import Ticket

CONNECTIONS = 16
PER_SECOND = 120.0
WORKERS, THREADS = 2, 8
FASTEST = 3000


@dataclass(frozen=True, slots=True)
class Accepting:
    """Figure 1: answers a second of each run. ``stored`` of ``sent`` events stood in the inbox afterwards."""

    bare: tuple[float, ...]
    ours: tuple[float, ...]
    sent: int
    stored: int

    @property
    def ratio(self) -> float:
        """Our median to the bare server's."""
        return median(self.ours) / median(self.bare)


def accepting(stage: Stage, tickets: list[Ticket], *, runs: int, seconds: float) -> Accepting:
    """Alternate between the bare server and ours, the same requests to both."""
    bare, ours, sent = [], [], 0
    before = stage.pending()
    with bare_server(stage.stack, WORKERS, THREADS) as bare_url:
        for number in range(-1, runs):
            address = f"{bare_url}/webhooks/zendesk/bare"
            reference = _run(address, cycle(_ready(stage, address, tickets, 1)), seconds)
            result = _run(stage.webhook_url, _ready(stage, stage.webhook_url, tickets, seconds), seconds)
            _only(reference, 204)
            _only(result, 200)
            sent += result.statuses[200]
            if number >= 0:  # The first pair of runs warms both up.
                bare.append(reference.rate)
                ours.append(result.rate)
                stage.say(f"accepting: bare {reference.rate:.0f}/s, ours {result.rate:.0f}/s")
    return Accepting(tuple(bare), tuple(ours), sent, stage.pending() - before)


@dataclass(frozen=True, slots=True)
class Answering:
    """Figure 2, in milliseconds. ``busy``: events that a worker judged during the run."""

    p50: float
    p99: float
    worst: float
    sent: int
    busy: int


def answering(stage: Stage, tickets: list[Ticket], *, seconds: float) -> Answering:
    """Send at an even pace while a worker drains what the last figure left behind."""
    count = int(seconds * PER_SECOND)
    ready = list(traffic.deliveries(stage.webhook_url, stage.secret, tickets, count))
    before = stage.pending()
    result = load.paced(stage.webhook_url, ready, connections=CONNECTIONS, per_second=PER_SECOND)
    _only(result, 200)
    busy = before + count - stage.pending()
    return Answering(result.percentile(0.5), result.percentile(0.99), 1000 * max(result.waits), count, busy)


def _ready(stage: Stage, url: str, tickets: list[Ticket], seconds: float) -> Iterator[bytes]:
    """Sign enough for a fast server before the clock starts."""
    return iter(list(traffic.deliveries(url, stage.secret, tickets, int(FASTEST * seconds))))


def _run(url: str, ready: Iterator[bytes], seconds: float) -> load.Result:
    return load.full_speed(url, ready, connections=CONNECTIONS, seconds=seconds)


def _only(result: load.Result, status: int) -> None:
    if set(result.statuses) != {status}:
        raise RuntimeError(f"expected only {status}, got {dict(result.statuses)}")
