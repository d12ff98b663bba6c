"""The sandbox's own promises: control API over HTTP, batches of webhooks, duplicates, tokens, limits."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from connectors.hubspot.sandbox import Sandbox
from connectors.sandbox import SandboxServer, serving

ACCESS = {"Authorization": "Bearer sandbox-access"}


@pytest.fixture
def box() -> Iterator[tuple[Sandbox, str, list[list[dict[str, Any]]]]]:
    made, sent = Sandbox(), []

    def post(url: str, body: bytes, headers: dict[str, str]) -> int:
        sent.append(json.loads(body))
        return 200

    made.sender.post = post
    with serving(SandboxServer({"hubspot": made})) as url:
        control(f"{url}/hubspot", "configure", {"webhook_url": "http://127.0.0.1/", "secret": "s"})
        person = {"key": "p", "name": "P", "email": "p@x.example"}
        control(f"{url}/hubspot", "seed", {"accounts": [], "people": [person]})
        yield made, f"{url}/hubspot", sent


def control(url: str, method: str, argument: Any) -> Any:
    return requests.post(f"{url}/__sandbox__/{method}", json=argument, timeout=10).json()


def messages(many: int) -> list[dict[str, Any]]:
    return [{"case": str(n), "person": "p", "role": "customer", "text": "x", "channel": "chat"} for n in range(many)]


def test_events_travel_a_hundred_at_most_and_every_message_knows_its_own(box: Any) -> None:
    _, url, sent = box
    answers = control(url, "say", messages(120))
    assert [len(batch) for batch in sent] == [100, 100, 40]
    assert {answer["status"] for answer in answers} == {200}
    ids = [id_ for answer in answers for id_ in answer["event_ids"]]
    assert len(ids) == len(set(ids)) == 240
    assert requests.get(f"{url}/__sandbox__/webhooks", timeout=10).json()["sent"] == ids


def test_duplicates_are_sent_twice_and_reordered_batches_swapped(box: Any) -> None:
    _, url, sent = box
    control(url, "faults", {"duplicate_webhooks": True, "reorder_webhooks": True})
    control(url, "say", messages(100))
    assert [len(batch) for batch in sent] == [100] * 4
    assert sent[0] == sent[1] != sent[2] == sent[3]
    assert sent[0][0]["eventId"] > sent[2][0]["eventId"]


def test_only_subscriptions_are_sent(box: Any) -> None:
    _, url, sent = box
    control(url, "configure", {"subscriptions": ["ticket.creation"]})
    control(url, "say", messages(2))
    assert [event["subscriptionType"] for batch in sent for event in batch] == ["ticket.creation"] * 2


def test_a_token_lives_half_an_hour_and_the_refresh_token_stays(box: Any) -> None:
    made, url, _ = box
    given = made.credentials()
    order = {
        "grant_type": "refresh_token",
        "refresh_token": given["refresh"],
        "client_id": given["client_id"],
        "client_secret": given["client_secret"],
    }
    fresh = requests.post(f"{url}/oauth/2026-03/token", data=order, timeout=10).json()
    assert (fresh["expires_in"], fresh["refresh_token"]) == (1800, given["refresh"])
    headers = {"Authorization": f"Bearer {fresh['access_token']}"}
    path = f"{url}/crm/v3/properties/tickets"
    assert requests.get(path, headers=headers, timeout=10).status_code == 200
    assert requests.get(path, headers=ACCESS, timeout=10).status_code == 401
    control(url, "clock", {"advance": 1801})
    assert requests.get(path, headers=headers, timeout=10).json()["category"] == "EXPIRED_AUTHENTICATION"
    assert requests.post(f"{url}/oauth/2026-03/token", params=order, timeout=10).status_code == 400
    assert requests.post(f"{url}/oauth/v1/token", data=order, timeout=10).status_code == 404


@pytest.mark.parametrize(
    ("path", "body", "words"),
    [
        ("objects/tickets/batch/update", {"inputs": [{"id": "1"}] * 101}, "exceeds the limit of 100"),
        ("objects/tickets/batch/update", {}, "required fields"),
        ("objects/tickets/batch/update", {"inputs": [{"id": "1", "properties": {"subject": 7}}]}, "Cannot deserialize"),
        ("objects/tickets/batch/update", {"inputs": [{"id": "1", "tags": []}]}, "unknown fields"),
        ("objects/tickets/batch/update", {"inputs": [{"id": "1", "properties": {}}]}, "Could not get some TICKET"),
        ("objects/spaceships/batch/read", {"inputs": []}, "Unable to infer object type"),
        ("objects/tickets/search", {"limit": 201}, "maximum page size"),
        ("objects/tickets/search", {"filterGroups": [{"filters": []}] * 6}, "filter groups"),
        (
            "objects/tickets/search",
            {"filterGroups": [{"filters": [{"propertyName": "nowhere", "operator": "EQ", "value": "1"}]}]},
            "does not exist",
        ),
        (
            "objects/tickets/search",
            {"filterGroups": [{"filters": [{"propertyName": "subject", "operator": "LIKE", "value": "1"}]}]},
            "operator",
        ),
    ],
)
def test_what_hubspot_refuses(box: Any, path: str, body: Any, words: str) -> None:
    answer = requests.post(f"{box[1]}/crm/v3/{path}", json=body, headers=ACCESS, timeout=10)
    assert (answer.status_code, answer.json()["category"]) in ((400, "VALIDATION_ERROR"), (400, "OBJECT_NOT_FOUND"))
    assert words in answer.json()["message"]


def test_without_trace_ids_one_bad_row_refuses_the_batch(box: Any) -> None:
    made, url, _ = box
    control(url, "say", messages(1))
    (id_,) = made.portal.objects["tickets"]
    rows = [{"id": id_, "properties": {"subject": "new"}}, {"id": id_, "properties": {"nowhere": "1"}}]
    path = f"{url}/crm/v3/objects/tickets/batch/update"
    plain = requests.post(path, json={"inputs": rows}, headers=ACCESS, timeout=10)
    assert made.portal.objects["tickets"][id_]["properties"]["subject"] == "Request"
    assert plain.status_code == 400 and "PROPERTY_DOESNT_EXIST" in plain.json()["message"]
    traced = {"inputs": [{**row, "objectWriteTraceId": str(n)} for n, row in enumerate(rows)]}
    answer = requests.post(path, json=traced, headers=ACCESS, timeout=10)
    assert (answer.status_code, answer.json()["numErrors"], len(answer.json()["results"])) == (207, 1, 1)


def test_values_have_to_fit_their_property(box: Any) -> None:
    made, *_ = box
    cases = {"hs_object_id": "x", "createdate": "2026", "subject": "anything"}
    found = {name: made.properties.fault("tickets", name, value) for name, value in cases.items()}
    assert found == {"hs_object_id": "INVALID_LONG", "createdate": None, "subject": None}


def test_associations_come_with_types_and_the_lonely_are_errors(box: Any) -> None:
    made, url, _ = box
    control(url, "say", messages(1))
    (ticket,), (contact,) = made.portal.objects["tickets"], made.portal.objects["contacts"]
    path = f"{url}/crm/v4/associations/tickets/contacts/batch/read"
    answer = requests.post(path, json={"inputs": [{"id": ticket}, {"id": "5"}]}, headers=ACCESS, timeout=10)
    assert answer.status_code == 207
    kind = {"category": "HUBSPOT_DEFINED", "typeId": 16, "label": None}
    end = {"toObjectId": int(contact), "associationTypes": [kind]}
    assert answer.json()["results"] == [{"from": {"id": ticket}, "to": [end]}]
    assert answer.json()["errors"][0]["subCategory"] == "crm.associations.NO_ASSOCIATIONS_FOUND"


def test_a_conversation_shows_its_ticket_only_when_asked(box: Any) -> None:
    made, url, _ = box
    control(url, "say", messages(1))
    (thread,) = made.portal.threads
    path = f"{url}/conversations/v3/conversations/threads/{thread}"
    assert "threadAssociations" not in requests.get(path, headers=ACCESS, timeout=10).json()
    (ticket,) = made.portal.objects["tickets"]
    asked = requests.get(path, params={"association": "TICKET"}, headers=ACCESS, timeout=10).json()
    assert asked["threadAssociations"] == {"associatedTicketId": ticket}
    assert requests.get(path + "7", headers=ACCESS, timeout=10).status_code == 404


def test_reset_forgets_records_but_not_options(box: Any) -> None:
    made, url, _ = box
    control(url, "say", messages(1))
    control(url, "reset", None)
    assert made.records() == {"case": {}, "person": {}, "account": {}, "tasks": [], "remarks": []}
    assert made.options["secret"] == "s" and sum(made.calls().values()) == 0
