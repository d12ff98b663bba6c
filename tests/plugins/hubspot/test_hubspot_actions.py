"""Who may ask for a hold: documented vectors, forged and stale signatures, other accounts, odd bodies."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hubspot.utils.signature import Signature

from connectors.hubspot.action_signing import signature_v2
from plugins.hubspot.actions import HOLD_PATH, MAX_BYTES
from tests.plugins.hubspot.workflow import PUBLIC, Workflow


@pytest.mark.parametrize(
    ("method", "uri", "body", "wanted"),
    [
        # HubSpot's own example, and the same with a body, checked by its SDK below.
        (
            "GET",
            "https://www.example.com/webhook_uri",
            "",
            "eee2dddcc73c94d699f5e395f4b9d454a069a6855fbfa152e91e88823087200e",
        ),
        (
            "POST",
            "https://www.example.com/webhook_uri",
            '{"example_field":"example_value"}',
            "9569219f8ba981ffa6f6f16aa0f48637d35d728c7e4d93d0d52efaa512af7900",
        ),
    ],
)
def test_version_2_is_as_documented_and_as_in_the_vendors_sdk(method: str, uri: str, body: str, wanted: str) -> None:
    secret = "yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy"
    assert signature_v2(secret, method, uri, body.encode()) == wanted
    assert Signature.get_signature(secret, body, "v2", http_uri=uri, http_method=method) == wanted


def test_a_forged_question_gets_no_answer_and_leaves_nothing(workflow: Workflow) -> None:
    body = workflow.body()
    good = workflow.v2(body)
    assert workflow.send(body, good).status_code == 200
    seen = workflow.trail()
    refused = {
        "none": workflow.send(body, {}),
        "empty": workflow.send(body, {"X-HubSpot-Signature": ""}),
        "other secret": workflow.send(body, workflow.v2(body, secret="other")),
        "other body": workflow.send(body + b" ", good),
        "other method": workflow.send(body, workflow.v2(body, method="PUT")),
        "other address": workflow.send(body, workflow.v2(body, url=PUBLIC + "/hubspot/actions/other")),
        "as called inside": workflow.send(body, workflow.v2(body, url="http://localhost" + HOLD_PATH)),
        "query added": workflow.send(body, good, "?portalId=1"),
        "not ascii": workflow.send(body, {"X-HubSpot-Signature": "ä" * 64}),
        "a webhook's": workflow.send(body, {**good, "X-HubSpot-Signature-v3": "x", "X-HubSpot-Request-Timestamp": "1"}),
    }
    assert {name: answer.status_code for name, answer in refused.items()} == dict.fromkeys(refused, 401)
    assert not any(answer.data for answer in refused.values())
    assert workflow.trail() == seen


def test_version_3_decides_where_it_comes_along_and_has_an_age(workflow: Workflow) -> None:
    body = workflow.body()
    status = {
        skew: workflow.send(body, {**workflow.v2(body), **workflow.v3(body, skew)}).status_code
        for skew in (0, -299, 299, -301, 301)
    }
    assert status == {0: 200, -299: 200, 299: 200, -301: 401, 301: 401}
    assert workflow.send(body, workflow.v3(body)).status_code == 200


def test_another_account_cannot_ask_for_this_one(open_workflow: Callable[..., Workflow]) -> None:
    one, other = open_workflow(), open_workflow()
    body = one.body(origin={"portalId": other.portal})
    assert one.send(body, one.v2(body)).status_code == 401
    assert other.send(body, other.v2(body)).status_code == 200
    for portal in (0, 1, -1, True, None, "x", "1" * 30, [other.portal], {"id": other.portal}, "\x00", 1.5):
        body = other.body(origin={"portalId": portal})
        assert other.send(body, other.v2(body)).status_code == 401, portal


def test_an_account_of_two_tenants_is_ambiguous(open_workflow: Callable[..., Workflow]) -> None:
    one, other = open_workflow(), open_workflow()
    other.move(one.portal)
    body = one.body()
    assert one.send(body, one.v2(body)).status_code == 401


def test_what_is_no_question_is_refused(workflow: Workflow) -> None:
    for body in (b"", b"[]", b"null", b"{", b"[" * 50_000, b'"x"', b"\xff\xfe", b"1" * 10_000):
        assert workflow.send(body, workflow.v2(body)).status_code == 401, body[:10]


def test_a_flood_is_not_read(workflow: Workflow) -> None:
    body = workflow.body(object={"objectId": 1, "properties": {"x": "y" * MAX_BYTES}})
    assert workflow.send(body, workflow.v2(body)).status_code == 413


def test_a_signed_question_that_cannot_be_read_holds(workflow: Workflow) -> None:
    odd: tuple[Any, ...] = (
        {},
        None,
        [],
        {"objectId": None},
        {"objectId": "x"},
        {"objectId": 1, "objectType": "DEAL"},
    )
    for record in odd:
        assert workflow.ask(object=record) == ("yes", "UNREADABLE"), record
