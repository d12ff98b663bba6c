"""Local twins of the vendors: what every sandbox has, and the one loopback server that mounts them all.

Production never imports this. A vendor's own paths stand in ``connectors/<vendor>/sandbox.py`` as ``Sandbox``;
any package here that has one is found and mounted under ``/<vendor>``.
"""

from __future__ import annotations

import pkgutil
import threading
import time
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from flask import Flask, Response, abort, jsonify, request
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.serving import WSGIRequestHandler, make_server

import connectors
from connectors.sandbox_faults import Faults, SandboxClock
from connectors.sandbox_sender import WebhookSender

CONTROL = "/__sandbox__/"
OPERATIONS = ("field_write", "read", "poll", "remark", "task", "provision", "token", "search", "other")


class VendorSandbox(ABC):
    """The half of a sandbox that is the same for every vendor: control API, clock, faults, counts, sender.

    A vendor fills in the abstract methods, adds its routes to ``app`` and calls ``count`` in them. ``lock``
    guards everything in memory; no webhook is sent while it is held.
    """

    vendor: str

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.clock_ = SandboxClock()
        self.faults_ = Faults()
        self.sender = WebhookSender()
        self.options: dict[str, Any] = {}
        self.counter: Counter[str] = Counter()
        self.app = Flask(f"sandbox-{self.vendor}")
        self.app.json.sort_keys = False  # type: ignore[attr-defined]
        self.app.before_request(self._before)
        self.app.add_url_rule(f"{CONTROL}<method>", view_func=self._control, methods=["GET", "POST"])
        self.wsgi = self.app.wsgi_app

    # --- what a vendor fills in -----------------------------------------------------------------

    @abstractmethod
    def seed(self, accounts: list[dict[str, Any]], people: list[dict[str, Any]]) -> dict[str, dict[str, str]]:
        """Create accounts and people; return ``{"accounts": {key: id}, "people": {key: id}}``."""

    @abstractmethod
    def say(self, messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Let people write: create cases and messages and send the vendor's webhooks, in order."""

    @abstractmethod
    def status(self, changes: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Change the status of cases and send the vendor's webhooks."""

    @abstractmethod
    def records(self) -> dict[str, Any]:
        """Return what stands in the records: case, person, account, tasks, remarks."""

    @abstractmethod
    def credentials(self) -> dict[str, str]:
        """Return what an installation needs to reach this sandbox: access, refresh, client, account reference."""

    @abstractmethod
    def refusal(self, fault: str, settings: dict[str, Any]) -> Response | None:
        """Answer as the vendor does under ``down``, ``rate_limit``, ``server_error``, ``locked`` ...

        ``None`` when this vendor has no such fault.
        """

    @abstractmethod
    def clear(self) -> None:
        """Forget every record, job and token."""

    # --- control API ----------------------------------------------------------------------------

    def calls(self) -> dict[str, int]:
        """Return how many calls of the vendor's API were made, by operation."""
        return {name: self.counter[name] for name in OPERATIONS}

    def count(self, operation: str, calls: int = 1) -> None:
        """Count calls of one operation (see ``OPERATIONS``)."""
        with self.lock:
            self.counter[operation] += calls

    def faults(self, switches: dict[str, Any]) -> dict[str, Any]:
        """Set fault switches."""
        return self.faults_.update(switches)

    def clock(self, order: dict[str, Any]) -> str:
        """Move the clock; return its time."""
        return self.clock_.move(order).isoformat()

    def configure(self, options: dict[str, Any]) -> dict[str, Any]:
        """Set options: ``webhook_url``, ``secret``, ``integration_user``, ``limits``, ``tries``, the vendor's own."""
        with self.lock:
            self.options.update(options)
            self.sender.url = str(self.options.get("webhook_url") or "")
            self.sender.tries = int(self.options.get("tries", self.sender.tries))
            return {name: value for name, value in self.options.items() if name != "secret"}

    def webhooks(self) -> dict[str, object]:
        """Return what the sender did so far."""
        return self.sender.counts()

    def settle(self, seconds: float = 30.0) -> bool:
        """Wait for webhooks that are still being sent."""
        return self.sender.settle(seconds)

    def reset(self) -> None:
        """Forget everything but the options."""
        with self.lock:
            self.clear()
            self.counter.clear()
            self.faults_.clear()
            self.sender.sent.clear()

    def _control(self, method: str) -> Response:
        call = self._controls().get(method)
        if call is None:
            abort(404)
        argument = request.get_json(silent=True) if request.method == "POST" else None
        if isinstance(argument, dict) and method in ("seed", "settle"):
            return jsonify(call(**argument))
        return jsonify(call() if argument is None else call(argument))

    def _controls(self) -> dict[str, Any]:
        names = (
            "seed",
            "say",
            "status",
            "records",
            "calls",
            "faults",
            "clock",
            "configure",
            "webhooks",
            "settle",
            "reset",
            "credentials",
        )
        return {name: getattr(self, name) for name in names}

    def _before(self) -> Response | None:
        if request.path.startswith(CONTROL):
            return None
        if self.faults_.get("slow"):
            time.sleep(float(self.faults_.get("slow")))
        if self.faults_.get("down"):
            return self.refusal("down", {})
        for fault in ("rate_limit", "request_limit", "server_error", "locked"):
            settings = self.faults_.take(fault)
            if settings is not None:
                return self.refusal(fault, settings)
        return None


def vendors() -> list[str]:
    """Return the vendors that have a sandbox, by looking at the packages beside this file."""
    found = (module.name for module in pkgutil.iter_modules(connectors.__path__) if module.ispkg)
    return sorted(name for name in found if find_spec(f"connectors.{name}.sandbox"))


class SandboxServer:
    """The WSGI application with every sandbox mounted; ``sandboxes`` holds them by vendor."""

    def __init__(self, sandboxes: dict[str, VendorSandbox]) -> None:
        self.sandboxes = sandboxes
        index = Flask("sandboxes")
        index.add_url_rule("/", view_func=lambda: jsonify(sorted(sandboxes)), endpoint="index")
        mounts: dict[str, Any] = {f"/{name}": sandbox.wsgi for name, sandbox in sandboxes.items()}
        self._wsgi = DispatcherMiddleware(index.wsgi_app, mounts)

    def __call__(self, environ: Any, start_response: Any) -> Iterable[bytes]:
        """Answer one request."""
        return self._wsgi(environ, start_response)


def build(names: Iterable[str] | None = None) -> SandboxServer:
    """Build the application with the named vendors' sandboxes, or with all that are found."""
    chosen = vendors() if names is None else list(names)
    return SandboxServer({name: import_module(f"connectors.{name}.sandbox").Sandbox() for name in chosen})


class _Handler(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Stay silent: request lines are no news here."""


@contextmanager
def serving(app: Any, host: str = "127.0.0.1", port: int = 0) -> Iterator[str]:
    """Serve an application on loopback from a thread; give its address. For tests, demo and replay."""
    server = make_server(host, port, app, threaded=True, request_handler=_Handler)
    # It looks that often whether it is to end; at werkzeug's half a second each test would wait for it.
    often = {"poll_interval": 0.02}
    thread = threading.Thread(target=server.serve_forever, kwargs=often, name="sandbox-server", daemon=True)
    thread.start()
    try:
        yield f"http://{host}:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
