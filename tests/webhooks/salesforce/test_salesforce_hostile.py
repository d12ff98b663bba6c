"""Whatever comes, the intake answers: an event, an echo or a reject, never an exception."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import RejectedError
from tests.webhooks.salesforce.bodies import OURS, SECRETS, case, delivery, message, notification
from webhooks.salesforce import intake

LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %s "%s">' % (bytes([c]), b"&%s;" % bytes([c - 1]) * 10) for c in range(98, 108))
    + b"]><l>&k;</l>"
)
GOOD = message(case(Description="words"))


@pytest.mark.parametrize(
    "body",
    [
        LAUGHS,
        b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>',
        b'<!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/passwd">]><x>&y;</x>',
        b'<!DOCTYPE x [<!ENTITY % y SYSTEM "http://127.0.0.1/">%y;]><x/>',
        GOOD.replace(b"<e:Envelope", b"<!DOCTYPE e:Envelope><e:Envelope"),
        b"<a>" * 100_000,
        b"<a>" * 5000 + b"</a>" * 5000,
        b"<a " + b" ".join(b'a%d="x"' % n for n in range(20_000)) + b"/>",
        GOOD.replace(b"words", b"wo\x00rds"),
        GOOD.replace(b"words", b"&#0;"),
        GOOD.replace(b"words", b"&#xD800;"),
        GOOD.replace(b"words", b"\xed\xa0\x80"),
        GOOD.replace(b"words", b"&undefined;"),
        GOOD.replace(b"2005/09/outbound", b"2005/09/inbound"),
        GOOD.replace(b"schemas.xmlsoap.org/soap/envelope", b"www.w3.org/2003/05/soap-envelope"),
        GOOD.replace(b"UTF-8", b"no-such-encoding"),
        GOOD.replace(b"UTF-8", b"utf-7"),
        GOOD.replace(b"UTF-8", b"shift_jis"),
        GOOD.replace(b"<Notification>", b"<Notification><Notification>"),
        GOOD[: len(GOOD) // 2],
        GOOD + GOOD,
        GOOD.decode().encode("utf-16"),
        b"\xef\xbb\xbf",
        b"{}",
        b"",
    ],
)
def test_hostile_bodies_are_rejects(body: bytes) -> None:
    intake.verify(delivery(body), SECRETS)
    parsed = intake.parse(delivery(body), frozenset())
    assert not parsed.events and {reject.code for reject in parsed.rejects} == {"SCHEMA_DRIFT"}
    assert all(b"passwd" not in reject.detail.encode() and "words" not in reject.detail for reject in parsed.rejects)


def test_a_record_inside_a_record_is_too_deep_at_some_point() -> None:
    nested = "<sf:a>" * 40 + "</sf:a>" * 40
    body = message(case().replace("</sObject>", nested + "</sObject>"))
    assert [reject.detail for reject in intake.parse(delivery(body), frozenset()).rejects] == ["nested too deep"]


@given(st.binary(max_size=400))
def test_any_bytes(body: bytes) -> None:
    intake.verify(delivery(body), SECRETS)
    assert intake.parse(delivery(body), frozenset()).rejects


@given(st.integers(0, len(GOOD)), st.binary(max_size=12), st.integers(0, 12))
def test_any_damage_to_a_good_body(at: int, put: bytes, cut: int) -> None:
    body = GOOD[:at] + put + GOOD[at + cut :]
    try:
        intake.verify(delivery(body), SECRETS)
    except RejectedError:
        return
    parsed = intake.parse(delivery(body), frozenset({OURS}))
    assert len(parsed.events) + len(parsed.rejects) + parsed.echoes >= 1
    for event in parsed.events:
        stored = json.dumps(dict(event.raw), ensure_ascii=False).encode()
        assert b"\x00" not in stored


@given(st.text(max_size=20), st.text(max_size=20))
def test_any_secret(given_: str, live: str) -> None:
    if given_ == live and live:
        return
    with pytest.raises(RejectedError, match="BAD_SIGNATURE"):
        intake.verify(delivery(GOOD, given_), type(SECRETS)((live,), SECRETS.account_ref))


@given(
    st.dictionaries(
        st.sampled_from(["Id", "ParentId", "CreatedDate", "Status", "Incoming", "CreatedById"]),
        st.one_of(st.none(), st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=30)),
    ),
    st.sampled_from(["Case", "EmailMessage", "CaseComment", "Task", "Contact", "Opportunity", ""]),
)
def test_any_record(fields: dict[str, str | None], sobject: str) -> None:
    parsed = intake.parse(delivery(message(notification(sobject, fields))), frozenset({OURS}))
    assert len(parsed.events) + len(parsed.rejects) + parsed.echoes == 1
