from __future__ import annotations

import json
from datetime import timedelta

import pytest

from core.errors import RejectedError
from core.model import Delivery
from core.ports import Secrets
from tests.webhooks.hubspot.bodies import BASE, MS, NOW, OURS, SECRET, URL, delivery, sign
from webhooks.hubspot import intake

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


def test_old_deliveries_do_not_depend_on_the_machines_clock() -> None:
    stale = Delivery("hubspot", "i", "POST", URL, delivery(b"[]").headers, b"[]", NOW + timedelta(seconds=301))
    with pytest.raises(RejectedError, match="STALE"):
        intake.verify(stale, Secrets((SECRET,)))
