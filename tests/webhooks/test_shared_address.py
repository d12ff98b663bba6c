"""HubSpot's one address for all accounts: the app's secret proves the body, the body says whose each element is."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask

from connectors.hubspot import sandbox_events as events
from connectors.hubspot.signing import SIGNATURE, TIMESTAMP, signature
from tests.conftest import MakeWorld
from tests.core.installation.connect import account_of
from tests.core.installation.setting_up import connected
from tests.talk import rows
from tests.world import World

SECRET = "the-app-secret"
ADDRESS = "/webhooks/hubspot"


def door(made: World, secret: str = SECRET) -> Flask:
    return made.app({"hubspot": secret} if secret else {})


def event(made: World, portal: object, number: int) -> dict[str, Any]:
    return {**events.body("ticket.creation", str(number), made.clock.now()), "portalId": portal}


def post(made: World, body: bytes, *, secret: str = SECRET, seconds: float = 0, web: Flask | None = None) -> int:
    stamp = str(int((made.clock.now().timestamp() + seconds) * 1000))
    signed = signature(secret, "POST", f"http://localhost{ADDRESS}", body, stamp)
    client = (web or door(made)).test_client()
    return client.post(ADDRESS, data=body, headers={SIGNATURE: signed, TIMESTAMP: stamp}).status_code


def stored(made: World) -> list[str]:
    return [row.subject for row in rows(made, "SELECT subject FROM inbox ORDER BY subject")]


@pytest.fixture
def two(make_world: MakeWorld) -> tuple[World, World]:
    """Two organisations with an account each."""
    found = [make_world(only=("hubspot",), joined=False, mode="observe") for _ in range(2)]
    for made in found:
        connected(made, "hubspot")
    return found[0], found[1]


def test_each_element_goes_to_its_own_organisation(two: tuple[World, World]) -> None:
    mine, other = two
    portals = [int(account_of(made, "hubspot")) for made in two]
    batch = [event(mine, portals[n % 2], 100 + n) for n in range(4)]
    assert post(mine, json.dumps(batch).encode()) == 200
    assert stored(mine) == ["hubspot:case:100", "hubspot:case:102"]
    assert stored(other) == ["hubspot:case:101", "hubspot:case:103"]
    assert post(mine, json.dumps(batch).encode()) == 200
    assert len(stored(mine)) == 2


@pytest.mark.parametrize(
    ("changed", "status"),
    [({"secret": "another"}, 401), ({"seconds": 400}, 401), ({"seconds": -400}, 401)],
    ids=["secret", "future", "past"],
)
def test_what_the_app_did_not_sign_now_is_refused(
    two: tuple[World, World], changed: dict[str, Any], status: int
) -> None:
    mine, _ = two
    body = json.dumps([event(mine, int(account_of(mine, "hubspot")), 1)]).encode()
    assert post(mine, body, **changed) == status
    assert stored(mine) == []


@pytest.mark.parametrize("portal", [1, None, "x", True, [7], {"a": 1}])
def test_an_account_that_is_not_ours_is_answered_and_nothing_is_stored(
    two: tuple[World, World], portal: object
) -> None:
    mine, other = two
    assert post(mine, json.dumps([event(mine, portal, 1)]).encode()) == 200
    assert stored(mine) == stored(other) == []


@pytest.mark.parametrize("body", [b"", b"{", b"[1, null]", b'{"portalId": 1}', b"\xff"])
def test_a_signed_body_that_cannot_be_read_is_not_sent_again(two: tuple[World, World], body: bytes) -> None:
    assert post(two[0], body) == 200


def test_an_ended_installation_gets_nothing_more(two: tuple[World, World]) -> None:
    mine, _ = two
    with mine.store.outside() as connection:
        connection.exec_driver_sql("UPDATE directory SET ended = true WHERE tenant_id = %s", (mine.tenant,))
    assert post(mine, json.dumps([event(mine, int(account_of(mine, "hubspot")), 1)]).encode()) == 200
    assert stored(mine) == []


@pytest.mark.parametrize("vendor", ["zendesk", "salesforce", "signals", "nobody"])
def test_others_have_no_shared_address(two: tuple[World, World], vendor: str) -> None:
    assert door(two[0]).test_client().post(f"/webhooks/{vendor}", data=b"[]").status_code == 404


def test_without_an_app_there_is_no_shared_address(two: tuple[World, World]) -> None:
    assert post(two[0], b"[]", web=door(two[0], secret="")) == 404
