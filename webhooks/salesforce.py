"""The way in of Salesforce: outbound messages, which are SOAP with up to 100 notifications and carry no signature.

The sender is known by a secret in the path, by its organisation, and by the fingerprint of its client certificate
where one is set. A message holds a record as it is when the message is sent, not what changed in it.
https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_om_outboundmessaging_notifications.htm
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree.ElementTree import Element, tostring

from connectors.salesforce.nouns import TASK_KEY, full_id, is_id
from core.errors import RejectedError
from core.model import Delivery, Event, Kind, Level, Parsed, RecordRef, Reject
from core.ports import Secrets
from webhooks import strict_xml
from webhooks.strict_json import UNSTORABLE

VENDOR = "salesforce"
MIB = 1024 * 1024
MOST = 100
SOAP = "{http://schemas.xmlsoap.org/soap/envelope/}"
OUTBOUND = "{http://soap.sforce.com/2005/09/outbound}"
ACKNOWLEDGED = (
    b'<?xml version="1.0" encoding="UTF-8"?>'
    b'<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body>'
    b'<notificationsResponse xmlns="http://soap.sforce.com/2005/09/outbound"><Ack>true</Ack>'
    b"</notificationsResponse></soapenv:Body></soapenv:Envelope>"
)
Fields = Mapping[str, Any]
# Records of ours that speak of another, named in a field: a reader's answer to a score, and a contact that was deleted.
FEEDBACK, DELETED, SPOKEN_OF = "Attune_Feedback__c", "Attune_Deleted__c", "Attune_Record__c"
# Object -> (what it is about, the field that names that record, the key prefixes of such a record).
# https://help.salesforce.com/s/articleView?id=000385203
SUBJECTS: Mapping[str, tuple[Level, str, tuple[str, ...]]] = {
    "Case": (Level.CASE, "Id", ("500",)),
    "EmailMessage": (Level.CASE, "ParentId", ("500",)),
    "CaseComment": (Level.CASE, "ParentId", ("500",)),
    "Task": (Level.CASE, "Id", ("00T",)),
    "Contact": (Level.PERSON, "Id", ("003",)),
    "Individual": (Level.PERSON, "Id", ("0PK",)),
    "Account": (Level.ACCOUNT, "Id", ("001",)),
    DELETED: (Level.PERSON, SPOKEN_OF, ("003",)),
}
MESSAGES = frozenset({"EmailMessage", "CaseComment"})
SPOKEN = {prefix: level for level, _, (prefix,) in SUBJECTS.values() if prefix in ("500", "003", "001")}
KINDS = {**dict.fromkeys(MESSAGES, Kind.MESSAGE_ADDED), FEEDBACK: Kind.FEEDBACK_GIVEN, DELETED: Kind.PERSON_DELETED}
ANSWERS = {
    "kind": "Attune_Kind__c",
    "key": "Attune_Key__c",
    "reason": "Attune_Reason__c",
    "words": "Attune_Words__c",
    "user": "CreatedById",
}
TIMES = ("LastModifiedDate", "SystemModstamp", "CreatedDate")
# When somebody last changed what a case is like; a flow of the package notes it.
CHANGED_AT = "Attune_Changed_At__c"
TRIED_FOR = timedelta(days=1)


class _DriftError(ValueError):
    """The element has not the shape that Salesforce documents; the text names the part, never its content."""


@dataclass(frozen=True, slots=True)
class SalesforceIntake:
    """The intake of Salesforce; see ``core.ports.Intake``."""

    vendor: str = VENDOR
    max_bytes: int = MIB
    max_batch_bytes: int = 8 * MIB

    def verify(self, delivery: Delivery, secrets: Secrets) -> None:
        """Refuse a delivery without a live path secret, of another organisation or with a foreign certificate.

        A body that cannot be read names no organisation: it passes here and is a reject in ``parse``.
        """
        # Every live secret is tried, so that the time taken does not tell which one fits.
        matches = [_equal(delivery.path_secret, secret) for secret in secrets.live if secret]
        if not any(matches) or not secrets.account_ref:
            raise RejectedError("BAD_SIGNATURE")
        if secrets.client_cert and not _equal(_fingerprint(delivery.client_cert), _fingerprint(secrets.client_cert)):
            raise RejectedError("BAD_SIGNATURE")
        try:
            organisation = _organisation(_notifications(delivery.body))
        except ValueError:
            return
        if not _equal(full_id(organisation), full_id(secrets.account_ref)):
            raise RejectedError("BAD_SIGNATURE")

    def parse(self, delivery: Delivery, integration_ids: frozenset[str]) -> Parsed:
        """Read up to 100 notifications. Never raises: what cannot be read is a reject with ``SCHEMA_DRIFT``."""
        try:
            outer = _notifications(delivery.body)
            _organisation(outer)
            elements = outer.findall(f"{OUTBOUND}Notification")
            if not 0 < len(elements) <= MOST:
                raise _DriftError("Notification")
        except ValueError as drift:
            return Parsed(rejects=(Reject("SCHEMA_DRIFT", str(drift), delivery.body),))
        ours = frozenset(full_id(id_) for id_ in integration_ids)
        return _gathered(_read(element, delivery.received_at, ours) for element in elements)

    def acknowledgement(self) -> tuple[bytes, str]:
        """Return the SOAP answer without which Salesforce sends a message again for 24 hours."""
        return ACKNOWLEDGED, "text/xml; charset=utf-8"


intake = SalesforceIntake()


def _gathered(results: Iterator[Event | Reject | None]) -> Parsed:
    found = list(results)
    return Parsed(
        events=tuple(one for one in found if isinstance(one, Event)),
        rejects=tuple(one for one in found if isinstance(one, Reject)),
        echoes=found.count(None),
    )


def _notifications(body: bytes) -> Element:
    """Return the one ``notifications`` element; raise ``ValueError``, which never quotes the body."""
    envelope = strict_xml.read(body)
    soap_body = envelope.find(f"{SOAP}Body")
    if envelope.tag != f"{SOAP}Envelope" or soap_body is None:
        raise _DriftError("Envelope")
    found = soap_body.findall(f"{OUTBOUND}notifications")
    if len(found) != 1:
        raise _DriftError("notifications")
    return found[0]


def _organisation(outer: Element) -> str:
    found = (outer.findtext(f"{OUTBOUND}OrganizationId") or "").strip()
    if not is_id(found):
        raise _DriftError("OrganizationId")
    return found


def _read(element: Element, received_at: datetime, ours: frozenset[str]) -> Event | Reject | None:
    """Return the event of one notification, ``None`` for our own writing come back."""
    try:
        return _event(element, received_at, ours)
    except ValueError as drift:
        return Reject("SCHEMA_DRIFT", str(drift), tostring(element))


def _event(element: Element, received_at: datetime, ours: frozenset[str]) -> Event | None:
    event_id = (element.findtext(f"{OUTBOUND}Id") or "").strip()
    record = element.find(f"{OUTBOUND}sObject")
    if not is_id(event_id) or record is None:
        raise _DriftError("Notification/Id" if record is not None else "sObject")
    name = record.get(f"{strict_xml.XSI}type", "").rpartition(":")[2]
    fields = strict_xml.fields(record)
    kind = _kind(name, fields)
    subject = _subject(name, fields, kind)
    raw = _answer(fields) if kind is Kind.FEEDBACK_GIVEN else {"sobject": UNSTORABLE.sub("�", name), "fields": fields}
    occurred = _occurred(name, fields) or received_at
    event = Event(kind, subject, full_id(event_id), occurred, raw)
    return _overtaken(event, received_at) if _echo(name, fields, kind, ours) else event


def _overtaken(echo: Event, received_at: datetime) -> Event | None:
    """Return the change of a case that our own writing has overtaken, ``None`` where there was none.

    A message tells of a case as it is when it is sent, and is tried for a day: a person's change may arrive in our
    name. The time that a flow has noted names it, so that it is told once however often we write.
    """
    changed = _time(echo.raw["fields"].get(CHANGED_AT))
    if changed is None or received_at - changed > TRIED_FOR:
        return None
    return replace(echo, event_id=f"{echo.subject}@{changed.isoformat()}", occurred_at=changed)


def _kind(name: str, fields: Fields) -> Kind:
    """Say what happened; of a case only its two times can tell whether it is new."""
    if name == "Case":
        created, changed = fields.get("CreatedDate"), fields.get("LastModifiedDate")
        return Kind.CASE_CREATED if created and created == changed else Kind.STATUS_CHANGED
    if name == "Task":
        # A task of ours was worked on; other people's tasks are none of our business.
        return Kind.STATUS_CHANGED if fields.get(TASK_KEY) else Kind.UNKNOWN
    return KINDS.get(name, Kind.RECORD_CHANGED if name in SUBJECTS else Kind.UNKNOWN)


def _subject(name: str, fields: Fields, kind: Kind) -> RecordRef | None:
    if kind is Kind.UNKNOWN:
        return None
    if kind is Kind.FEEDBACK_GIVEN:
        return _spoken_of(fields.get(SPOKEN_OF))
    level, field, prefixes = SUBJECTS[name]
    record_id = fields.get(field)
    if name in MESSAGES and not is_id(fields.get("Id")):
        raise _DriftError(f"{name}.Id")
    if not is_id(record_id, *prefixes):
        raise _DriftError(f"{name}.{field}")
    return RecordRef(VENDOR, level, full_id(str(record_id)))


def _spoken_of(record_id: object) -> RecordRef:
    if not is_id(record_id, *SPOKEN):
        raise _DriftError(f"{FEEDBACK}.{SPOKEN_OF}")
    id_ = full_id(str(record_id))
    return RecordRef(VENDOR, SPOKEN[id_[:3]], id_)


def _answer(fields: Fields) -> dict[str, str]:
    """Return a reader's answer as every vendor's is handed on; what is empty stays empty."""
    answer = {name: str(fields.get(field) or "") for name, field in ANSWERS.items()}
    return {**answer, "user": full_id(answer["user"])}


def _echo(name: str, fields: Fields, kind: Kind, ours: frozenset[str]) -> bool:
    """Our own writing come back: we changed the record last, or wrote the comment; no customer's words are in it.

    A new case never is, even one that another program opens as our user: we open none. If we have changed it since,
    within the same second, we have seen it; the reader reads up whatever message of it was missed.
    """
    incoming = name == "EmailMessage" and str(fields.get("Incoming")).lower() in ("true", "1")
    if incoming or (kind is Kind.CASE_CREATED and fields.get("CreatedById") in (None, fields.get("LastModifiedById"))):
        return False
    actor = fields.get("CreatedById" if name in MESSAGES else "LastModifiedById")
    return isinstance(actor, str) and full_id(actor) in ours


def _occurred(name: str, fields: Fields) -> datetime | None:
    times = ("CreatedDate", *TIMES) if name in MESSAGES else TIMES
    return next((at for at in (_time(fields.get(time)) for time in times) if at is not None), None)


def _time(value: object) -> datetime | None:
    """Read a SOAP date and time; ``None`` for anything else."""
    if not isinstance(value, str) or not 10 < len(value) < 40 or not re.match(r"\d{4}-", value, re.ASCII):
        return None
    try:
        at = datetime.fromisoformat(value)
        return at.astimezone(UTC) if at.tzinfo else None
    except (ValueError, OverflowError):
        return None


def _fingerprint(text: str) -> str:
    """Return a certificate's fingerprint without colons, in small letters."""
    return text.replace(":", "").replace(" ", "").lower()


def _equal(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode("utf-8", "replace"))
