"""The Zendesk sandbox's event webhooks: bodies as captured from Zendesk, signed as Zendesk signs.

https://developer.zendesk.com/api-reference/webhooks/event-types/ticket-events/
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import uuid
from datetime import UTC, datetime
from functools import partial
from typing import Any

from connectors.sandbox_sender import Hook
from connectors.zendesk.sandbox_blank import ACCOUNT_ID, Record

WEBHOOK_ID = "01HAN96XNH1J7DY8D7RZ22QMT9"
PREFIX = "zen:event-type:"
# What an installation of ours subscribes to; ``subscriptions: "all"`` sends the rest too.
SUBSCRIBED = frozenset(
    {
        "ticket.created",
        "ticket.comment_added",
        "ticket.status_changed",
        "messaging_ticket.message_added",
        "user.deleted",
        "user.active_changed",
        "user.custom_field_changed",
        "organization.custom_field_changed",
    }
)


def time_text(at: datetime) -> str:
    """Write a time as event webhooks do: nanoseconds, Z."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f") + "417Z"


def text_id(value: Any) -> str | None:
    """Write an id as event webhooks do: text, null when there is none."""
    return None if value is None else str(value)


def detail(ticket: Record, actor_id: int) -> Record:
    """Return the ``detail`` of a ticket event."""
    upper = {name: ticket[name] and str(ticket[name]).upper() for name in ("priority", "status", "type")}
    ids = ("assignee_id", "brand_id", "group_id", "id", "organization_id", "requester_id", "submitter_id")
    plain = ("created_at", "description", "external_id", "is_public", "subject", "tags", "updated_at")
    return {
        "actor_id": text_id(actor_id),
        "custom_status": text_id(ticket["custom_status_id"]),
        "form_id": text_id(ticket["ticket_form_id"]),
        "via": {"channel": ticket["via"]["channel"]},
        **upper,
        **{name: text_id(ticket[name]) for name in ids},
        **{name: ticket[name] for name in plain},
    }


def comment(comment: Record, author: Record) -> Record:
    """Return the ``event`` of ticket.comment_added."""
    staff = author["role"] in ("agent", "admin")
    return {
        "comment": {
            "author": {"id": text_id(comment["author_id"]), "is_staff": staff, "name": author["name"]},
            "body": comment["body"],
            "html_body": comment["html_body"],
            "id": text_id(comment["id"]),
            "is_public": comment["public"],
            **({"attachments": comment["attachments"]} if comment["attachments"] else {}),
        },
        "meta": {"sequence": {"id": uuid.uuid4().hex, "position": 1}},
    }


def message(message_id: str, body: str, actor: Record) -> Record:
    """Return the ``event`` of messaging_ticket.message_added."""
    return {"actor": actor, "conversation_id": uuid.uuid4().hex[:24], "message": {"body": body, "id": message_id}}


def body(topic: str, record_id: Any, detail_: Record, event: Record, at: datetime) -> Record:
    """Return the whole body of an event webhook."""
    subject = topic.partition(".")[0].removeprefix("messaging_")
    return {
        "account_id": ACCOUNT_ID,
        "detail": detail_,
        "event": event,
        "id": str(uuid.uuid4()),
        "subject": f"zen:{subject}:{record_id}",
        "time": time_text(at),
        "type": PREFIX + topic,
        "zendesk_event_version": "2022-11-06",
    }


def trigger(template: str, event: Record, ticket: Record) -> str:
    """Fill a trigger's template as Zendesk does: by plain replacement, nothing escaped."""
    values = {
        "ticket.id": ticket["id"],
        "ticket.requester.id": ticket["requester_id"],
        "ticket.organization.id": ticket["organization_id"] or "",
        "ticket.updated_at_with_timestamp": ticket["updated_at"],
        "current_user.id": event["detail"].get("actor_id") or "",
        "ticket.latest_comment": ticket["description"],
    }
    for name, value in values.items():
        template = template.replace("{{" + name + "}}", str(value))
    return template


def hook(event: Record, secret: str, now: Any, text: str | None = None) -> Hook:
    """Wrap a body for the sender; ``now`` tells the time at which a try is signed.

    ``text`` is a trigger's filled template: it has no id of its own, the invocation's stands for it.
    """
    raw = json.dumps(event, ensure_ascii=False) if text is None else text
    invocation = uuid.uuid4().hex.upper()[:26] if text is None else event["id"]
    return Hook((event["id"],), raw.encode(), partial(_signed, secret, now, invocation))


def _signed(secret: str, now: Any, invocation: str, raw: bytes) -> dict[str, str]:
    timestamp = now().strftime("%Y-%m-%dT%H:%M:%SZ")
    digest = hmac.new(secret.encode(), timestamp.encode() + raw, hashlib.sha256).digest()
    return {
        "Content-Type": "application/json; charset=utf-8",
        "X-Zendesk-Account-Id": str(ACCOUNT_ID),
        "X-Zendesk-Webhook-Id": WEBHOOK_ID,
        "X-Zendesk-Webhook-Invocation-Id": invocation,
        "X-Zendesk-Webhook-Signature": base64.b64encode(digest).decode(),
        "X-Zendesk-Webhook-Signature-Timestamp": timestamp,
    }
