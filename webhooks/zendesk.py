"""The way in of Zendesk: signature, event webhooks and the bodies of our own triggers.

Event webhooks carry one event each. Their ids are text, their enumerations upper case, their times have
nanoseconds; messaging events have no more of the ticket than its id.
https://developer.zendesk.com/api-reference/webhooks/event-types/webhook-event-types/

A webhook that a trigger fires sends a template of ours (``TRIGGER_TEMPLATE``). Zendesk puts the values into it
unescaped, so that a customer's words could close a string and forge the fields behind it. The template therefore
holds ids, constants and a time, no words: the reader fetches the words. A key that comes twice is refused.
https://developer.zendesk.com/documentation/webhooks/verifying/
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from connectors.zendesk.nouns import TASK_TAG
from core.errors import RejectedError
from core.model import Delivery, Event, Kind, Level, Parsed, RecordRef, Reject
from core.ports import Secrets
from webhooks import checked, strict_json
from webhooks.checked import DriftError

VENDOR = "zendesk"
SKEW = timedelta(seconds=300)
MIB = 1024 * 1024
SIGNATURE = "x-zendesk-webhook-signature"
TIMESTAMP = "x-zendesk-webhook-signature-timestamp"
INVOCATION = "x-zendesk-webhook-invocation-id"
PREFIX = "zen:event-type:"

TRIGGER_TEMPLATE = """{
  "attune": "1",
  "event": "commented",
  "ticket_id": "{{ticket.id}}",
  "requester_id": "{{ticket.requester.id}}",
  "organization_id": "{{ticket.organization.id}}",
  "actor_id": "{{current_user.id}}",
  "at": "{{ticket.updated_at_with_timestamp}}"
}"""

KINDS: Mapping[str, Kind] = {
    "ticket.created": Kind.CASE_CREATED,
    "ticket.comment_added": Kind.MESSAGE_ADDED,
    "ticket.status_changed": Kind.STATUS_CHANGED,
    "messaging_ticket.message_added": Kind.MESSAGE_ADDED,
    "user.deleted": Kind.PERSON_DELETED,
}
LEVELS: Mapping[str, Level] = {
    "ticket": Level.CASE,
    "messaging_ticket": Level.CASE,
    "user": Level.PERSON,
    "organization": Level.ACCOUNT,
}
TRIGGERS: Mapping[str, Kind] = {
    "created": Kind.CASE_CREATED,
    "commented": Kind.MESSAGE_ADDED,
    "status": Kind.STATUS_CHANGED,
}


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """Return what Zendesk sends for this body: base64 of HMAC-SHA256 over the timestamp's text and the raw body."""
    digest = hmac.new(secret.encode(), timestamp.encode("utf-8", "replace") + body, hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


class ZendeskIntake:
    """The intake of Zendesk; see ``core.ports.Intake``."""

    vendor = VENDOR
    max_bytes = MIB
    max_batch_bytes = MIB

    def verify(self, delivery: Delivery, secrets: Secrets) -> None:
        """Refuse a delivery that no live secret has signed, or whose timestamp is off by more than 300 s."""
        headers = {name.lower(): value for name, value in delivery.headers.items()}
        stamp, given = headers.get(TIMESTAMP, ""), headers.get(SIGNATURE, "")
        sent_at = checked.time(stamp)
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
        """Read the one event of a body. Never raises: what cannot be read is a reject with ``SCHEMA_DRIFT``."""
        try:
            body = strict_json.read(delivery.body)
            if not isinstance(body, dict):
                raise DriftError("not an object")
            if "attune" in body:
                strict_json.read(delivery.body, unique_keys=True)
                return _triggered(body, delivery, integration_ids)
            return _subscribed(body, integration_ids)
        except ValueError as drift:
            return Parsed(rejects=(Reject("SCHEMA_DRIFT", str(drift), delivery.body),))

    def acknowledgement(self) -> tuple[bytes, str]:
        """Return the empty answer that Zendesk wants."""
        return b"", "text/plain"


intake = ZendeskIntake()


def _subscribed(body: dict[str, Any], ours: frozenset[str]) -> Parsed:
    name = body.get("type")
    if not isinstance(name, str) or not name.startswith(PREFIX):
        raise DriftError("type")
    topic = name.removeprefix(PREFIX)
    event_id, at = checked.event_id(body.get("id")), checked.required_time(body.get("time"), "time")
    detail, content = checked.object_(body, "detail"), checked.object_(body, "event")
    kind = _kind(topic, detail, content)
    subject = _subject(topic, detail, kind)
    if _echo(topic, detail, content, ours):
        return Parsed(echoes=1)
    return Parsed(events=(Event(kind, subject, event_id, at, body),))


def _kind(topic: str, detail: Mapping[str, Any], content: Mapping[str, Any]) -> Kind:
    # "active" turns false when a user is deleted; user.deleted follows when the data itself goes.
    # https://developer.zendesk.com/api-reference/ticketing/users/users/
    if topic == "user.active_changed" and content.get("current") is False:
        return Kind.PERSON_DELETED
    family = topic.partition(".")[0]
    if family in ("user", "organization"):
        return KINDS.get(topic, Kind.RECORD_CHANGED)
    # A task that we opened is a work item, no customer's conversation: only whether it is done matters.
    if TASK_TAG in checked.list_(detail, "tags") and topic != "ticket.status_changed":
        return Kind.RECORD_CHANGED
    kind = KINDS.get(topic, Kind.UNKNOWN)
    if topic == "ticket.comment_added":
        _check_comment(checked.object_(content, "comment"))
    if topic == "messaging_ticket.message_added":
        _check_message(content)
    return kind


def _subject(topic: str, detail: Mapping[str, Any], kind: Kind) -> RecordRef | None:
    level = LEVELS.get(topic.partition(".")[0])
    if level is None:
        return None
    record_id = checked.record_id(detail.get("id"))
    if record_id is None and kind is not Kind.UNKNOWN:
        raise DriftError("detail.id")
    return RecordRef(VENDOR, level, record_id) if record_id else None


def _echo(topic: str, detail: Mapping[str, Any], content: Mapping[str, Any], ours: frozenset[str]) -> bool:
    """Our own writing come back: we are the actor, and nobody else's words are in it."""
    if checked.record_id(detail.get("actor_id")) not in ours:
        return False
    if topic == "ticket.created":
        return checked.record_id(detail.get("submitter_id")) in ours
    if topic == "ticket.comment_added":
        return checked.record_id(checked.object_(checked.object_(content, "comment"), "author").get("id")) in ours
    return "message" not in content and "comment" not in content


def _check_comment(comment: Mapping[str, Any]) -> None:
    author = checked.object_(comment, "author")
    words, author_id, staff = comment.get("body"), author.get("id"), author.get("is_staff", False)
    good = isinstance(words, str) and isinstance(author_id, int | str) and isinstance(staff, bool)
    if not good or checked.record_id(comment.get("id")) is None:
        raise DriftError("event.comment")
    if not isinstance(comment.get("is_public", True), bool):
        raise DriftError("event.comment.is_public")


def _check_message(content: Mapping[str, Any]) -> None:
    message, actor = checked.object_(content, "message"), checked.object_(content, "actor")
    message_id = message.get("id")
    if not isinstance(message_id, str) or not checked.EVENT_ID.fullmatch(message_id):
        raise DriftError("event.message.id")
    # Pictures and voice messages come without a body.
    if not isinstance(message.get("body", ""), str | None) or not isinstance(actor.get("type"), str):
        raise DriftError("event.message")


def _triggered(body: dict[str, Any], delivery: Delivery, ours: frozenset[str]) -> Parsed:
    kind = TRIGGERS.get(str(body.get("event")))
    ticket_id = checked.record_id(body.get("ticket_id"))
    if kind is None or ticket_id is None:
        raise DriftError("event" if kind is None else "ticket_id")
    headers = {name.lower(): value for name, value in delivery.headers.items()}
    event_id = checked.event_id(headers.get(INVOCATION))
    at = checked.required_time(body.get("at"), "at")
    if checked.record_id(body.get("actor_id")) in ours:
        return Parsed(echoes=1)
    return Parsed(events=(Event(kind, RecordRef(VENDOR, Level.CASE, ticket_id), event_id, at, body),))
