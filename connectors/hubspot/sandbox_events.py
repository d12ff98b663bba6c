"""The HubSpot sandbox's webhooks: events as captured from HubSpot, in batches of up to 100, signed in all versions.

https://developers.hubspot.com/docs/api-reference/latest/webhooks/guide
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import itertools
import json
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import quote

from connectors.hubspot.nouns import event_name
from connectors.hubspot.sandbox_records import APP_ID, PORTAL_ID, Record
from connectors.sandbox_sender import Hook

MOST = 100
# What an installation of ours subscribes to; ``subscriptions: "all"`` sends the rest too. A property change is
# subscribed to by property; "*" stands for any.
SUBSCRIBED = (
    "ticket.creation",
    "ticket.propertyChange:hs_pipeline_stage",
    "ticket.associationChange",
    "conversation.newMessage",
    "contact.propertyChange:*",
    "company.propertyChange:*",
    "contact.privacyDeletion",
)
_numbers = itertools.count(4101286121)


def body(topic: str, object_id: str, at: datetime, **more: Any) -> Record:
    """Return one event."""
    return {
        "eventId": next(_numbers),
        "subscriptionId": 7562680,
        "portalId": PORTAL_ID,
        "appId": APP_ID,
        "occurredAt": int(at.timestamp() * 1000),
        "subscriptionType": topic,
        "attemptNumber": 0,
        "objectId": int(object_id),
        **more,
    }


def subscribed(event: Record, chosen: Sequence[str] | str) -> bool:
    """Say whether the app has subscribed to an event."""
    topic, name = event["subscriptionType"], event.get("propertyName")
    wanted = {topic, f"{topic}:{name}", f"{topic}:*"} if name else {topic}
    return chosen == "all" or bool(wanted & set(chosen))


def hooks(events: Sequence[Record], secret: str, url: Callable[[], str], now: Callable[[], datetime]) -> list[Hook]:
    """Wrap events for the sender, up to 100 a request; ``url`` and ``now`` are asked when a try is signed."""
    batches = [events[start : start + MOST] for start in range(0, len(events), MOST)]
    return [
        Hook(
            tuple(event_name(event) for event in batch),
            json.dumps(list(batch), ensure_ascii=False, separators=(",", ":")).encode(),
            partial(_signed, secret, url, now),
        )
        for batch in batches
    ]


def _signed(secret: str, url: Callable[[], str], now: Callable[[], datetime], raw: bytes) -> dict[str, str]:
    timestamp = str(int(now().timestamp() * 1000))
    text = f"POST{_decoded(url())}".encode() + raw + timestamp.encode()
    digest = hmac.new(secret.encode(), text, hashlib.sha256).digest()
    return {
        "Content-Type": "application/json",
        "X-HubSpot-Signature": hashlib.sha256(secret.encode() + raw).hexdigest(),
        "X-HubSpot-Signature-Version": "v1",
        "X-HubSpot-Signature-v3": base64.b64encode(digest).decode(),
        "X-HubSpot-Request-Timestamp": timestamp,
    }


def _decoded(url: str) -> str:
    """Decode the characters that HubSpot lists, no others.

    https://developers.hubspot.com/docs/apps/developer-platform/build-apps/authentication/request-validation
    """
    for character in ":/?@!$'()*,;":
        code = quote(character, safe="")
        url = url.replace(code, character).replace(code.lower(), character)
    return url
