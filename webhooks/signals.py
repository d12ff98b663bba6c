"""The signed feed of usage: what the customer's own product reports about its accounts.

A batch is a JSON array of ``{"account", "kind", "name", "at", "count"}``. ``account`` is a company's domain or
external id, ``kind`` one of ``KINDS``, ``at`` RFC 3339, ``count`` a number above 0 (default 1). An element is known
again by its whole content; where the same thing can happen twice in one instant, an ``id`` of the sender's own
keeps the two apart.

Signed like Zendesk's webhooks: ``X-Attune-Signature`` is base64 of HMAC-SHA256 over the text of
``X-Attune-Signature-Timestamp`` (RFC 3339) and the raw body, with the installation's signing secret.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from core.errors import RejectedError
from core.model import Delivery, Event, Kind, Parsed, Reject
from core.ports import Secrets
from webhooks import strict_json

VENDOR = "signals"
SKEW = timedelta(seconds=300)
MIB = 1024 * 1024
SIGNATURE = "x-attune-signature"
TIMESTAMP = "x-attune-signature-timestamp"
KINDS = frozenset({"login", "feature_used", "feature_enabled"})
LONGEST_ACCOUNT, LONGEST_NAME, LARGEST_COUNT = 255, 200, 1_000_000_000
AHEAD = timedelta(days=1)


class _DriftError(ValueError):
    """The element has not the documented shape; the text names the part, never its content."""


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """Return the signature of a body sent at ``timestamp``."""
    signed = timestamp.encode("utf-8", "replace") + body
    return base64.b64encode(hmac.new(secret.encode(), signed, hashlib.sha256).digest()).decode()


@dataclass(frozen=True, slots=True)
class SignalsIntake:
    """The intake of the feed; see ``core.ports.Intake``."""

    vendor: str = VENDOR
    max_bytes: int = MIB
    max_batch_bytes: int = 8 * MIB

    def verify(self, delivery: Delivery, secrets: Secrets) -> None:
        """Refuse a delivery that no live secret has signed, or whose timestamp is off by more than 300 s."""
        headers = {name.lower(): value for name, value in delivery.headers.items()}
        stamp, given = headers.get(TIMESTAMP, ""), headers.get(SIGNATURE, "")
        sent_at = _moment(stamp)
        # Every live secret is tried, so that the time taken does not tell which one fits.
        matches = [
            hmac.compare_digest(given.encode("utf-8", "replace"), signature(secret, stamp, delivery.body).encode())
            for secret in secrets.live
            if secret
        ]
        if sent_at is None or not any(matches):
            raise RejectedError("BAD_SIGNATURE")
        if abs(delivery.received_at - sent_at) > SKEW:
            raise RejectedError("STALE_TIMESTAMP")

    def parse(self, delivery: Delivery, integration_ids: frozenset[str]) -> Parsed:
        """Read a batch, element by element. Never raises: what cannot be read is a reject with ``SCHEMA_DRIFT``."""
        try:
            elements = strict_json.read(delivery.body)
        except ValueError as drift:
            return Parsed(rejects=(Reject("SCHEMA_DRIFT", str(drift), delivery.body),))
        if not isinstance(elements, list):
            return Parsed(rejects=(Reject("SCHEMA_DRIFT", "not an array", delivery.body),))
        read = [_read(element, delivery.received_at + AHEAD) for element in elements]
        return Parsed(
            events=tuple(one for one in read if isinstance(one, Event)),
            rejects=tuple(one for one in read if isinstance(one, Reject)),
        )

    def acknowledgement(self) -> tuple[bytes, str]:
        """Return the empty answer that says 'received'."""
        return b"", "text/plain"


intake = SignalsIntake()


def _read(element: object, latest: datetime) -> Event | Reject:
    raw = json.dumps(element, sort_keys=True).encode()
    try:
        if not isinstance(element, dict):
            raise _DriftError("not an object")
        return _event(element, hashlib.sha256(raw).hexdigest()[:32], latest)
    except _DriftError as drift:
        return Reject("SCHEMA_DRIFT", str(drift), raw)


def _event(element: Mapping[str, Any], event_id: str, latest: datetime) -> Event:
    kind, at = element.get("kind"), _moment(element.get("at"))
    if not isinstance(kind, str) or kind not in KINDS:
        raise _DriftError("kind")
    if at is None or at > latest:
        raise _DriftError("at")
    known = {
        "account": _text(element, "account", LONGEST_ACCOUNT),
        "kind": kind,
        # A login needs no name; a feature is nothing without one.
        "name": _text(element, "name", LONGEST_NAME) if kind != "login" or element.get("name") else "",
        "at": at.isoformat(),
        "count": _count(element.get("count", 1)),
    }
    return Event(Kind.SIGNAL_RECEIVED, None, event_id, at, known)


def _text(element: Mapping[str, Any], name: str, longest: int) -> str:
    value = element.get(name)
    if not isinstance(value, str) or not 0 < len(value.strip()) <= longest:
        raise _DriftError(name)
    return value.strip()


def _count(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= LARGEST_COUNT:
        raise _DriftError("count")
    return value


def _moment(value: object) -> datetime | None:
    """Read RFC 3339; ``None`` for anything else."""
    if not isinstance(value, str) or not 10 < len(value) < 64:
        return None
    try:
        at = datetime.fromisoformat(value)
        return at.astimezone(UTC) if at.tzinfo else None
    except (ValueError, OverflowError):
        return None
