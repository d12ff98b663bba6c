"""The door: verify, parse, store, answer. Nothing else happens while a vendor waits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol, runtime_checkable

import structlog
from flask import Blueprint, Request, Response, request

from core.errors import RejectedError, RetryLaterError
from core.jobs.doorbell import Doorbell
from core.model import Delivery, Kind, Parsed
from core.ports import Clock, Intake, Secrets
from core.settings import WebSettings
from core.store import intake
from core.store.directory import Directory, Entry
from core.store.engine import Store
from core.store.intake import Arrival, Inbox
from core.store.seal import Seal

log = structlog.get_logger()


@runtime_checkable
class SharedIntake(Intake, Protocol):
    """A way in that is shared by all accounts of an app: one address, one secret."""

    def by_account(self, delivery: Delivery) -> Mapping[str, Delivery]:
        """Split a verified delivery by the account that each element names."""
        ...


STATUS = {"BAD_SIGNATURE": 401, "STALE_TIMESTAMP": 401, "UNKNOWN_TENANT": 404, "UNINSTALLED": 410, "TOO_LARGE": 413}


@dataclass(frozen=True, slots=True)
class Receiver:
    """Everything the door needs; ``intakes`` by the word in the path."""

    store: Store
    seal: Seal
    directory: Directory
    doorbell: Doorbell
    clock: Clock
    intakes: Mapping[str, Intake]
    web: WebSettings
    shards: int
    # By vendor: the secret of our app, where one signs for all accounts.
    app_secrets: Mapping[str, str] = field(default_factory=dict)
    inbox: Inbox = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "inbox", Inbox(self.store, self.seal, self.shards))

    def receive(self, vendor: str, installation: str, path_secret: str = "") -> Response:
        """Take one delivery; answer as the status table says."""
        return self._answered(vendor, partial(self._receive, vendor, installation, path_secret))

    def receive_of_app(self, vendor: str) -> Response:
        """Take one delivery for any of the accounts in which our app is installed; the body says which."""
        return self._answered(vendor, partial(self._receive_of_app, vendor))

    def _answered(self, vendor: str, take: Callable[[], Response]) -> Response:
        try:
            return take()
        except RejectedError as refusal:
            log.info("delivery_refused", vendor=vendor, code=refusal.code)
            return Response(status=STATUS[refusal.code])
        except RetryLaterError:
            log.warning("delivery_postponed", vendor=vendor)
            # Zendesk sends again only where it is told to, and only within a minute.
            return Response(status=503, headers={"Retry-After": "20"})

    def _receive(self, vendor: str, installation: str, path_secret: str) -> Response:
        door = self.intakes.get(vendor)
        entry = self.directory.find(installation) if door else None
        if door is None or entry is None or not _serves(door, entry):
            raise RejectedError("UNKNOWN_TENANT")
        if entry.ended:
            raise RejectedError("UNINSTALLED")
        try:
            delivery = self._delivery(door, entry.installation, path_secret)
            door.verify(delivery, entry.secrets)
        except RejectedError as refusal:
            self.doorbell.count(entry.tenant, installation, self.clock.now(), {refusal.code: 1})
            raise
        self._store(entry, delivery, door.parse(delivery, entry.integration_ids))
        body, kind = door.acknowledgement()
        return Response(body, status=200, content_type=kind)

    def _receive_of_app(self, vendor: str) -> Response:
        door, secret = self.intakes.get(vendor), self.app_secrets.get(vendor)
        if door is None or not secret or not isinstance(door, SharedIntake):
            raise RejectedError("UNKNOWN_TENANT")
        delivery = self._delivery(door, "", "")
        door.verify(delivery, Secrets((secret,)))
        for account, part in door.by_account(delivery).items():
            entries = self.directory.of_account(vendor, account)
            # Two organisations on one account are ambiguous; none has uninstalled us or never was there.
            if len(entries) == 1:
                self._store(entries[0], part, door.parse(part, entries[0].integration_ids))
        body, kind = door.acknowledgement()
        return Response(body, status=200, content_type=kind)

    def _delivery(self, door: Intake, installation: str, path_secret: str) -> Delivery:
        return Delivery(
            vendor=door.vendor,
            installation=installation,
            method=request.method,
            url=public_address(request, self.web.public_url),
            headers={name.lower(): value for name, value in request.headers},
            body=_body(request, door.max_batch_bytes),
            received_at=self.clock.now(),
            path_secret=path_secret,
            client_cert=request.headers.get(self.web.client_cert_header, "") if self.web.client_cert_header else "",
        )

    def _store(self, entry: Entry, delivery: Delivery, parsed: Parsed) -> None:
        names = Counter(received=len(parsed.events), ECHO=parsed.echoes)
        names.update(reject.code for reject in parsed.rejects)
        events = [event for event in parsed.events if event.kind is not Kind.UNKNOWN]
        names["UNKNOWN_KIND"] = len(parsed.events) - len(events)
        where = {"tenant": entry.tenant, "installation": entry.installation, "received_at": delivery.received_at}
        if events:
            fresh = self.inbox.accept(Arrival(events=events, **where))  # type: ignore[arg-type]
            names["DUPLICATE"] = len(events) - fresh
            names["accepted"] = fresh
        if parsed.rejects:
            intake.quarantine(self.store, self.seal, rejects=parsed.rejects, **where)  # type: ignore[arg-type]
        self.doorbell.count(entry.tenant, entry.installation, delivery.received_at, dict(names))
        if names["accepted"]:
            self.doorbell.ring(entry.installation, {intake.shard_of(str(e.subject or ""), self.shards) for e in events})


def _serves(door: Intake, entry: Entry) -> bool:
    """An address serves its own vendor; the signals feed (no vendor of its own) serves every installation."""
    return door.vendor in {entry.vendor, "signals"}


def _body(incoming: Request, limit: int) -> bytes:
    """Read at most ``limit`` bytes; refuse more without reading it."""
    if (incoming.content_length or 0) > limit:
        raise RejectedError("TOO_LARGE")
    body = incoming.stream.read(limit + 1)
    if len(body) > limit:
        raise RejectedError("TOO_LARGE")
    return bytes(body)


def public_address(incoming: Request, public_url: str) -> str:
    """Return the address as the vendor called it: HubSpot signs that, not what a proxy made of it."""
    if not public_url:
        return incoming.url
    query = incoming.query_string.decode("latin-1")
    return public_url.rstrip("/") + incoming.path + (f"?{query}" if query else "")


def blueprint(receiver: Receiver) -> Blueprint:
    """Return the routes under ``/webhooks``."""
    routes = Blueprint("webhooks", __name__, url_prefix="/webhooks")
    routes.post("/<vendor>", endpoint="app")(receiver.receive_of_app)
    routes.post("/<vendor>/<installation>", endpoint="signed")(receiver.receive)
    routes.post("/<vendor>/<installation>/<path_secret>", endpoint="secret")(receiver.receive)
    return routes
