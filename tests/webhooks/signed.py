"""Good bodies of every vendor and how each is signed: the starting point of hostile ones."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from core.store.engine import Store
from core.store.seal import Seal
from tests.webhooks.door import Door
from webhooks import hubspot, salesforce, signals, zendesk

STAMP, MILLIS = "2026-11-20T12:00:00Z", "1795176000000"
PUBLIC = "https://attune.example"
ORGANISATION = "00D000000000001AAA"
WORDS = "SECRETWORDS"
SOAP = (
    '<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope '
    'xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Body>'
    '<notifications xmlns="http://soap.sforce.com/2005/09/outbound">'
    "<OrganizationId>{organisation}</OrganizationId><ActionId>04k000000000001AAA</ActionId>{more}"
    "</notifications></soapenv:Body></soapenv:Envelope>"
)
COMMENT = (
    '<Notification><Id>04l00000000000{n}AAA</Id><sObject xsi:type="sf:CaseComment" '
    'xmlns:sf="urn:sobject.enterprise.soap.sforce.com"><sf:Id>00a00000000000{n}AAA</sf:Id>'
    "<sf:ParentId>500000000000001AAA</sf:ParentId><sf:CommentBody>" + WORDS + "</sf:CommentBody>"
    "<sf:CreatedDate>2026-11-20T11:00:00.000Z</sf:CreatedDate></sObject></Notification>"
)


def zendesk_event(**changed: Any) -> dict[str, Any]:
    """Return a comment of a customer."""
    comment = {"id": "7", "body": WORDS, "is_public": True, "author": {"id": "9", "is_staff": False, "name": "A"}}
    return {
        "type": "zen:event-type:ticket.comment_added",
        "id": "e-1",
        "time": "2026-11-20T12:00:00.304701605Z",
        "detail": {"id": "5", "actor_id": "9", "requester_id": "9", "description": WORDS, "tags": []},
        "event": {"comment": comment},
        **changed,
    }


def hubspot_event(number: int = 1, **changed: Any) -> dict[str, Any]:
    """Return a new message in a conversation."""
    return {
        "eventId": number,
        "subscriptionId": 11,
        "portalId": 62515,
        "appId": 54198,
        "occurredAt": 1795175900000,
        "subscriptionType": "conversation.newMessage",
        "attemptNumber": 0,
        "objectId": 123 + number,
        "messageId": f"m{number}",
        "messageType": "MESSAGE",
        "changeFlag": "NEW_MESSAGE",
        "note": WORDS,
        **changed,
    }


def signal(**changed: Any) -> dict[str, Any]:
    """Return one usage signal."""
    known = {"account": "firm.example", "kind": "login", "at": "2026-11-19T10:00:00Z", "count": 2, "id": WORDS}
    return {**known, **changed}


def soap(*numbers: int, organisation: str = ORGANISATION) -> str:
    """Return an outbound message with one notification for each number."""
    return SOAP.format(organisation=organisation, more="".join(COMMENT.format(n=n) for n in numbers))


def _hmac(secret: str, signed: bytes) -> str:
    return base64.b64encode(hmac.new(secret.encode(), signed, hashlib.sha256).digest()).decode()


def zendesk_headers(door: Door, body: bytes) -> dict[str, str]:
    """Sign as Zendesk does."""
    return {
        "X-Zendesk-Webhook-Signature": _hmac(door.secret, STAMP.encode() + body),
        "X-Zendesk-Webhook-Signature-Timestamp": STAMP,
        "X-Zendesk-Webhook-Invocation-Id": "inv-1",
    }


def hubspot_headers(door: Door, body: bytes) -> dict[str, str]:
    """Sign as HubSpot does (v3)."""
    signed = b"POST" + f"{PUBLIC}{door.address}".encode() + body + MILLIS.encode()
    return {"X-HubSpot-Signature-v3": _hmac(door.secret, signed), "X-HubSpot-Request-Timestamp": MILLIS}


def signals_headers(door: Door, body: bytes) -> dict[str, str]:
    """Sign as the feed asks."""
    return {"X-Attune-Signature": _hmac(door.secret, STAMP.encode() + body), "X-Attune-Signature-Timestamp": STAMP}


@dataclass(frozen=True)
class Case:
    """One vendor: its intake, a good body, and the headers for any body."""

    name: str
    intake: Any
    good: Any
    headers: Callable[[Door, bytes], Mapping[str, str]]
    account_ref: str = ""
    path: str = ""
    unknown: Any = None

    def door(self, store: Store, seal: Seal) -> Door:
        """Return a door of this vendor."""
        return Door(store, seal, self.intake, account_ref=self.account_ref, public_url=PUBLIC)

    def send(self, door: Door, body: bytes) -> Any:
        """Send a body as this vendor would."""
        return door.post(body, dict(self.headers(door, body)), door.address + self.path)

    def body(self) -> bytes:
        """The good body."""
        return _bytes(self.good)

    def unknown_body(self) -> bytes:
        """A body with one event of a kind that we do not use."""
        return _bytes(self.unknown)


def _bytes(document: Any) -> bytes:
    return document.encode() if isinstance(document, str) else json.dumps(document).encode()


CASES = (
    Case(
        "zendesk",
        zendesk.intake,
        zendesk_event(),
        zendesk_headers,
        unknown=zendesk_event(type="zen:event-type:ticket.merged"),
    ),
    Case(
        "hubspot",
        hubspot.intake,
        [hubspot_event(1), hubspot_event(2)],
        hubspot_headers,
        account_ref="62515",
        unknown=[hubspot_event(1, subscriptionType="deal.creation")],
    ),
    Case(
        "salesforce",
        salesforce.intake,
        soap(1, 2),
        lambda door, body: {},
        ORGANISATION,
        "/door-secret",
        unknown=soap(1).replace("sf:CaseComment", "sf:Opportunity"),
    ),
    Case("signals", signals.intake, [signal(), signal(kind="feature_used", name="x")], signals_headers),
)
