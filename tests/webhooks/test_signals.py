from __future__ import annotations

import base64
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import RejectedError
from core.model import Delivery, Kind
from core.ports import Secrets
from webhooks.signals import intake

NOW = datetime(2026, 11, 2, 9, 15, tzinfo=UTC)
STAMP = "2026-11-02T09:15:00Z"
GOOD = {
    "account": "firm.example",
    "kind": "feature_used",
    "name": "export",
    "at": "2026-11-02T10:00:00+02:00",
    "count": 3,
}


def sign(secret: str, stamp: str, body: bytes) -> str:
    return base64.b64encode(hmac.digest(secret.encode(), stamp.encode() + body, "sha256")).decode()


def delivery(body: bytes, *, stamp: str = STAMP, signed: str | None = None, secret: str = "one") -> Delivery:
    headers = {
        "X-Attune-Signature": sign(secret, stamp, body) if signed is None else signed,
        "X-Attune-Signature-Timestamp": stamp,
    }
    return Delivery("signals", "i", "POST", "https://x.example/", headers, body, NOW)


def parsed(*elements: Any) -> Any:
    return intake.parse(delivery(json.dumps(list(elements)).encode()), frozenset())


@pytest.mark.parametrize("secret", ["one", "two"])
def test_either_live_secret_signs(secret: str) -> None:
    intake.verify(delivery(b"[]", secret=secret), Secrets(("one", "two")))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"secret": "three"}, "BAD_SIGNATURE"),
        ({"signed": ""}, "BAD_SIGNATURE"),
        ({"signed": "ü"}, "BAD_SIGNATURE"),
        ({"stamp": ""}, "BAD_SIGNATURE"),
        ({"stamp": "2026-11-02"}, "BAD_SIGNATURE"),
        ({"stamp": "2026-11-02T09:15:00"}, "BAD_SIGNATURE"),
        ({"stamp": "2026-11-02T09:09:59Z"}, "STALE_TIMESTAMP"),
        ({"stamp": "2026-11-02T09:20:01Z"}, "STALE_TIMESTAMP"),
    ],
)
def test_others_are_refused(change: dict[str, str], code: str) -> None:
    with pytest.raises(RejectedError) as caught:
        intake.verify(delivery(b"[]", **change), Secrets(("one", "")))
    assert caught.value.code == code


@pytest.mark.parametrize("stamp", ["2026-11-02T09:10:00Z", "2026-11-02T09:20:00Z", "2026-11-02T10:15:00+01:00"])
def test_five_minutes_either_way_are_fine(stamp: str) -> None:
    intake.verify(delivery(b"[]", stamp=stamp), Secrets(("one",)))


def test_no_secret_lets_nobody_in() -> None:
    with pytest.raises(RejectedError):
        intake.verify(delivery(b"[]", signed=sign("", STAMP, b"[]")), Secrets(("",)))


def test_an_element_becomes_an_event_about_no_record() -> None:
    (event,) = parsed(GOOD).events
    assert (event.kind, event.subject, event.occurred_at) == (
        Kind.SIGNAL_RECEIVED,
        None,
        datetime(2026, 11, 2, 8, 0, tzinfo=UTC),
    )
    assert event.raw == {**GOOD, "at": "2026-11-02T08:00:00+00:00"}


def test_the_same_element_is_the_same_event_and_an_id_tells_two_apart() -> None:
    again = {key: GOOD[key] for key in reversed(GOOD)}
    ids = [event.event_id for event in parsed(GOOD, again, {**GOOD, "count": 4}, {**GOOD, "id": "a"}).events]
    assert ids[0] == ids[1] and len(set(ids)) == 3


def test_a_login_needs_neither_name_nor_count() -> None:
    (event,) = parsed({"account": " F-1 ", "kind": "login", "at": STAMP}).events
    assert event.raw == {"account": "F-1", "kind": "login", "name": "", "at": "2026-11-02T09:15:00+00:00", "count": 1}


@pytest.mark.parametrize(
    "change",
    [
        {"account": ""},
        {"account": "  "},
        {"account": 7},
        {"account": "x" * 256},
        {"account": None},
        {"kind": "logout"},
        {"kind": ["login"]},
        {"kind": None},
        {"name": ""},
        {"name": None},
        {"name": {}},
        {"at": "yesterday"},
        {"at": 1462216307945},
        {"at": "2026-11-02"},
        {"at": "2026-11-02T09:15:00"},
        {"at": (NOW + timedelta(days=1, seconds=1)).isoformat()},
        {"at": "0001-01-01T00:00:00+14:00"},
        {"count": 0},
        {"count": -1},
        {"count": True},
        {"count": "3"},
        {"count": None},
        {"count": 1e12},
        {"count": 10**30},
    ],
)
def test_a_bad_element_is_rejected_and_the_good_one_beside_it_kept(change: dict[str, Any]) -> None:
    found = parsed({**GOOD, **change}, GOOD)
    assert (len(found.events), [reject.code for reject in found.rejects]) == (1, ["SCHEMA_DRIFT"])
    assert json.loads(found.rejects[0].raw)["kind"] == {**GOOD, **change}["kind"]


@pytest.mark.parametrize("body", [b"", b"{", b"{}", b"null", b'"x"', b"[NaN]", b"\xff", b"[" * 100_000, b"[1e999]"])
def test_a_body_that_is_no_array_is_one_reject(body: bytes) -> None:
    found = intake.parse(delivery(body), frozenset())
    assert (found.events, [reject.raw for reject in found.rejects]) == ((), [body])


def test_characters_that_cannot_be_stored_are_replaced() -> None:
    body = b'[{"account": "a\\u0000\\ud800b", "kind": "login", "at": "2026-11-02T09:15:00Z"}]'
    (event,) = intake.parse(delivery(body), frozenset()).events
    assert event.raw["account"] == "a\ufffd\ufffdb"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
elements = st.fixed_dictionaries({}, optional={name: json_values | st.just(GOOD[name]) for name in GOOD}) | json_values


@settings(max_examples=600, deadline=None)
@given(st.lists(elements, max_size=5))
def test_nothing_in_a_body_is_an_exception(found: list[Any]) -> None:
    outcome = intake.parse(delivery(json.dumps(found).encode()), frozenset())
    for event in outcome.events:
        assert event.raw["kind"] in {"login", "feature_used", "feature_enabled"} and event.raw["count"] > 0
        stored = json.dumps(dict(event.raw), ensure_ascii=False)
        assert "\x00" not in stored and stored.encode()


@settings(max_examples=600, deadline=None)
@given(st.binary(max_size=200), st.text(max_size=40), st.text(max_size=40))
def test_no_stranger_gets_in_or_breaks_the_door(body: bytes, signed: str, stamp: str) -> None:
    with pytest.raises(RejectedError):
        intake.verify(delivery(body, signed=signed, stamp=stamp), Secrets(("one",)))
    intake.parse(delivery(body, stamp=""), frozenset())
