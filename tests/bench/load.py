"""A cheap load generator: raw keep-alive connections in one thread, requests built and signed before the clock starts.

It costs about 20 microseconds a request, so that on a small machine the server is measured and not the generator.
"""

from __future__ import annotations

import selectors
import socket
import time
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

END = b"\r\n\r\n"
LENGTH = b"content-length:"


@dataclass(slots=True)
class Result:
    """What came of a run: answers by status, seconds, and the wait of each answer in seconds."""

    statuses: Counter[int] = field(default_factory=Counter)
    seconds: float = 0.0
    waits: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Answers a second."""
        return sum(self.statuses.values()) / self.seconds if self.seconds else 0.0

    def percentile(self, share: float) -> float:
        """Return the wait in milliseconds that this share of the answers did not exceed."""
        ordered = sorted(self.waits)
        return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


@dataclass(slots=True)
class Wire:
    """One connection: what was received of the answer, and since when it is waited for (0: idle)."""

    plug: socket.socket
    since: float = 0.0
    seen: bytes = b""

    def answered(self) -> int:
        """Read what has come; return the status once the answer is whole, else 0."""
        got = self.plug.recv(65536)
        if not got:
            raise ConnectionError("the server closed a connection")
        self.seen += got
        head, found, body = self.seen.partition(END)
        if not found or len(body) < _length(head):
            return 0
        status, self.seen = int(head[9:12]), b""
        return status


def request(url: str, headers: dict[str, str], body: bytes, *, method: str = "POST") -> bytes:
    """Build the bytes of one request."""
    parts = urlsplit(url)
    given = {"Host": parts.netloc, "Content-Length": str(len(body)), "Content-Type": "application/json", **headers}
    lines = [f"{method} {parts.path} HTTP/1.1", *(f"{name}: {value}" for name, value in given.items())]
    return "\r\n".join(lines).encode("latin-1") + END + body


def full_speed(url: str, requests: Iterator[bytes], *, connections: int, seconds: float) -> Result:
    """Keep every connection busy for ``seconds``; each sends its next request when the last one was answered."""
    result, chooser = Result(), selectors.DefaultSelector()
    wires = _connect(url, connections, chooser)
    began = time.perf_counter()
    for fresh_wire in wires:
        _send(fresh_wire, next(requests), time.perf_counter())
    busy = len(wires)
    while busy:
        for key, _ in chooser.select(5):
            wire: Wire = key.data
            if not (status := wire.answered()):
                continue
            now = time.perf_counter()
            _note(result, status, now - wire.since)
            fresh = next(requests, None) if now - began < seconds else None
            busy -= fresh is None
            if fresh is not None:
                _send(wire, fresh, now)
    result.seconds = time.perf_counter() - began
    _close(wires, chooser)
    return result


def paced(url: str, requests: Sequence[bytes], *, connections: int, per_second: float) -> Result:
    """Send each request at its own time; the wait counts from that time, also when no connection was free."""
    result, chooser = Result(), selectors.DefaultSelector()
    idle = deque(_connect(url, connections, chooser))
    wires, began = list(idle), time.perf_counter()
    due = deque((began + number / per_second, one) for number, one in enumerate(requests))
    while due or len(idle) < len(wires):
        while due and idle and due[0][0] <= time.perf_counter():
            at, one = due.popleft()
            _send(idle.popleft(), one, at)
        wait = max(0.0, due[0][0] - time.perf_counter()) if due and idle else 5.0
        for key, _ in chooser.select(wait):
            wire: Wire = key.data
            if status := wire.answered():
                _note(result, status, time.perf_counter() - wire.since)
                idle.append(wire)
    result.seconds = time.perf_counter() - began
    _close(wires, chooser)
    return result


def _connect(url: str, connections: int, chooser: selectors.BaseSelector) -> list[Wire]:
    parts = urlsplit(url)
    wires = [Wire(socket.create_connection((parts.hostname, parts.port), 30)) for _ in range(connections)]
    for wire in wires:
        wire.plug.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        chooser.register(wire.plug, selectors.EVENT_READ, wire)
    return wires


def _send(wire: Wire, content: bytes, since: float) -> None:
    wire.since = since
    wire.plug.sendall(content)


def _note(result: Result, status: int, wait: float) -> None:
    result.statuses[status] += 1
    result.waits.append(wait)


def _length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(LENGTH):
            return int(line.removeprefix(LENGTH))
    return 0


def _close(wires: Sequence[Wire], chooser: selectors.BaseSelector) -> None:
    for wire in wires:
        wire.plug.close()
    chooser.close()
