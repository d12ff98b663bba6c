from __future__ import annotations

import base64
import hmac
import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import RejectedError
from core.model import Delivery, Kind, Parsed
from core.ports import Secrets
from webhooks.hubspot import intake

URL = "https://attune.example/webhooks/hubspot/inst-1"
SECRET = "yes-a-secret"
MS = 1793610900000
NOW = datetime.fromtimestamp(MS / 1000, UTC)
OURS = frozenset({"50780459"})
BASE: dict[str, Any] = {
    "eventId": 4101286121,
    "subscriptionId": 7562680,
    "portalId": 247187887,
    "appId": 50780459,
    "occurredAt": MS,
    "attemptNumber": 0,
    "objectId": 123,
}

# Computed with class Signature of HubSpot's Node client (npm: @hubspot/api-client 13.5.0), the address decoded
# by hand where the last column says so.
VECTORS = [
    (URL, '[{"eventId":1}]', SECRET, MS, "klGtLpfkC5SAuko5wI57ParzjcTlcUNkSYEDdFWF9Jc="),
    (URL + "?mail=ada%40firm.example&to=a%3Ab%2Fc", "[]", SECRET, MS, "kFCY6GUdBVJq70rC6twn7qIRK//UJcM8sxPKnDdGUr4="),
    (
        "https://attune.example/h?q=%21%24%27%28%29%2a%2C%3b%3F",
        "[]",
        SECRET,
        MS,
        "jTUVrNYn7mgyT1GLzrO7wpybAkSInh0DSrt98sa9ZtI=",
    ),
    (
        "https://attune.example/h?name=Zo%C3%AB%20X",
        '[{"propertyValue":"Zoë – 你好"}]',
        "s3cr3t-é",
        1793610900123,
        "gE/FpPTVfeF+FTrpC+7CbIVFrNr1YoQ9HpIRO7CO5ug=",
    ),
]
DECODED_VECTORS = [
    (URL + "?mail=ada%40firm.example&to=a%3Ab%2Fc", "iPLln/+dEi6rLRef+uAq2phBmgV/f2r9L+U2XdQxCf8="),
    ("https://attune.example/h?q=%21%24%27%28%29%2a%2C%3b%3F", "HNbAR6R87hKl6/uzcAHaYy6d2NN4jA9GdfHhcPPR/ds="),
]


def sign(body: bytes, *, secret: str = SECRET, url: str = URL, stamp: str = str(MS)) -> str:
    signed = b"POST" + url.encode() + body + stamp.encode()
    return base64.b64encode(hmac.digest(secret.encode(), signed, "sha256")).decode()


def delivery(body: bytes, signed: str | None = None, *, stamp: str = str(MS), url: str = URL) -> Delivery:
    headers = {
        "X-HubSpot-Signature-v3": sign(body, stamp=stamp, url=url) if signed is None else signed,
        "X-HubSpot-Request-Timestamp": stamp,
    }
    return Delivery("hubspot", "inst-1", "POST", url, headers, body, NOW)


def parse(*elements: Any) -> Parsed:
    return intake.parse(delivery(json.dumps(list(elements)).encode()), OURS)


# --- the door ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("url", "body", "secret", "stamp", "signed"), VECTORS)
def test_the_vendors_own_client_signs_alike(url: str, body: str, secret: str, stamp: int, signed: str) -> None:
    one = delivery(body.encode(), signed, stamp=str(stamp), url=url)
    intake.verify(one, Secrets((secret,)))
    with pytest.raises(RejectedError, match="BAD_SIGNATURE"):
        intake.verify(delivery(body.encode() + b" ", signed, stamp=str(stamp), url=url), Secrets((secret,)))


@pytest.mark.parametrize(("url", "signed"), DECODED_VECTORS)
def test_an_address_may_be_signed_decoded_as_documented(url: str, signed: str) -> None:
    intake.verify(delivery(b"[]", signed, url=url), Secrets((SECRET,)))


@pytest.mark.parametrize("secret", ["one", "two"])
def test_either_live_secret_signs(secret: str) -> None:
    intake.verify(delivery(b"[]", sign(b"[]", secret=secret)), Secrets(("one", "two")))


@pytest.mark.parametrize(
    ("one", "code"),
    [
        (delivery(b"[]", ""), "BAD_SIGNATURE"),
        (delivery(b"[]", "ü"), "BAD_SIGNATURE"),
        (delivery(b"[]", sign(b"[]", secret="three")), "BAD_SIGNATURE"),
        (delivery(b"[]", sign(b"[]", url=URL + "x")), "BAD_SIGNATURE"),
        (delivery(b"[]", sign(b"[]"), stamp=str(MS + 1)), "BAD_SIGNATURE"),
        (delivery(b"[]", stamp=""), "BAD_SIGNATURE"),
        (delivery(b"[]", stamp="now"), "BAD_SIGNATURE"),
        (delivery(b"[]", stamp="-5"), "BAD_SIGNATURE"),
        (delivery(b"[]", stamp="9" * 30), "BAD_SIGNATURE"),
        (delivery(b"[]", stamp=str(MS // 1000)), "STALE_TIMESTAMP"),
        (delivery(b"[]", stamp=str(MS - 300_001)), "STALE_TIMESTAMP"),
        (delivery(b"[]", stamp=str(MS + 300_001)), "STALE_TIMESTAMP"),
    ],
)
def test_others_are_refused(one: Delivery, code: str) -> None:
    with pytest.raises(RejectedError) as caught:
        intake.verify(one, Secrets((SECRET, "")))
    assert caught.value.code == code


@pytest.mark.parametrize("skew", [-300_000, 0, 300_000])
def test_five_minutes_either_way_are_fine(skew: int) -> None:
    intake.verify(delivery(b"[]", stamp=str(MS + skew)), Secrets((SECRET,)))


def test_an_empty_secret_lets_nobody_in() -> None:
    with pytest.raises(RejectedError):
        intake.verify(delivery(b"[]", sign(b"[]", secret="")), Secrets(("",)))


@pytest.mark.parametrize(("portals", "good"), [([1], True), ([2], False), ([1, 2], False), ([], True), ([None], True)])
def test_a_body_of_another_account_is_refused(portals: list[int], good: bool) -> None:
    body = json.dumps([{**BASE, "portalId": portal} for portal in portals]).encode()
    if good:
        intake.verify(delivery(body), Secrets((SECRET,), account_ref="1"))
        return
    with pytest.raises(RejectedError, match="BAD_SIGNATURE"):
        intake.verify(delivery(body), Secrets((SECRET,), account_ref="1"))


def test_a_body_that_cannot_be_read_passes_the_door_and_is_rejected_inside() -> None:
    one = delivery(b"{nonsense")
    intake.verify(one, Secrets((SECRET,), account_ref="1"))
    assert [reject.code for reject in intake.parse(one, OURS).rejects] == ["SCHEMA_DRIFT"]


# --- what it says -----------------------------------------------------------------------------------


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


# --- hostile ----------------------------------------------------------------------------------------

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=5,
)
topics = st.sampled_from(["ticket.creation", "object.creation", "conversation.newMessage", "contact.privacyDeletion"])
hostile = (
    st.fixed_dictionaries(
        {},
        optional={
            **{name: st.just(value) | json_values for name, value in BASE.items()},
            "subscriptionType": topics | json_values,
            "objectTypeId": st.just("0-5") | json_values,
            "messageId": st.just("m") | json_values,
            "propertyName": json_values,
            "changeSource": st.just("INTEGRATION") | json_values,
            "sourceId": json_values,
        },
    )
    | json_values
)


@settings(max_examples=1200, deadline=None)
@given(st.lists(hostile, max_size=4))
def test_nothing_in_a_body_is_an_exception(elements: list[Any]) -> None:
    found = parse(*elements)
    for event in found.events:
        stored = json.dumps(dict(event.raw), ensure_ascii=False)
        assert "\x00" not in stored and stored.encode() and event.event_id.encode() and len(event.event_id) <= 200
        assert "\x00" not in event.event_id
    assert len(found.events) + len(found.rejects) + found.echoes >= (1 if elements else 0)


@settings(max_examples=1000, deadline=None)
@given(st.binary(max_size=100), st.text(max_size=30), st.text(max_size=20), st.text(max_size=30))
def test_no_stranger_gets_in_or_breaks_the_door(body: bytes, signed: str, stamp: str, path: str) -> None:
    one = delivery(body, signed, stamp=stamp, url=f"https://attune.example/{path}".replace("\ud800", ""))
    with pytest.raises(RejectedError):
        intake.verify(one, Secrets((SECRET,), account_ref="1"))
    intake.parse(one, OURS)


def test_old_deliveries_do_not_depend_on_the_machines_clock() -> None:
    stale = Delivery("hubspot", "i", "POST", URL, delivery(b"[]").headers, b"[]", NOW + timedelta(seconds=301))
    with pytest.raises(RejectedError, match="STALE"):
        intake.verify(stale, Secrets((SECRET,)))
