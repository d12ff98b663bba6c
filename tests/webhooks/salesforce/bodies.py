"""Outbound messages for tests, built by hand and not by the sandbox."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from xml.sax.saxutils import escape

from core.model import Delivery, Parsed
from core.ports import Secrets
from webhooks.salesforce import intake

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
ORGANISATION = "00D70000000IVNpEAO"
SECRETS = Secrets(("new", "old"), ORGANISATION)
OURS = "005700000000001AAA"
CASE, CONTACT = "5007000000OFL5FAAX", "0037000000xicp7AAA"
NOTIFIED = "04l7000000DjbKjAAJ"
Fields = Mapping[str, str | None]


def notification(sobject: str, fields: Fields, id_: str = NOTIFIED) -> str:
    """Return one notification; a field that is ``None`` is nil."""
    parts = "".join(
        f'<sf:{name} xsi:nil="true"/>' if value is None else f"<sf:{name}>{escape(value)}</sf:{name}>"
        for name, value in fields.items()
    )
    return (
        f'<Notification><Id>{id_}</Id><sObject xsi:type="sf:{sobject}" '
        f'xmlns:sf="urn:sobject.enterprise.soap.sforce.com">{parts}</sObject></Notification>'
    )


def message(*notifications: str, organisation: str | None = ORGANISATION) -> bytes:
    """Return a whole outbound message."""
    named = f"<OrganizationId>{organisation}</OrganizationId>" if organisation is not None else ""
    return (
        '<?xml version="1.0" encoding="UTF-8"?><e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><e:Body>'
        f'<notifications xmlns="http://soap.sforce.com/2005/09/outbound">{named}<ActionId>04k</ActionId>'
        f'<SessionId xsi:nil="true"/>{"".join(notifications)}</notifications></e:Body></e:Envelope>'
    ).encode()


def delivery(body: bytes, secret: str = "new", cert: str = "") -> Delivery:
    """Return a delivery as the receiver builds it."""
    return Delivery("salesforce", "i", "POST", "https://a.example/", {}, body, NOW, secret, cert)


def parse(*notifications: str) -> Parsed:
    """Parse one outbound message."""
    return intake.parse(delivery(message(*notifications)), frozenset({OURS}))


def case(**fields: str | None) -> str:
    """Return a notification of a case that was just opened."""
    at = "2026-11-02T08:59:00.000Z"
    told: dict[str, str | None] = {"Id": CASE, "Status": "New", "CreatedDate": at, "LastModifiedDate": at}
    return notification("Case", {**told, **fields})
