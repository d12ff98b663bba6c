from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from core.model import Kind
from tests.webhooks.hubspot.bodies import BASE, NOW, OURS, delivery, parse
from webhooks.hubspot import intake


@pytest.mark.parametrize(
    ("element", "kind", "subject"),
    [
        ({"subscriptionType": "ticket.creation"}, Kind.CASE_CREATED, "hubspot:case:123"),
        (
            {"subscriptionType": "ticket.propertyChange", "propertyName": "hs_pipeline_stage", "propertyValue": "4"},
            Kind.STATUS_CHANGED,
            "hubspot:case:123",
        ),
        (
            {"subscriptionType": "ticket.propertyChange", "propertyName": "subject"},
            Kind.RECORD_CHANGED,
            "hubspot:case:123",
        ),
        ({"subscriptionType": "ticket.deletion"}, Kind.RECORD_CHANGED, "hubspot:case:123"),
        (
            {"subscriptionType": "contact.propertyChange", "propertyName": "email"},
            Kind.RECORD_CHANGED,
            "hubspot:person:123",
        ),
        ({"subscriptionType": "contact.creation", "objectId": "123"}, Kind.RECORD_CHANGED, "hubspot:person:123"),
        ({"subscriptionType": "contact.privacyDeletion"}, Kind.PERSON_DELETED, "hubspot:person:123"),
        (
            {"subscriptionType": "company.propertyChange", "propertyName": "domain"},
            Kind.RECORD_CHANGED,
            "hubspot:account:123",
        ),
        (
            {"subscriptionType": "conversation.newMessage", "messageId": "m-1"},
            Kind.MESSAGE_ADDED,
            "hubspot:case:thread-123",
        ),
        ({"subscriptionType": "conversation.creation"}, Kind.UNKNOWN, None),
        ({"subscriptionType": "deal.creation"}, Kind.UNKNOWN, None),
        ({"subscriptionType": "contact.somethingNew"}, Kind.UNKNOWN, None),
        ({"subscriptionType": "object.creation", "objectTypeId": "0-5"}, Kind.CASE_CREATED, "hubspot:case:123"),
        (
            {"subscriptionType": "object.propertyChange", "objectTypeId": "0-5", "propertyName": "hs_pipeline_stage"},
            Kind.STATUS_CHANGED,
            "hubspot:case:123",
        ),
        (
            {"subscriptionType": "object.propertyChange", "objectTypeId": "0-1"},
            Kind.RECORD_CHANGED,
            "hubspot:person:123",
        ),
        (
            {"subscriptionType": "object.propertyChange", "objectTypeId": "0-2"},
            Kind.RECORD_CHANGED,
            "hubspot:account:123",
        ),
        ({"subscriptionType": "object.creation", "objectTypeId": "2-99"}, Kind.UNKNOWN, None),
    ],
)
def test_subscriptions(element: dict[str, Any], kind: Kind, subject: str | None) -> None:
    (event,) = parse({**BASE, **element}).events
    assert (event.kind, str(event.subject) if event.subject else None, event.occurred_at) == (kind, subject, NOW)


def test_an_association_has_two_ends_and_no_object() -> None:
    ends = {
        "subscriptionType": "ticket.associationChange",
        "associationType": "TICKET_TO_CONTACT",
        "fromObjectId": 9,
        "toObjectId": 8,
        "associationRemoved": False,
    }
    (event,) = parse({key: value for key, value in BASE.items() if key != "objectId"} | ends).events
    assert (event.kind, str(event.subject)) == (Kind.STATUS_CHANGED, "hubspot:case:9")


def test_a_resend_is_the_same_event_and_another_subscription_is_not() -> None:
    first = {**BASE, "subscriptionType": "ticket.creation"}
    again, other = {**first, "attemptNumber": 3}, {**first, "subscriptionType": "ticket.deletion"}
    ids = [event.event_id for event in parse(first, again, other).events]
    assert ids[0] == ids[1] != ids[2]


def test_a_batch_of_100_with_7_repeats_delivered_twice_is_93_events() -> None:
    elements = [{**BASE, "subscriptionType": "ticket.creation", "eventId": n, "objectId": n} for n in range(93)]
    batch = [*elements, *({**one, "attemptNumber": 1} for one in elements[:7])]
    found = [event for _ in range(2) for event in parse(*batch).events]
    keys = {(event.event_id, event.subject, event.occurred_at) for event in found}
    assert (len(found), len(keys), len(found) - len(keys)) == (200, 93, 107)


@pytest.mark.parametrize(
    ("element", "echo"),
    [
        ({"changeSource": "INTEGRATION", "sourceId": "50780459"}, True),
        ({"changeSource": "INTEGRATION", "sourceId": 50780459}, True),
        ({"changeSource": "INTEGRATION", "sourceId": "7"}, False),
        ({"changeSource": "CRM_UI", "sourceId": "50780459"}, False),
        ({"changeSource": "INTEGRATION"}, False),
        (
            {
                "changeSource": "INTEGRATION",
                "sourceId": "50780459",
                "subscriptionType": "conversation.newMessage",
                "messageId": "m",
            },
            False,
        ),
        ({"changeSource": "INTEGRATION", "sourceId": "50780459", "subscriptionType": "contact.privacyDeletion"}, False),
    ],
)
def test_our_own_writing_is_counted_and_never_a_message(element: dict[str, Any], echo: bool) -> None:
    whole = {**BASE, "subscriptionType": "ticket.propertyChange", "propertyName": "attune_distress", **element}
    found = parse(whole)
    assert (found.echoes, len(found.events)) == ((1, 0) if echo else (0, 1))


@pytest.mark.parametrize(
    "change",
    [
        {"eventId": None},
        {"eventId": "x"},
        {"eventId": True},
        {"eventId": 1.5},
        {"subscriptionType": None},
        {"subscriptionType": "creation"},
        {"subscriptionType": ["ticket.creation"]},
        {"subscriptionType": "a.b.c"},
        {"occurredAt": None},
        {"occurredAt": "2026-11-02T09:15:00Z"},
        {"occurredAt": -1},
        {"occurredAt": 10**16},
        {"objectId": None},
        {"objectId": "12; DROP"},
        {"objectId": {}},
        {"objectId": "٣"},
        {"objectId": 10**25},
        {"subscriptionType": "conversation.newMessage"},
        {"subscriptionType": "conversation.newMessage", "messageId": "a b"},
        {"subscriptionType": "conversation.newMessage", "messageId": 7},
    ],
)
def test_a_bad_element_is_rejected_and_the_good_one_beside_it_kept(change: dict[str, Any]) -> None:
    good = {**BASE, "subscriptionType": "ticket.creation"}
    found = parse({**good, **change}, good)
    assert (len(found.events), [reject.code for reject in found.rejects]) == (1, ["SCHEMA_DRIFT"])


@pytest.mark.parametrize("body", [b"", b"{", b"{}", b"null", b"[NaN]", b"\xff", b"[" * 50_000, b'{"a": [1]}'])
def test_a_body_that_is_no_array_is_one_reject(body: bytes) -> None:
    found = intake.parse(delivery(body, ""), OURS)
    assert (found.events, [reject.raw for reject in found.rejects]) == ((), [body])


def test_characters_that_cannot_be_stored_are_replaced() -> None:
    body = json.dumps([{**BASE, "subscriptionType": "contact.propertyChange", "propertyValue": "a\x00\ud800b"}])
    (event,) = intake.parse(delivery(body.encode()), OURS).events
    assert event.raw["propertyValue"] == "a\ufffd\ufffdb"


def test_an_element_over_a_mebibyte_is_refused_alone() -> None:
    good = {**BASE, "subscriptionType": "ticket.creation"}
    found = parse({**good, "propertyValue": "x" * (1024 * 1024 + 1)}, good)
    assert (len(found.events), [reject.code for reject in found.rejects]) == (1, ["TOO_LARGE"])


def test_the_answer_is_empty() -> None:
    assert intake.acknowledgement() == (b"", "text/plain")


# --- recorded ---------------------------------------------------------------------------------------

RECORDED = {
    "webhook-batch.documented.json": [
        (Kind.RECORD_CHANGED, "hubspot:person:1246965"),
        (Kind.RECORD_CHANGED, "hubspot:person:1246978"),
    ],
    "webhook-contact.creation.captured.json": [(Kind.RECORD_CHANGED, "hubspot:person:10801")],
    "webhook-contact.propertyChange.captured.json": [(Kind.RECORD_CHANGED, "hubspot:person:541935488729")],
}


@pytest.mark.parametrize("name", sorted(RECORDED))
def test_captured_bodies_are_read(name: str) -> None:
    if "ATTUNE_SHARED" not in os.environ:
        pytest.skip("skipped: ATTUNE_SHARED not set")
    body = (Path(os.environ["ATTUNE_SHARED"]) / "vendor-specs/hubspot/recorded" / name).read_bytes()
    found = intake.parse(delivery(body), frozenset())
    assert [(event.kind, str(event.subject)) for event in found.events] == RECORDED[name]
    assert not found.rejects
    assert intake.parse(delivery(body), OURS).echoes == ("propertyChange.captured" in name)
