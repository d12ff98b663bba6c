"""Sends a sandbox's webhooks: in order, signed afresh for each try, again after a failure, counted."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import requests

Post = Callable[[str, bytes, dict[str, str]], int]
Signer = Callable[[bytes], dict[str, str]]


@dataclass(frozen=True, slots=True)
class Hook:
    """One webhook request. ``sign`` gives the headers for the body at the moment of each try.

    ``acknowledged`` reads the body of a 2xx where the vendor does (Salesforce); a "no" counts as no answer.
    """

    event_ids: tuple[str, ...]
    body: bytes
    sign: Signer
    acknowledged: Callable[[bytes], bool] | None = None


class WebhookSender:
    """Posts hooks to the configured address.

    A 2xx or 4xx ends a hook; no connection, a time-out, 429 or 5xx is tried again up to ``tries`` times with a
    short growing wait, in the spirit of the vendors' own rules. Without an address nothing is sent.
    """

    def __init__(self) -> None:
        self.url, self.tries, self.wait_seconds, self.timeout_seconds = "", 60, 0.05, 12.0
        # What carries a request: replaced where sender and receiver share a process.
        self.post: Post = self._over_http
        self.sent: list[str] = []
        self.attempts = 0
        self.failed = 0
        self._lock = threading.Lock()
        self._local = threading.local()
        self._later: queue.SimpleQueue[list[Hook]] = queue.SimpleQueue()
        self._pending = 0
        self._idle = threading.Condition()
        self._thread: threading.Thread | None = None
        self._stop = threading.Event()

    def deliver(self, hooks: Sequence[Hook], *, duplicate: bool = False, reorder: bool = False) -> list[int]:
        """Send hooks now, one after the other; return the last status of each (0: never answered).

        ``duplicate`` sends each twice, ``reorder`` swaps neighbours; the statuses stand in the hooks' own order.
        """
        order = _swapped(len(hooks)) if reorder else range(len(hooks))
        statuses = [0] * len(hooks)
        for index in order:
            for _ in range(2 if duplicate else 1):
                statuses[index] = self._deliver(hooks[index])
        return statuses

    def later(self, hooks: Sequence[Hook]) -> None:
        """Send hooks from a thread of their own: for what the vendor sends while it answers a request."""
        if not hooks or not self.url:
            return
        with self._idle:
            self._pending += 1
            if self._thread is None:
                self._thread = threading.Thread(target=self._drain, name="sandbox-webhooks", daemon=True)
                self._thread.start()
        self._later.put(list(hooks))

    def settle(self, seconds: float = 30.0) -> bool:
        """Wait until everything given to ``later`` was sent; say whether that came true in time."""
        with self._idle:
            return self._idle.wait_for(lambda: self._pending == 0, seconds)

    def counts(self) -> dict[str, object]:
        """Return what was sent: event ids in order, tries, hooks given up."""
        return {"sent": list(self.sent), "attempts": self.attempts, "failed": self.failed}

    def _drain(self) -> None:
        while True:
            hooks = self._later.get()
            try:
                self.deliver(hooks)
            finally:
                with self._idle:
                    self._pending -= 1
                    self._idle.notify_all()

    def _deliver(self, hook: Hook) -> int:
        if not self.url:
            return 0
        status = 0
        for attempt in range(self.tries):
            status = self._post(hook)
            if status and status != 429 and status < 500:
                break
            self._stop.wait(min(self.wait_seconds * 2 ** min(attempt, 6), 1.0))
        with self._lock:
            ok = 200 <= status < 300
            self.sent.extend(hook.event_ids if ok else ())
            self.failed += not ok
        return status

    def _post(self, hook: Hook) -> int:
        with self._lock:
            self.attempts += 1
        self._local.answer = None
        status = self.post(self.url, hook.body, hook.sign(hook.body))
        answer: bytes | None = self._local.answer
        if hook.acknowledged is None or answer is None or not 200 <= status < 300:
            return status
        return status if hook.acknowledged(answer) else 0

    def _over_http(self, url: str, body: bytes, headers: dict[str, str]) -> int:
        try:
            answer = self._session().post(url, data=body, headers=headers, timeout=self.timeout_seconds)
        except requests.exceptions.RequestException:
            return 0
        self._local.answer = answer.content
        return answer.status_code

    def _session(self) -> requests.Session:
        # One session a thread: requests does not promise to be thread-safe.
        if not hasattr(self._local, "session"):
            self._local.session = requests.Session()
            self._local.session.trust_env = False
        session: requests.Session = self._local.session
        return session


def _swapped(count: int) -> list[int]:
    order = list(range(count))
    for index in range(0, count - 1, 2):
        order[index], order[index + 1] = order[index + 1], order[index]
    return order
