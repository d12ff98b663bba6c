"""Deliveries of HubSpot, signed as it signs."""

from __future__ import annotations

import base64
import hmac
import json
from datetime import UTC, datetime
from typing import Any

from core.model import Delivery, Parsed
from webhooks.hubspot import intake

URL = "https://attune.example/webhooks/hubspot/inst-1"
SECRET = "yes-a-secret"
MS = 1793610900000
NOW = datetime.fromtimestamp(MS / 1000, UTC)
OURS = frozenset({"50780459"})
BASE: dict[str, Any] = {
    "eventId": 4101286121,
    "subscriptionId": 7562680,
    "portalId": 247187887,
    "appId": 50780459,
    "occurredAt": MS,
    "attemptNumber": 0,
    "objectId": 123,
}


def sign(body: bytes, *, secret: str = SECRET, url: str = URL, stamp: str = str(MS)) -> str:
    signed = b"POST" + url.encode() + body + stamp.encode()
    return base64.b64encode(hmac.digest(secret.encode(), signed, "sha256")).decode()


def delivery(body: bytes, signed: str | None = None, *, stamp: str = str(MS), url: str = URL) -> Delivery:
    headers = {
        "X-HubSpot-Signature-v3": sign(body, stamp=stamp, url=url) if signed is None else signed,
        "X-HubSpot-Request-Timestamp": stamp,
    }
    return Delivery("hubspot", "inst-1", "POST", url, headers, body, NOW)


def parse(*elements: Any) -> Parsed:
    return intake.parse(delivery(json.dumps(list(elements)).encode()), OURS)
