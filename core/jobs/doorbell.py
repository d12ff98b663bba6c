"""Wakes the workers after events were committed, and writes the counters, outside the vendor's waiting time.

The stored row is the truth; the job is only a wake-up. A ring that is lost in a crash is made good by the sweep.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from datetime import datetime

from core.errors import RetryLaterError

Wake = Callable[[str, int], None]
Hour = tuple[str, str, datetime]
Count = Callable[[str, str, datetime, dict[str, int]], None]


class Doorbell:
    """Gathers rings and counts for a moment and passes each on once; starts its thread at the first use."""

    def __init__(self, wake: Wake, count: Count, seconds: float = 0.05, rest_seconds: float = 0.25) -> None:
        self._wake, self._count = wake, count
        # The first ring is passed on at once; under load few wake-ups do for many deliveries.
        self._seconds, self._rest_seconds = seconds, rest_seconds
        self._lock = threading.Lock()
        self._rung: set[tuple[str, int]] = set()
        self._counts: dict[Hour, Counter[str]] = {}
        self._pending = threading.Event()
        self._thread: threading.Thread | None = None

    def ring(self, installation: str, shards: set[int]) -> None:
        """Ask for a drain of these parts of the inbox."""
        with self._lock:
            self._rung.update((installation, shard) for shard in shards)
        self._wake_thread()

    def count(self, tenant: str, installation: str, at: datetime, names: dict[str, int]) -> None:
        """Add to the hour's counters."""
        hour = at.replace(minute=0, second=0, microsecond=0)
        with self._lock:
            held = self._counts.setdefault((tenant, installation, hour), Counter())
            for name, n in names.items():
                if n:
                    held[name] += n
        self._wake_thread()

    def flush(self) -> None:
        """Pass on everything gathered so far; what cannot be passed on now is kept for the next time."""
        with self._lock:
            rung, self._rung = self._rung, set()
            counts, self._counts = self._counts, {}
        try:
            while rung:
                self._wake(*min(rung))
                rung.remove(min(rung))
            while counts:
                key, names = next(iter(counts.items()))
                self._count(*key, dict(names))
                del counts[key]
        except RetryLaterError:
            self._keep(rung, counts)

    def _keep(self, rung: set[tuple[str, int]], counts: dict[Hour, Counter[str]]) -> None:
        with self._lock:
            self._rung |= rung
            for key, names in counts.items():
                self._counts.setdefault(key, Counter()).update(names)

    def _wake_thread(self) -> None:
        # Started late, because a web server forks its workers after the application was built.
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._run, daemon=True, name="doorbell")
            self._thread.start()
        if not self._pending.is_set():
            self._pending.set()

    def _run(self) -> None:
        while True:
            self._pending.wait()
            self._pending.clear()
            threading.Event().wait(self._seconds)
            self.flush()
            threading.Event().wait(self._rest_seconds)
