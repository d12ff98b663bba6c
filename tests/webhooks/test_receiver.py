"""The door: every cause of the status table, on the real application and database."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from core.store.engine import Store
from core.store.seal import Seal
from tests.webhooks.door import Door
from webhooks import signals, zendesk
from webhooks.zendesk import signature

WORDS = "my very own words"


@pytest.fixture
def door(store: Store, seal: Seal) -> Door:
    return Door(store, seal, zendesk.intake)


def event(**changed: Any) -> dict[str, Any]:
    comment = {"id": "7", "body": WORDS, "is_public": True, "author": {"id": "9", "is_staff": False, "name": "A"}}
    return {
        "type": "zen:event-type:ticket.comment_added",
        "id": "e-1",
        "time": "2026-11-20T12:00:00Z",
        "detail": {"id": "5", "actor_id": "9", "requester_id": "9"},
        "event": {"comment": comment},
        **changed,
    }


def signed(door: Door, raw: bytes, secret: str | None = None, skew: float = 0.0) -> dict[str, str]:
    stamp = (door.clock.now() + timedelta(seconds=skew)).strftime("%Y-%m-%dT%H:%M:%SZ")
    key = door.secret if secret is None else secret
    return {"X-Zendesk-Webhook-Signature": signature(key, stamp, raw), "X-Zendesk-Webhook-Signature-Timestamp": stamp}


def sent(door: Door, body: Any, *, path: str = "", **options: Any) -> int:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return int(door.post(raw, signed(door, raw, **options), path).status_code)


@pytest.mark.parametrize(
    ("body", "options", "status", "counters", "inbox", "quarantined"),
    [
        (event(), {}, 200, {"received": 1, "accepted": 1}, 1, 0),
        (event(type="zen:event-type:ticket.merged"), {}, 200, {"received": 1, "UNKNOWN_KIND": 1}, 0, 0),
        (event(type="zen:event-type:article.published"), {}, 200, {"received": 1, "UNKNOWN_KIND": 1}, 0, 0),
        (event(), {"secret": "another"}, 401, {"BAD_SIGNATURE": 1}, 0, 0),
        (event(), {"skew": 301}, 401, {"STALE_TIMESTAMP": 1}, 0, 0),
        (event(), {"skew": -301}, 401, {"STALE_TIMESTAMP": 1}, 0, 0),
        (b"{" + WORDS.encode(), {}, 200, {"SCHEMA_DRIFT": 1}, 0, 1),
        (b"", {}, 200, {"SCHEMA_DRIFT": 1}, 0, 1),
        ([event()], {}, 200, {"SCHEMA_DRIFT": 1}, 0, 1),
        (event(event={"comment": {"body": WORDS}}), {}, 200, {"SCHEMA_DRIFT": 1}, 0, 1),
        (event(time="yesterday"), {}, 200, {"SCHEMA_DRIFT": 1}, 0, 1),
        (event(pad="x" * 1024 * 1024), {}, 413, {"TOO_LARGE": 1}, 0, 0),
        (event(pad="x" * 1024 * 1024), {"secret": "another"}, 413, {"TOO_LARGE": 1}, 0, 0),
    ],
)
def test_the_status_table(
    door: Door, body: Any, options: dict[str, Any], status: int, counters: dict[str, int], inbox: int, quarantined: int
) -> None:
    with capture_logs() as logs:
        assert sent(door, body, **options) == status
    assert door.counters() == counters
    assert door.stored() == (inbox, quarantined)
    assert WORDS not in json.dumps(logs)


def test_the_answer_is_empty_and_echoes_nothing(door: Door) -> None:
    answer = door.post(WORDS.encode())
    assert (answer.status_code, answer.data) == (401, b"")


@pytest.mark.parametrize(
    "path",
    [
        "/webhooks/zendesk/nowhere",
        "/webhooks/unheard/{id}",
        "/webhooks/zendesk/%00",
        "/webhooks/zendesk/a%00b",
        "/webhooks/zendesk/%ff",
        "/webhooks/zendesk/" + "x" * 5000,
        "/webhooks/zendesk/%F0%9F%98%80",
    ],
)
def test_an_unknown_address_is_404(door: Door, path: str) -> None:
    assert sent(door, event(), path=path.format(id=door.installation)) == 404
    assert door.stored() == (0, 0)


def test_an_address_serves_its_own_vendor_only(door: Door) -> None:
    door.enrol(door.secret, vendor="hubspot", installation=f"{door.installation}-h")
    assert sent(door, event(), path=f"{door.address}-h") == 404


def test_only_post_is_served(door: Door) -> None:
    assert door.web.test_client().get(door.address).status_code == 405


def test_a_resend_is_one_event_and_one_ring(door: Door) -> None:
    assert [sent(door, event()) for _ in range(3)] == [200, 200, 200]
    assert door.counters() == {"received": 3, "accepted": 1, "DUPLICATE": 2}
    assert door.stored() == (1, 0)
    assert len(door.rung) == 1


def test_the_same_id_at_another_tenant_is_another_event(door: Door, store: Store, seal: Seal) -> None:
    other = Door(store, seal, zendesk.intake)
    assert [sent(one, event()) for one in (door, other)] == [200, 200]
    assert [one.stored() for one in (door, other)] == [(1, 0), (1, 0)]


def test_both_secrets_are_good_during_a_rotation(door: Door) -> None:
    door.enrol("newest", door.secret, "third")
    found = [sent(door, event(), secret=key) for key in ("newest", door.secret, "third", "")]
    assert found == [200, 200, 401, 401]


def test_quarantine_is_sealed_and_ends(door: Door, seal: Seal) -> None:
    sent(door, b"{" + WORDS.encode() + b"\xff\x00")
    (row,) = door.rows("SELECT * FROM quarantine")
    assert WORDS not in str(row)
    assert WORDS in seal.open(row.sealed_body)
    assert row.expires_at - row.received_at == timedelta(hours=72)


# --- the database away ----------------------------------------------------------------------------


@pytest.fixture
def lost(store: Store, seal: Seal) -> Iterator[Door]:
    """A door whose own way to the database leads nowhere."""
    nowhere = Store("postgresql://attune_app@127.0.0.1:9/attune?connect_timeout=2")
    yield Door(store, seal, zendesk.intake, web_store=nowhere)
    nowhere.close()


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("body", [event(), b"{" + WORDS.encode()])
def test_without_the_database_the_vendor_is_asked_to_come_again(
    lost: Door, store: Store, seal: Seal, known: bool, body: Any
) -> None:
    if known:
        # Whose address it is, is still remembered; only the event cannot be kept.
        remembered = Door(store, seal, zendesk.intake, tenant=lost.tenant, installation=lost.installation)
        lost.directory._kept[lost.installation] = (float("inf"), remembered.directory.find(lost.installation))
    with capture_logs() as logs:
        assert sent(lost, body) == 503
    assert WORDS not in json.dumps(logs)
    assert lost.stored() == (0, 0)


# --- the signals feed -----------------------------------------------------------------------------


def test_a_batch_keeps_its_good_elements(store: Store, seal: Seal) -> None:
    door = Door(store, seal, signals.intake)
    good = [{"account": "firm.example", "kind": "login", "at": "2026-11-19T10:00:00Z", "id": n} for n in range(5)]
    raw = json.dumps([*good, {"kind": "dance"}, 7, good[0]]).encode()
    stamp = "2026-11-20T12:00:00Z"
    digest = hmac.new(door.secret.encode(), stamp.encode() + raw, hashlib.sha256).digest()
    headers = {"X-Attune-Signature": base64.b64encode(digest).decode(), "X-Attune-Signature-Timestamp": stamp}
    assert door.post(raw, headers).status_code == 200
    assert door.counters() == {"received": 6, "accepted": 5, "DUPLICATE": 1, "SCHEMA_DRIFT": 2}
    assert door.stored() == (5, 2)
