"""The sandbox's answers against recorded ones, in keys and types; the captured outbound message against the intake."""

from __future__ import annotations

import copy
from datetime import UTC, datetime
from typing import Any

import pytest
import requests
from defusedxml.ElementTree import fromstring
from flask import Response

from connectors.salesforce.sandbox_org import ROOT
from core.model import Delivery, Kind, Level, RecordRef
from core.ports import Secrets
from tests.connectors.salesforce.shared import outbound, recorded
from tests.connectors.salesforce.walk import shape_faults
from tests.plugins.salesforce.conftest import World, sandbox, world
from webhooks.salesforce import intake

__all__ = ["sandbox", "world"]

AT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


def ask(world: World, method: str, path: str, token: str | None = None, **more: Any) -> requests.Response:
    token = token or next(iter(world.box.access))
    headers = {"Authorization": f"Bearer {token}", **more.pop("headers", {})}
    return requests.request(method, f"{world.url}{path}", headers=headers, timeout=5, **more)


def query(world: World, soql: str) -> requests.Response:
    return ask(world, "GET", f"{ROOT}/query", params={"q": soql})


def differences(given: Any, name: str) -> list[str]:
    return shape_faults(given, recorded(name))


def plain(pattern: dict[str, Any]) -> dict[str, Any]:
    """Return a recorded query page with only what every record has."""
    record = {name: value for name, value in pattern["records"][0].items() if name == "attributes"}
    return {**pattern, "records": [record]}


def test_a_query(world: World) -> None:
    world.cases(2)
    answer = query(world, "SELECT Id, Contact.Name FROM Case").json()
    assert shape_faults(answer, plain(recorded("query_success"))) == []
    parent = recorded("query_success")["records"][0]["ParentWhizbang__r"]
    assert shape_faults(answer["records"][0]["Contact"], {"attributes": parent["attributes"], "Name": ""}) == []


def test_a_query_in_pages(world: World) -> None:
    world.cases(3)
    world.box.configure({"page_size": 2})
    first = query(world, "SELECT Id FROM Case").json()
    assert shape_faults(first, plain(recorded("query_paginated_first_page"))) == []
    last = ask(world, "GET", first["nextRecordsUrl"]).json()
    assert shape_faults(last, {**plain(recorded("query_paginated_last_page")), "totalSize": 1}) == []


@pytest.mark.parametrize(
    ("soql", "code"),
    [
        ("SELECT Nothing FROM Case", "INVALID_FIELD"),
        ("SELECT Id FROM Nothing", "INVALID_TYPE"),
        ("SELECT Id FROM", "MALFORMED_QUERY"),
        ("SELECT Id FROM Case WHERE", "MALFORMED_QUERY"),
        ("SELECT Id FROM Case WHERE Id IN ('x')", "INVALID_QUERY_FILTER_OPERATOR"),
        ("SELECT Id FROM Case WHERE Description = 'x'", "INVALID_FIELD"),
        ("SELECT Nobody.Id FROM Case", "INVALID_FIELD"),
        ("SELECT Id FROM Case WHERE Status ~ 'x'", "MALFORMED_QUERY"),
    ],
)
def test_a_refused_query(world: World, soql: str, code: str) -> None:
    answer = query(world, soql)
    assert answer.status_code == 400 and answer.json()[0]["errorCode"] == code
    assert differences(answer.json(), "query_error") == []


def test_rows_that_go_through_and_rows_that_do_not(world: World) -> None:
    (case,) = world.cases(1)
    made = ask(world, "POST", f"{ROOT}/sobjects/CaseComment", json={"ParentId": case, "CommentBody": "x"})
    assert made.status_code == 201 and differences(made.json(), "create_success") == []
    upserted = ask(world, "PATCH", f"{ROOT}/sobjects/Task/Attune_External_Id__c/t-1", json={"Subject": "x"})
    assert upserted.status_code == 201 and differences(upserted.json(), "upsert_created_success") == []
    again = ask(world, "PATCH", f"{ROOT}/sobjects/Task/Attune_External_Id__c/t-1", json={"Subject": "y"})
    assert again.status_code == 200 and again.json()["id"] == upserted.json()["id"]
    no_key = ask(world, "PATCH", f"{ROOT}/sobjects/Task/Namez/t-1", json={})
    assert no_key.status_code == 404 and differences(no_key.json(), "upsert_error") == []
    refused = ask(world, "PATCH", f"{ROOT}/sobjects/Case/{case}", json={"foo": 1})
    assert refused.status_code == 400 and differences(refused.json(), "write_error") == []
    lost = ask(world, "GET", f"{ROOT}/sobjects/Case/5005g0000000000AAA")
    assert lost.status_code == 404 and differences(lost.json(), "sobject_find_error") == []
    gone = ask(world, "DELETE", f"{ROOT}/sobjects/Case/5005g0000000000AAA")
    assert differences(gone.json(), "delete_error") == []


def test_a_description(world: World) -> None:
    answer = ask(world, "GET", f"{ROOT}/sobjects/Case/describe").json()
    assert differences(answer, "sobject_describe_success") == []


def test_sessions_and_logins(world: World) -> None:
    ended = ask(world, "GET", f"{ROOT}/limits", token="ended")
    assert ended.status_code == 401 and differences(ended.json(), "expired_session") == []
    refused = requests.post(f"{world.url}/services/oauth2/token", data={"grant_type": "x"}, timeout=5)
    assert refused.status_code == 400 and differences(refused.json(), "auth_error") == []
    world.vault.renew(world.vault.token, lambda stale: world.vault.token)
    told: list[Any] = []

    def note(answer: Response) -> Response:
        told.append(answer.get_json(silent=True))
        return answer

    world.box.app.after_request_funcs[None].append(note)
    world.box.access = set()
    world.plugin.accounts([world.box.talk._accounts["firm"]])
    world.box.app.after_request_funcs[None].pop()
    login = next(body for body in told if isinstance(body, dict) and "access_token" in body)
    # The recorded flow signs the identity's address; a JWT bearer login does not.
    left_out = ("issued_at", "signature")
    pattern = {name: value for name, value in recorded("auth_success").items() if name not in left_out}
    assert shape_faults(login, pattern) == []


def test_every_answer_tells_the_limit(world: World) -> None:
    answer = ask(world, "GET", f"{ROOT}/limits")
    used, _, total = answer.headers["Sforce-Limit-Info"].removeprefix("api-usage=").partition("/")
    assert 0 < int(used) <= int(total) == answer.json()["DailyApiRequests"]["Max"]


def test_a_conditional_change(world: World) -> None:
    (case,) = world.cases(1)
    path, sent = f"{ROOT}/sobjects/Case/{case}", {"Subject": "x"}
    early = ask(world, "PATCH", path, json=sent, headers={"If-Unmodified-Since": "Mon, 02 Nov 2020 09:00:00 GMT"})
    late = ask(world, "PATCH", path, json=sent, headers={"If-Unmodified-Since": "Mon, 02 Nov 2099 09:00:00 GMT"})
    assert (early.status_code, late.status_code) == (412, 204)


def test_a_collection_takes_two_hundred_rows(world: World) -> None:
    rows = [{"attributes": {"type": "Case"}, "id": "5005g0000000000AAA"}] * 201
    most = ask(world, "PATCH", f"{ROOT}/composite/sobjects", json={"allOrNone": False, "records": rows})
    some = ask(world, "PATCH", f"{ROOT}/composite/sobjects", json={"allOrNone": False, "records": rows[:2]})
    assert most.status_code == 400 and some.status_code == 200
    assert [row["errors"][0]["statusCode"] for row in some.json()] == ["INVALID_CROSS_REFERENCE_KEY"] * 2


PLANTED = {
    ".totalsize": lambda page: page.update(totalsize=page.pop("totalSize")),
    ".done": lambda page: page.update(done="true"),
    ".records[].attributes.type": lambda page: page["records"][0]["attributes"].update(type=5),
    ".records": lambda page: page.update(records={}),
}


@pytest.mark.parametrize("place", sorted(PLANTED))
def test_a_planted_fault_in_an_answer_is_seen(world: World, place: str) -> None:
    world.cases(1)
    answer = query(world, "SELECT Id FROM Case").json()
    pattern = plain(recorded("query_success"))
    assert shape_faults(answer, pattern) == []
    bent = copy.deepcopy(answer)
    PLANTED[place](bent)
    assert len(shape_faults(bent, pattern)) == 1


# --- outbound messages ----------------------------------------------------------------------------


def delivery(body: bytes) -> Delivery:
    return Delivery("salesforce", "i", "POST", "", {}, body, AT, "s")


def test_the_captured_message_is_read() -> None:
    captured = delivery(outbound("case.captured"))
    intake.verify(captured, Secrets(("s",), "00D70000000IVNpEAO"))
    (event,) = intake.parse(captured, frozenset()).events
    assert event.event_id == "04l7000000DjbKjAAJ" and event.kind is Kind.STATUS_CHANGED
    assert event.subject == RecordRef("salesforce", Level.CASE, "5007000000OFL5FAAX")
    assert event.raw["fields"] == {"Id": "5007000000OFL5FAAX", "ContactId": "0037000000xicp7AAA"}
    assert "SessionId" not in str(event.raw) and "REDACTED" not in str(event.raw)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"<Notification>", b"<notification>"),
        (b"sf:Id", b"sf:ID"),
        (b"2005/09/outbound", b"2006/09/outbound"),
        (b"OrganizationId", b"OrganisationId"),
        (b"5007000000OFL5FAAX", b"5007000000"),
    ],
)
def test_a_planted_fault_in_the_captured_message_is_seen(old: bytes, new: bytes) -> None:
    body = (
        outbound("case.captured")
        .replace(old, new)
        .replace(b"</Notification>", b"</%s>" % new.strip(b"<>") if old == b"<Notification>" else b"</Notification>")
    )
    parsed = intake.parse(delivery(body), frozenset())
    assert not parsed.events and parsed.rejects


def test_our_acknowledgement_is_the_documented_one() -> None:
    ours, documented = fromstring(intake.acknowledgement()[0]), fromstring(outbound("ack.documented"))
    tags = [[(element.tag, (element.text or "").strip()) for element in root.iter()] for root in (ours, documented)]
    assert tags[0] == tags[1]


def test_the_sandboxs_message_has_the_captured_shape(world: World) -> None:
    world.say({"text": "x"})
    sent, captured = fromstring(world.deliveries[0].body), fromstring(outbound("case.captured"))
    outer = "{http://soap.sforce.com/2005/09/outbound}"
    for path in (
        "OrganizationId",
        "ActionId",
        "SessionId",
        "EnterpriseUrl",
        "PartnerUrl",
        "Notification/Id",
        "Notification/sObject",
    ):
        found = ".//" + "/".join(f"{outer}{part}" for part in path.split("/"))
        assert sent.find(found) is not None and captured.find(found) is not None, path
    names = {element.tag for element in captured.iter() if "sobject.enterprise" in element.tag}
    assert names <= {element.tag for element in sent.iter()}
