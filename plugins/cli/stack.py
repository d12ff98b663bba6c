"""The whole of Attune on one machine: database, sandboxes, web, workers, each a real process."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from core.errors import ConfigurationError
from core.store import embedded
from core.store.migrate import upgrade

START_SECONDS = 180.0
Say = Callable[[str], None]


@dataclass
class Stack:
    """Addresses and processes of a running stack. ``logs`` holds one file a process."""

    folder: Path
    database: embedded.Embedded
    environment: dict[str, str]
    sandbox_url: str = ""
    web_url: str = ""
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def logs(self) -> Path:
        """The folder of the processes' logs."""
        return self.folder / "logs"

    def spawn(self, name: str, *arguments: str, **environment: str) -> subprocess.Popen[bytes]:
        """Start one process of ours; its output goes to a log file."""
        self.logs.mkdir(parents=True, exist_ok=True)
        with (self.logs / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(  # noqa: S603
                [sys.executable, "-m", "plugins.cli", *arguments],
                stdout=log,
                stderr=log,
                env={**self.environment, **environment},
                stdin=subprocess.DEVNULL,
            )
        self.processes[name] = process
        return process

    def stop(self, name: str) -> None:
        """Stop a process kindly, then not."""
        process = self.processes.pop(name, None)
        if process is None:
            return
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def control(self, vendor: str, method: str, argument: Any = None) -> Any:
        """Call a sandbox's control API."""
        url = f"{self.sandbox_url}/{vendor}/__sandbox__/{method}"
        answer = requests.get(url, timeout=600) if argument is None else requests.post(url, json=argument, timeout=600)
        answer.raise_for_status()
        return answer.json()


@contextmanager
def running(
    folder: Path, *, workers: int, keep: bool, say: Say, settings: Mapping[str, str] | None = None
) -> Iterator[Stack]:
    """Run everything under ``folder`` (absolute); without ``keep`` the folder is removed at the end."""
    say("starting PostgreSQL")
    database = embedded.start(folder)
    environment = {
        **os.environ,
        "DATABASE_URL": database.addresses.app,
        "DATABASE_OWNER_URL": database.addresses.owner,
        "ATTUNE_DATA_DIR": str(folder),
        "ATTUNE_ALLOW_ROOT": "1",
        **(settings or {}),
    }
    stack = Stack(folder, database, environment)
    try:
        say("migrating the database")
        upgrade(database.addresses.owner)
        _start(stack, workers, say)
        yield stack
    except ConfigurationError:
        # Its words name a log file that somebody will want to read.
        keep = True
        raise
    finally:
        for name in list(stack.processes):
            stack.stop(name)
        database.stop()
        if not keep:
            shutil.rmtree(folder, ignore_errors=True)


def start_web(stack: Stack) -> None:
    """Start the web process and wait until it answers."""
    stack.spawn("web", "serve", ATTUNE_HOST="127.0.0.1", ATTUNE_PORT=stack.web_url.rpartition(":")[2])
    wait_for(f"{stack.web_url}/readyz", stack, "web")


def free_port() -> int:
    """Return a port on loopback that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(url: str, stack: Stack, name: str) -> None:
    """Wait until ``url`` answers; raise ``ConfigurationError`` with the log's place when it does not."""
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        process = stack.processes.get(name)
        if process is None or process.poll() is not None:
            break
        with suppress(requests.RequestException):
            if requests.get(url, timeout=2).status_code < 500:
                return
        time.sleep(0.05)
    raise ConfigurationError(f"{name} did not start; its log is {stack.logs / name}.log")


def _start(stack: Stack, workers: int, say: Say) -> None:
    say("starting the sandboxes of Zendesk, Salesforce and HubSpot")
    port = free_port()
    stack.sandbox_url = f"http://127.0.0.1:{port}"
    stack.spawn("sandbox", "sandbox", "--port", str(port))
    say("starting web and workers")
    stack.web_url = stack.environment.get("ATTUNE_DEMO_URL") or f"http://127.0.0.1:{free_port()}"
    wait_for(f"{stack.sandbox_url}/", stack, "sandbox")
    start_web(stack)
    for number in range(1, workers + 1):
        stack.spawn(f"worker-{number}", "worker", "--name", f"worker-{number}")
