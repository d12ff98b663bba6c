"""The sandbox and the client against recorded traffic of HubSpot."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml

from connectors.hubspot import sandbox_events as events
from connectors.hubspot.client import translated
from connectors.hubspot.sandbox import Sandbox
from connectors.sandbox import SandboxServer, serving
from core.errors import ConfigurationError
from tests.connectors.hubspot.shapes import differences

pytestmark = pytest.mark.skipif("ATTUNE_SHARED" not in os.environ, reason="skipped: ATTUNE_SHARED not set")
FOLDER = Path(os.environ.get("ATTUNE_SHARED", ".")) / "vendor-specs/hubspot/recorded"
ORIGIN = "https://api.hubapi.com"
RATE = ("X-HubSpot-RateLimit-Max", "X-HubSpot-RateLimit-Remaining", "X-HubSpot-RateLimit-Interval-Milliseconds")
CASSETTES = (
    "companies-create",
    "companies-delete",
    "companies-find_by_id",
    "companies-patch_name",
    "contacts-find_by_id",
    "contacts-find_missing_user_by_email",
    "contacts-patch_last_name",
    "contacts-search",
    "lifecycle-contacts-batches-search",
    "lifecycle-contacts-batches-search_archive",
    "lifecycle-contacts-patch_last_name",
)
# What the batch-create answer of a contact without any problem has is an "id" more than its documented sibling.
Interaction = dict[str, Any]


@pytest.fixture(scope="module")
def address() -> Iterator[tuple[Sandbox, str]]:
    box = Sandbox()
    with serving(SandboxServer({"hubspot": box})) as url:
        yield box, f"{url}/hubspot"


def cassette(name: str) -> list[Interaction]:
    loaded = yaml.safe_load((FOLDER / f"ruby_hubspot_api-{name}.yml").read_text())
    return list(loaded["http_interactions"])


def body_of(message: Interaction) -> Any:
    text = message["body"]["string"]
    text = text.decode() if isinstance(text, bytes) else text
    return json.loads(text) if text.strip().startswith("{") else text


def play(box: Sandbox, url: str, interactions: list[Interaction]) -> Iterator[tuple[Interaction, requests.Response]]:
    """Send the recorded requests to the sandbox, recorded ids replaced by those of records made alike."""
    ids: dict[str, str] = {}
    for one in interactions:
        path = one["request"]["uri"].removeprefix(ORIGIN)
        plural, last = path.split("/")[4].partition("?")[0], path.rpartition("/")[2]
        if last.isdigit() and last not in ids and one["response"]["status"]["code"] == 200:
            made = box.portal.create(plural, {"email": "a@b.example", "name": "x"}, box.clock_.now())
            ids[last] = made["id"]
        sent = path.replace(last, ids.get(last, last)) if last.isdigit() else path
        text = one["request"]["body"]["string"] or None
        headers = {"Authorization": "Bearer sandbox-access", "Content-Type": "application/json"}
        answer = requests.request(one["request"]["method"], url + sent, data=text, headers=headers, timeout=10)
        if one["request"]["method"] == "post" and answer.status_code == 201 and "id" in body_of(one["response"]):
            ids[str(body_of(one["response"])["id"])] = answer.json()["id"]
        yield one, answer


@pytest.mark.parametrize("name", CASSETTES)
def test_the_sandbox_answers_as_recorded(address: tuple[Sandbox, str], name: str) -> None:
    box, url = address
    box.reset()
    for number in range(1, 11):
        box.portal.create("contacts", {"email": f"seed{number}@example.org"}, box.clock_.now())
    for one, answer in play(box, url, cassette(name)):
        recorded = one["response"]
        assert answer.status_code == recorded["status"]["code"], one["request"]["uri"]
        wanted = body_of(recorded)
        assert list(differences(wanted, answer.json() if isinstance(wanted, dict) else answer.text)) == []
        names = {name.lower() for name in recorded["headers"]}
        assert [h in answer.headers for h in RATE] == [h.lower() in names for h in RATE]
        if isinstance(wanted, dict):
            assert answer.headers["Content-Type"].startswith("application/json")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda body: body.pop("createdAt"),
        lambda body: body.update(version=1),
        lambda body: body.update(archived="no"),
        lambda body: body["properties"].update(hs_object_id=7),
        lambda body: body["properties"].pop("createdate"),
    ],
)
def test_a_planted_fault_is_seen(address: tuple[Sandbox, str], spoil: Any) -> None:
    box, url = address
    box.reset()
    ((one, answer),) = play(box, url, cassette("contacts-find_by_id"))
    ours = answer.json()
    assert list(differences(body_of(one["response"]), ours)) == []
    spoil(ours)
    assert list(differences(body_of(one["response"]), ours))


def test_a_207_is_as_documented(address: tuple[Sandbox, str]) -> None:
    box, url = address
    box.reset()
    recorded = json.loads((FOLDER / "batch-create-207-multistatus.documented.json").read_text())
    good = {"hs_pipeline": "0", "hs_pipeline_stage": "1", "subject": "x"}
    inputs = [
        {"objectWriteTraceId": "a", "properties": good},
        {"objectWriteTraceId": "b", "properties": {**good, "missing": "1"}},
    ]
    answer = requests.post(
        f"{url}/crm/v3/objects/tickets/batch/create",
        json={"inputs": inputs},
        timeout=10,
        headers={"Authorization": "Bearer sandbox-access"},
    )
    ours = answer.json()
    assert answer.status_code == 207 and ours["results"][0].pop("objectWriteTraceId") == "a"
    assert list(differences(recorded, ours)) == []
    assert ours["errors"][0]["context"] == {"objectWriteTraceId": ["b"]}
    assert ours["errors"][0]["message"].partition("[")[0] == recorded["errors"][0]["message"].partition("[")[0]
    ours["errors"][0]["context"] = []
    assert list(differences(recorded, ours))


@pytest.mark.parametrize(
    "name", ["companies-find_by_id_no_scope", "contacts-find_by_id_no_scope", "contacts-properties_no_scope"]
)
def test_a_missing_scope_is_for_a_person(name: str) -> None:
    (one,) = cassette(name)
    status, text = one["response"]["status"]["code"], json.dumps(body_of(one["response"]))
    assert isinstance(translated(status, text), ConfigurationError)


def test_webhooks_have_the_shape_of_captured_ones(address: tuple[Sandbox, str]) -> None:
    box, _ = address
    recorded = json.loads((FOLDER / "webhook-contact.propertyChange.captured.json").read_text())
    record = {"id": "541935488729"}
    (ours,) = box.talk.changes("contact", record, {"email": "ada@firm.example"})
    assert list(differences(recorded, [ours])) == []
    created = json.loads((FOLDER / "webhook-contact.creation.captured.json").read_text())
    made = events.body("contact.creation", "10801", box.clock_.now(), changeSource="SALES", changeFlag="NEW")
    assert list(differences(created, [made])) == []
    assert list(differences(recorded, [{**ours, "objectId": "541935488729"}]))
    assert list(differences(recorded, [{k: v for k, v in ours.items() if k != "sourceId"}]))
