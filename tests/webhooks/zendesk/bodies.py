"""Signed deliveries and event bodies, as short as they can be."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Any

from core.model import Delivery, Parsed
from core.ports import Secrets
from webhooks.zendesk import intake

SIGNATURE, STAMP = "X-Zendesk-Webhook-Signature", "X-Zendesk-Webhook-Signature-Timestamp"
INVOCATION = {"X-Zendesk-Webhook-Invocation-Id": "01HANA2B5D5W9XSJS3NE5SQA1J"}
NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
SECRETS = Secrets(("new", "old"))
OURS = frozenset({"900"})


def delivery(body: bytes | Any, *, headers: dict[str, str] | None = None) -> Delivery:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Delivery("zendesk", "i", "POST", "https://a.example/webhooks/zendesk/i", headers or {}, raw, NOW)


def signed(body: bytes, secret: str = "new", stamp: str = "2026-11-02T09:00:00Z", **changed: str) -> Delivery:
    digest = hmac.new(secret.encode(), stamp.encode() + body, hashlib.sha256).digest()
    headers = {
        "X-Zendesk-Webhook-Signature": base64.b64encode(digest).decode(),
        "X-Zendesk-Webhook-Signature-Timestamp": stamp,
        **changed,
    }
    return delivery(body, headers=headers)


def event(topic: str, detail: dict[str, Any] | None = None, content: dict[str, Any] | None = None, **more: Any) -> Any:
    return {
        "type": f"zen:event-type:{topic}",
        "id": "e-1",
        "time": "2026-11-02T09:00:00.304701605Z",
        "detail": {"id": "5", "actor_id": "7", **(detail or {})},
        "event": content or {},
        **more,
    }


def comment(author: Any = "7", **more: Any) -> dict[str, Any]:
    person = {"id": author, "is_staff": False, "name": "A"}
    return {"comment": {"id": "55", "body": "Hi", "is_public": True, "author": person, **more}}


def parse(body: Any, **options: Any) -> Parsed:
    return intake.parse(delivery(body, **options), OURS)
