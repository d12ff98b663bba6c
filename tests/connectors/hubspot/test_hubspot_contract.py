"""What our client sends and the sandbox answers, against the models that HubSpot's SDK was generated with."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Response, request
from hubspot.crm.associations.v4 import models as associations
from hubspot.crm.objects import models as objects
from hubspot.crm.properties import models as properties

from connectors.hubspot.sandbox import Sandbox
from connectors.sandbox import SandboxServer, serving
from core.model import Level, RecordChange, RecordRef, Remark, TaskOrder
from core.ports import Known, LinkKeys
from tests.connectors.hubspot.shapes import faults
from tests.plugins.hubspot.conftest import World, open_world

OBJECT = r"/crm/v3/objects/(tickets|contacts|companies|notes|tasks)"
LINK = r"/crm/v4/associations/\w+/\w+/batch"
# Path -> models of request and answer (the one with errors takes both, 207 and 200).
MODELS: dict[str, tuple[Any, str, str]] = {
    f"POST {OBJECT}/batch/read": (
        objects,
        "BatchReadInputSimplePublicObjectId",
        "BatchResponseSimplePublicObjectWithErrors",
    ),
    f"POST {OBJECT}/batch/update": (
        objects,
        "BatchInputSimplePublicObjectBatchInput",
        "BatchResponseSimplePublicObjectWithErrors",
    ),
    f"POST {OBJECT}/batch/upsert": (
        objects,
        "BatchInputSimplePublicObjectBatchInputUpsert",
        "BatchResponseSimplePublicUpsertObjectWithErrors",
    ),
    f"POST {OBJECT}/search": (
        objects,
        "PublicObjectSearchRequest",
        "CollectionResponseWithTotalSimplePublicObjectForwardPaging",
    ),
    f"POST {LINK}/read": (
        associations,
        "BatchInputPublicFetchAssociationsBatchRequest",
        "BatchResponsePublicAssociationMultiWithLabelWithErrors",
    ),
    f"POST {LINK}/associate/default": (
        associations,
        "BatchInputPublicDefaultAssociationMultiPost",
        "BatchResponsePublicDefaultAssociation",
    ),
    r"POST /crm/v3/properties/\w+/batch/create": (
        properties,
        "BatchInputPropertyCreate",
        "BatchResponsePropertyWithErrors",
    ),
    r"POST /crm/v3/properties/\w+/groups": (properties, "PropertyGroupCreate", "PropertyGroup"),
    r"PATCH /crm/v3/properties/\w+/\w+": (properties, "PropertyUpdate", "ModelProperty"),
    r"GET /crm/v3/properties/\w+": (properties, "", "CollectionResponsePropertyNoPaging"),
}
# In answers but not in the SDK's models: 12.0.0 was generated before HubSpot added them.
NEWER = {"dataSensitivity"}
# Required in errors by the models, yet not in the 207 that HubSpot documents.
UNWRITTEN: dict[str, Any] = {"links": {}, "errors": []}
# Conversations and tokens are not in the SDK.
OUTSIDE = r"(GET /conversations/v3/conversations/threads/\w+(/messages)?|POST /oauth/2026-03/token)"
Exchange = tuple[str, Any, int, Any]


@pytest.fixture(scope="module")
def exchanges() -> Iterator[list[Exchange]]:
    """Everything that the plugin says and hears while it does all that it can."""
    box, heard = Sandbox(), []

    def listen(answer: Response) -> Response:
        if "__sandbox__" not in request.path:
            said, told = request.get_json(silent=True), answer.get_json(silent=True)
            heard.append((f"{request.method} {request.path}", said, answer.status_code, told))
        return answer

    box.app.after_request(listen)
    with serving(SandboxServer({"hubspot": box})) as url:
        everything(open_world(box, f"{url}/hubspot"))
    yield heard


def everything(world: World) -> None:
    plugin, box = world.plugin, world.box
    events = world.say({"text": "Hi", "locale": "en"}, {"case": "d", "text": "Ho", "channel": "web", "person": "noe"})
    plugin.load(events, Known())
    case = RecordRef("hubspot", Level.CASE, world.ticket())
    task = TaskOrder("t-1", "t", "Call", "Please", "49", datetime(2026, 11, 2, tzinfo=UTC), "high")
    values: dict[str, Any] = {
        "attune_distress": 73,
        "attune_sentiment": -0.5,
        "attune_risk_flag": "high",
        "attune_expires_at": "2027-12-01",
    }
    list(plugin.apply([RecordChange(case, values, remarks=(Remark("r-1", "Why"),), tasks=(task,))]))
    box.faults({"validation": [world.ticket("d")]})
    other = RecordRef("hubspot", Level.CASE, world.ticket("d"))
    list(plugin.apply([RecordChange(other, {"attune_distress": 1}), RecordChange(case, {"attune_distress": None})]))
    plugin.people(["1", *world.ids["people"].values()])
    plugin.find(Level.ACCOUNT, [LinkKeys("k", domains=("firm.example",), crm_id="001A0000012abcD")])
    plugin.find(Level.PERSON, [LinkKeys("k", email="ada@firm.example")])
    plugin.history(datetime(2026, 1, 1, tzinfo=UTC), 1)
    box.portal.definitions["tickets"]["attune_risk_flag"]["options"].pop()
    plugin.provision()
    plugin.erase(RecordRef("hubspot", Level.PERSON, world.ids["people"]["ada"]))


def model_of(call: str) -> tuple[Any, str, str]:
    found = [models for pattern, models in MODELS.items() if re.fullmatch(pattern, call)]
    assert len(found) == 1, f"no model for {call}"
    return found[0]


def test_every_request_fits_the_sdks_model(exchanges: list[Exchange]) -> None:
    in_sdk = [one for one in exchanges if not re.fullmatch(OUTSIDE, one[0])]
    wrong = [
        (call, fault)
        for call, said, _, _ in in_sdk
        if said is not None
        for fault in faults(said, model_of(call)[1], model_of(call)[0])
    ]
    assert wrong == []
    assert {pattern for pattern in MODELS for call, *_ in in_sdk if re.fullmatch(pattern, call)} == set(MODELS)


def test_every_answer_fits_the_sdks_model(exchanges: list[Exchange]) -> None:
    seen = set()
    for call, _, status, told in exchanges:
        if re.fullmatch(OUTSIDE, call) or status not in (200, 201, 207):
            continue
        seen.add(status)
        models, _, answer = model_of(call)
        told = without(told, NEWER)
        for error in told.get("errors", []):
            error |= {name: empty for name, empty in UNWRITTEN.items() if name not in error}
        assert list(faults(told, answer, models)) == [], call
    assert seen == {200, 201, 207}


@pytest.mark.parametrize("status", [207])
def test_errors_of_a_207_are_as_documented(exchanges: list[Exchange], status: int) -> None:
    updates = [told for call, _, code, told in exchanges if code == status and call.endswith("batch/update")]
    (error,) = updates[0]["errors"]
    assert (error["status"], error["category"]) == ("error", "VALIDATION_ERROR")
    assert error["context"]["objectWriteTraceId"] and updates[0]["numErrors"] == 1
    (detail,) = json.loads(error["message"].partition(": ")[2])
    assert {"isValid", "message", "error", "name", "localizedErrorMessage", "portalId"} == set(detail)


@pytest.mark.parametrize(
    ("pattern", "spoil", "fault"),
    [
        ("batch/update", lambda body: body["inputs"][0].update(tags=["x"]), "unknown tags"),
        ("batch/update", lambda body: body["inputs"][0]["properties"].update(attune_distress=73), "no str"),
        ("batch/update", lambda body: body["inputs"][0].pop("id"), "must not be `None`"),
        ("batch/upsert", lambda body: body["inputs"][0].update(associations=[]), "unknown associations"),
        ("batch/read", lambda body: body.pop("properties"), "must not be `None`"),
        ("batch/read", lambda body: body.update(limit=5), "unknown limit"),
        ("/search", lambda body: body["filterGroups"][0]["filters"][0].update(operator="IS"), "operator"),
        ("/search", lambda body: body.update(sorts=[{"propertyName": "createdate"}]), "no str"),
        ("/search", lambda body: body.update(limit="5"), "no int"),
        ("associate/default", lambda body: body["inputs"][0].update(types=[]), "unknown types"),
        ("batch/create", lambda body: body["inputs"][0].update(type="decimal"), "type"),
        ("batch/create", lambda body: body["inputs"][0].update(hasUniqueValue="yes"), "no bool"),
    ],
)
def test_a_planted_fault_is_seen(exchanges: list[Exchange], pattern: str, spoil: Any, fault: str) -> None:
    call, said = next((call, said) for call, said, *_ in exchanges if call.endswith(pattern))
    body = json.loads(json.dumps(said))
    spoil(body)
    models, model, _ = model_of(call)
    assert any(fault in found for found in faults(body, model, models))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda body: body.update(startedAt="today"),
        lambda body: body.update(status="FINE"),
        lambda body: body["results"][0].update(archived="no"),
        lambda body: body["results"][0].pop("id"),
        lambda body: body.update(total=1),
    ],
)
def test_a_planted_fault_in_an_answer_is_seen(exchanges: list[Exchange], spoil: Any) -> None:
    told = next(told for call, _, _, told in exchanges if call.endswith("tickets/batch/read"))
    body = json.loads(json.dumps(told))
    spoil(body)
    assert list(faults(body, "BatchResponseSimplePublicObjectWithErrors", objects))


def without(value: Any, names: set[str]) -> Any:
    if isinstance(value, dict):
        return {name: without(item, names) for name, item in value.items() if name not in names}
    return [without(item, names) for item in value] if isinstance(value, list) else value
