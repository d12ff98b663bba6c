"""What the benchmarks play on: the real processes of a stack, its tenant, and records in the sandbox."""

from __future__ import annotations

import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil
import requests
from sqlalchemy import func, select

import wsgi
from core.jobs.runtime import Runtime
from core.store import waiting
from core.store.tables import InboxRow
from plugins.cli import joining, stack
from plugins.cli.joining import Tenancy
from plugins.cli.service import web_server
from plugins.cli.stack import Stack
from tests.bench.traffic import Message, Ticket, people

# The pipe is to be measured, not what a vendor's plan allows.
MANY = 10_000_000
NO_LIMITS = {
    "limits": {
        "requests_per_minute": MANY,
        "ticket_updates_per_minute": MANY,
        "burst": MANY,
        "search": MANY,
        "api_daily": MANY,
    }
}
VENDOR = "zendesk"
CHUNK = 250
Say = Callable[[str], None]


@dataclass
class Stage:
    """A running stack without workers, and a tenant whose accounts are the sandboxes."""

    stack: Stack
    runtime: Runtime
    tenancy: Tenancy
    say: Say

    @property
    def webhook_url(self) -> str:
        """Where Zendesk's deliveries go."""
        return f"{self.stack.web_url}/webhooks/{VENDOR}/{self.tenancy.installations[VENDOR]}"

    @property
    def secret(self) -> str:
        """What Zendesk signs with."""
        return self.runtime.directory.find(self.tenancy.installations[VENDOR]).secrets.live[0]

    def start_worker(self, number: int) -> psutil.Process:
        """Start a worker process."""
        return psutil.Process(self.stack.spawn(f"worker-{number}", "worker", "--name", f"worker-{number}").pid)

    def left(self) -> int:
        """Events, writes and jobs that are not done."""
        return waiting.left(self.runtime.store, self.tenancy.tenant, datetime.now(UTC))

    def pending(self) -> int:
        """Events that are not judged."""
        with self.runtime.store.tenant(self.tenancy.tenant) as connection:
            statement = select(func.count()).where(InboxRow.state == "pending")
            return int(connection.execute(statement).scalar_one())

    def seed(self, cases: int) -> dict[str, Any]:
        """Create accounts and people for so many cases in every sandbox."""
        accounts, persons = people(cases)
        made: dict[str, dict[str, Any]] = {}
        for vendor in self.tenancy.installations:
            made[vendor] = self.stack.control(vendor, "seed", {"accounts": accounts, "people": persons})
        return made[VENDOR]

    def speak(self, said: Sequence[Message]) -> list[dict[str, Any]]:
        """Let people write to Zendesk."""
        answers: list[dict[str, Any]] = []
        for start in range(0, len(said), CHUNK):
            answers += self.stack.control(VENDOR, "say", list(said[start : start + CHUNK]))
        return answers

    def silent_tickets(self, cases: int, said: Sequence[Message]) -> list[Ticket]:
        """Open tickets of which no webhook tells."""
        made = self.seed(cases)
        self.stack.control(VENDOR, "configure", {"webhook_url": ""})
        answers = self.speak(said)
        _, persons = people(cases)
        whose = {str(one["key"]): str(one["account"]) for one in persons}
        return [
            Ticket(answer["case"], made["people"][message["person"]], made["accounts"][whose[message["person"]]])
            for message, answer in zip(said, answers, strict=True)
        ]


@contextmanager
def stage(say: Say, **environment: str) -> Iterator[Stage]:
    """Run database, sandboxes and web as processes of their own; workers are started when they are wanted."""
    folder = Path(tempfile.mkdtemp(prefix="attune-bench-"))
    with stack.running(folder, workers=0, keep=False, say=say, settings=environment) as running:
        chosen = wsgi.settings()
        chosen = replace(
            chosen,
            storage=replace(chosen.storage, data_dir=str(folder)),
            judge=replace(chosen.judge, log_level="ERROR"),
        )
        runtime = wsgi.create_runtime(chosen, running.database.addresses)
        tenancy = joining.join_sandboxes(runtime, running, "bench", datetime.now(UTC))
        for vendor in tenancy.installations:
            running.control(vendor, "configure", NO_LIMITS)
        yield Stage(running, runtime, tenancy, say)
        runtime.store.close()


@contextmanager
def bare_server(running: Stack, workers: int, threads: int) -> Iterator[str]:
    """Serve the bare Flask application behind the same gunicorn; give its address."""
    port = stack.free_port()
    command = web_server("tests.bench.bare:app", f"127.0.0.1:{port}", workers, threads)
    process = subprocess.Popen(command, env=running.environment, stdin=subprocess.DEVNULL)
    try:
        _wait(f"http://127.0.0.1:{port}/")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


def _wait(url: str) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        try:
            requests.get(url, timeout=2)
        except requests.RequestException:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError(url)
