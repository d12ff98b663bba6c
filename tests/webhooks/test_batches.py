"""Batches at the door: repeats inside and between deliveries, good elements beside bad ones."""

from __future__ import annotations

import json

import pytest

from core.store.engine import Store
from core.store.seal import Seal
from tests.webhooks.signed import CASES, Case, hubspot_event, soap

HUBSPOT = next(case for case in CASES if case.name == "hubspot")
SALESFORCE = next(case for case in CASES if case.name == "salesforce")


def test_a_batch_of_100_with_7_repeats_delivered_twice(store: Store, seal: Seal) -> None:
    door = HUBSPOT.door(store, seal)
    events = [hubspot_event(n) for n in range(1, 94)]
    body = json.dumps([*events, *events[:7]]).encode()
    assert [HUBSPOT.send(door, body).status_code for _ in range(2)] == [200, 200]
    assert door.stored() == (93, 0)
    assert door.counters() == {"received": 200, "accepted": 93, "DUPLICATE": 107}


def test_a_batch_keeps_its_good_events(store: Store, seal: Seal) -> None:
    door = HUBSPOT.door(store, seal)
    deal = hubspot_event(3, subscriptionType="deal.creation")
    body = json.dumps([hubspot_event(1), 7, {"eventId": 2}, deal]).encode()
    assert HUBSPOT.send(door, body).status_code == 200
    assert door.stored() == (1, 2)
    assert door.counters() == {"received": 2, "accepted": 1, "SCHEMA_DRIFT": 2, "UNKNOWN_KIND": 1}


def test_one_signature_holds_for_its_address_only(store: Store, seal: Seal) -> None:
    door, other = HUBSPOT.door(store, seal), HUBSPOT.door(store, seal)
    body = HUBSPOT.body()
    assert other.post(body, dict(HUBSPOT.headers(door, body))).status_code == 401


def test_another_portals_events_are_refused(store: Store, seal: Seal) -> None:
    door = HUBSPOT.door(store, seal)
    assert HUBSPOT.send(door, json.dumps([hubspot_event(1, portalId=1)]).encode()).status_code == 401
    assert door.stored() == (0, 0)


@pytest.mark.parametrize("path", ["", "/", "/wrong", "/door-secret/more"])
def test_salesforce_without_its_secret(store: Store, seal: Seal, path: str) -> None:
    door = SALESFORCE.door(store, seal)
    status = door.post(soap(1).encode(), {}, door.address + path).status_code
    assert status == (404 if path in {"/", "/door-secret/more"} else 401)


def test_salesforce_is_told_that_its_message_arrived(store: Store, seal: Seal) -> None:
    door = SALESFORCE.door(store, seal)
    answer = SALESFORCE.send(door, soap(1, 2, 2, 3).encode())
    assert (answer.status_code, b"<Ack>true</Ack>" in answer.data.replace(b"ns1:", b"")) == (200, True), answer.data
    assert door.stored() == (3, 0)


def test_another_organisation_is_refused(store: Store, seal: Seal) -> None:
    door = SALESFORCE.door(store, seal)
    assert SALESFORCE.send(door, soap(1, organisation="00D000000000002AAA").encode()).status_code == 401
    assert door.counters() == {"BAD_SIGNATURE": 1}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_good_body_is_good(case: Case, store: Store, seal: Seal) -> None:
    door = case.door(store, seal)
    assert case.send(door, case.body()).status_code == 200
    assert door.stored()[1] == 0
    assert door.stored()[0] > 0
