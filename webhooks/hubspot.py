"""The way in of HubSpot: v3 signature, and JSON arrays of up to 100 events.

An event names what changed, not what it says: ids, times in milliseconds and, for a property change, that one
value. A message names its conversation, not the ticket; the subject is then ``thread-<id>`` and the reader finds
the ticket. https://developers.hubspot.com/docs/api-reference/latest/webhooks/guide
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from connectors.hubspot.nouns import OBJECT_TYPE_IDS, THREAD, event_name
from connectors.hubspot.signing import is_fresh, is_signed, moment
from core.errors import RejectedError
from core.model import Delivery, Event, Kind, Level, Parsed, RecordRef, Reject
from core.ports import Secrets
from webhooks import strict_json

VENDOR = "hubspot"
MIB = 1024 * 1024
STAGE = "hs_pipeline_stage"

LEVELS: Mapping[str, Level] = {"ticket": Level.CASE, "contact": Level.PERSON, "company": Level.ACCOUNT}
KINDS: Mapping[str, Kind] = {
    "ticket.creation": Kind.CASE_CREATED,
    # A ticket gets its contact after it was created: the reader reads the case again, as after a new stage.
    "ticket.associationChange": Kind.STATUS_CHANGED,
    "conversation.newMessage": Kind.MESSAGE_ADDED,
    "contact.privacyDeletion": Kind.PERSON_DELETED,
}
CHANGES = frozenset({"creation", "propertyChange", "deletion", "merge", "restore", "associationChange"})
RECORD_ID = re.compile(r"[0-9]{1,20}", re.ASCII)
MESSAGE_ID = re.compile(r"[!-~]{1,128}", re.ASCII)
TOPIC = re.compile(r"[A-Za-z_]{1,50}\.[A-Za-z_]{1,50}", re.ASCII)


class _DriftError(ValueError):
    """The element has not the shape that HubSpot documents; the text names the part, never its content."""


@dataclass(frozen=True, slots=True)
class HubSpotIntake:
    """The intake of HubSpot; see ``core.ports.Intake``."""

    vendor: str = VENDOR
    max_bytes: int = MIB
    max_batch_bytes: int = 8 * MIB

    def verify(self, delivery: Delivery, secrets: Secrets) -> None:
        """Refuse a delivery that no live secret has signed, that is off by more than 300 s, or of another account."""
        headers = {name.lower(): value for name, value in delivery.headers.items()}
        if not is_signed(secrets.live, delivery.method, delivery.url, delivery.body, headers):
            raise RejectedError("BAD_SIGNATURE")
        if not is_fresh(headers, delivery.received_at):
            raise RejectedError("STALE_TIMESTAMP")
        if secrets.account_ref and not _portals(delivery.body) <= {secrets.account_ref}:
            raise RejectedError("BAD_SIGNATURE")

    def parse(self, delivery: Delivery, integration_ids: frozenset[str]) -> Parsed:
        """Read a batch, element by element. Never raises: what cannot be read is a reject with ``SCHEMA_DRIFT``."""
        try:
            elements = strict_json.read(delivery.body)
        except ValueError as drift:
            return Parsed(rejects=(Reject("SCHEMA_DRIFT", str(drift), delivery.body),))
        if not isinstance(elements, list):
            return Parsed(rejects=(Reject("SCHEMA_DRIFT", "not an array", delivery.body),))
        read = [_read(element, integration_ids) for element in elements]
        return Parsed(
            events=tuple(one for one in read if isinstance(one, Event)),
            rejects=tuple(one for one in read if isinstance(one, Reject)),
            echoes=sum(one is None for one in read),
        )

    def by_account(self, delivery: Delivery) -> Mapping[str, Delivery]:
        """Split a batch by account: HubSpot has one address for all accounts in which an app is installed."""
        try:
            elements = strict_json.read(delivery.body)
        except ValueError:
            return {}
        named: dict[str, list[object]] = {}
        for one in elements if isinstance(elements, list) else []:
            portal = _id(one.get("portalId")) if isinstance(one, dict) else None
            if portal:
                named.setdefault(portal, []).append(one)
        return {portal: replace(delivery, body=json.dumps(found).encode()) for portal, found in named.items()}

    def acknowledgement(self) -> tuple[bytes, str]:
        """Return the empty answer that HubSpot wants."""
        return b"", "text/plain"


intake = HubSpotIntake()


def _portals(body: bytes) -> set[str]:
    """Return the accounts that a body names; none for one that cannot be read, which is no refusal."""
    try:
        elements = strict_json.read(body)
    except ValueError:
        return set()
    found = elements if isinstance(elements, list) else []
    return {str(one["portalId"]) for one in found if isinstance(one, dict) and one.get("portalId") is not None}


def _read(element: object, ours: frozenset[str]) -> Event | Reject | None:
    """Read one element; ``None`` for our own writing come back."""
    raw = json.dumps(element).encode()
    if len(raw) > MIB:
        return Reject("TOO_LARGE", "element", raw)
    try:
        if not isinstance(element, dict):
            raise _DriftError("not an object")
        return None if _echo(element, ours) else _event(element)
    except _DriftError as drift:
        return Reject("SCHEMA_DRIFT", str(drift), raw)


def _event(element: dict[str, Any]) -> Event:
    topic, record_id = _topic(element), _record_id(element)
    if _id(element.get("eventId")) is None:
        raise _DriftError("eventId")
    at = moment(element.get("occurredAt"))
    if at is None:
        raise _DriftError("occurredAt")
    kind = _kind(topic, element)
    return Event(kind, _subject(topic, record_id, kind), event_name(element), at, element)


def _topic(element: Mapping[str, Any]) -> str:
    """Return the subscription's name; a generic one by the kind of record it is about."""
    given = element.get("subscriptionType")
    if not isinstance(given, str) or not TOPIC.fullmatch(given):
        raise _DriftError("subscriptionType")
    family, _, change = given.partition(".")
    if family != "object":
        return given
    number = element.get("objectTypeId") or element.get("fromObjectTypeId")
    return f"{OBJECT_TYPE_IDS.get(str(number), 'object')}.{change}"


def _kind(topic: str, element: Mapping[str, Any]) -> Kind:
    if topic == "conversation.newMessage":
        message_id = element.get("messageId")
        if not isinstance(message_id, str) or not MESSAGE_ID.fullmatch(message_id):
            raise _DriftError("messageId")
    if topic == "ticket.propertyChange":
        return Kind.STATUS_CHANGED if element.get("propertyName") == STAGE else Kind.RECORD_CHANGED
    family, _, change = topic.partition(".")
    known = Kind.RECORD_CHANGED if family in LEVELS and change in CHANGES else Kind.UNKNOWN
    return KINDS.get(topic, known)


def _subject(topic: str, record_id: str | None, kind: Kind) -> RecordRef | None:
    if kind is Kind.UNKNOWN:
        return None
    if record_id is None:
        raise _DriftError("objectId")
    family = topic.partition(".")[0]
    if family == "conversation":
        return RecordRef(VENDOR, Level.CASE, THREAD + record_id)
    return RecordRef(VENDOR, LEVELS[family], record_id)


def _echo(element: Mapping[str, Any], ours: frozenset[str]) -> bool:
    """Our own writing come back: the integration is the source, and nobody else's message is in it."""
    if element.get("messageId") is not None or element.get("subscriptionType") == "contact.privacyDeletion":
        return False
    return element.get("changeSource") == "INTEGRATION" and str(element.get("sourceId")) in ours


def _record_id(element: Mapping[str, Any]) -> str | None:
    # An association change has two ends and no object.
    return _id(element.get("objectId", element.get("fromObjectId")))


def _id(value: object) -> str | None:
    text = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    return text if RECORD_ID.fullmatch(text) else None
