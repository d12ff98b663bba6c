"""The Salesforce sandbox's outbound messages: SOAP as captured from Salesforce, sent until acknowledged.

https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_om_outboundmessaging_notifications.htm
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape

from connectors.salesforce.sandbox_org import INSTANCE, ORGANISATION, Org, Record
from connectors.sandbox_sender import Hook
from manifests import declarations

MOST = 100
OUTBOUND = "http://soap.sforce.com/2005/09/outbound"
# Object -> the fields of its message: those of the vendor's declaration, and one that this org's admin has added.
SENT: Mapping[str, Sequence[str]] = {
    sobject: (*fields.split(), *(("Language__c",) if sobject == "Case" else ()))
    for sobject, _, fields in (line.partition(": ") for line in declarations()["salesforce"]["webhook"]["events"])
}
# Characters that XML 1.0 cannot hold; Salesforce leaves them out.
UNPRINTABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
ACK = re.compile(rb"<(?:\w+:)?Ack>\s*true\s*</(?:\w+:)?Ack>")
HEADERS = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": '""'}


def installed(org: Org) -> dict[str, Record]:
    """Return the outbound messages that the package brings, by id, as the Tooling API shows one."""
    return {org.new_id("WorkflowOutboundMessage"): _definition(sobject) for sobject in SENT}


def _definition(sobject: str) -> Record:
    name = f"Attune_{sobject.removesuffix('__c').removeprefix('Attune_')}"
    metadata = {
        "apiVersion": 63.0,
        "description": None,
        "endpointUrl": "https://attune.example/webhooks/salesforce/installation/secret",
        "fields": list(SENT[sobject]),
        "includeSessionId": False,
        "integrationUser": "attune.sender@attune.example",
        "name": name.replace("_", " "),
        "protected": False,
        "urls": None,
        "useDeadLetterQueue": False,
    }
    return {"FullName": f"{sobject}.{name}", "Name": metadata["name"], "Metadata": metadata}


def hooks(org: Org, changed: Sequence[tuple[str, Record]]) -> list[Hook]:
    """Return the messages for changed records: one kind of record a message, at most 100 notifications each."""
    grouped: list[tuple[str, list[Record]]] = []
    for sobject, record in changed:
        if sobject not in SENT:
            continue
        if not grouped or grouped[-1][0] != sobject or len(grouped[-1][1]) >= MOST:
            grouped.append((sobject, []))
        grouped[-1][1].append(record)
    return [_hook(org, sobject, records) for sobject, records in grouped]


def _hook(org: Org, sobject: str, records: Sequence[Record]) -> Hook:
    ids = [org.new_id("Notification") for _ in records]
    return Hook(tuple(ids), envelope(org, sobject, list(zip(ids, records, strict=True))), _headers, _acknowledged)


def envelope(org: Org, sobject: str, notified: Sequence[tuple[str, Record]]) -> bytes:
    """Return the body of one outbound message."""
    fields = org.fields[sobject]
    sent = [name for name in SENT[sobject] if name in fields]
    notifications = "".join(
        f'<Notification><Id>{id_}</Id><sObject xsi:type="sf:{sobject}" '
        f'xmlns:sf="urn:sobject.enterprise.soap.sforce.com">'
        + "".join(_element(name, record.get(name), fields[name].type) for name in sent)
        + "</sObject></Notification>"
        for id_, record in notified
    )
    action = f"04k5g000000{sum(sobject.encode()):04d}"
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" '
        'xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f'<soapenv:Body><notifications xmlns="{OUTBOUND}"><OrganizationId>{ORGANISATION}</OrganizationId>'
        f'<ActionId>{action}</ActionId><SessionId xsi:nil="true"/>'
        f"<EnterpriseUrl>{INSTANCE}/services/Soap/c/63.0/{ORGANISATION[:15]}</EnterpriseUrl>"
        f"<PartnerUrl>{INSTANCE}/services/Soap/u/63.0/{ORGANISATION[:15]}</PartnerUrl>"
        f"{notifications}</notifications></soapenv:Body></soapenv:Envelope>"
    ).encode()


def _element(name: str, value: Any, kind: str) -> str:
    if value is None:
        return f'<sf:{name} xsi:nil="true"/>'
    text = str(value).lower() if isinstance(value, bool) else str(value)
    if kind == "datetime":
        text = text.replace("+0000", "Z")
    return f"<sf:{name}>{escape(UNPRINTABLE.sub('', text))}</sf:{name}>"


def _headers(_: bytes) -> dict[str, str]:
    return dict(HEADERS)


def _acknowledged(answer: bytes) -> bool:
    return bool(ACK.search(answer))
