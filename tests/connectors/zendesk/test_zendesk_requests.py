"""What our client sends, recorded at the sandbox, against Zendesk's own specification, element by element.

The specification has no body for the bulk updates; each element is held against the schema of its record, made
strict: nothing unknown, nothing read-only, no default that lets a wrong name pass.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import request
from jsonschema import Draft202012Validator

from core.model import Level, RecordChange, RecordRef, Remark, TaskOrder, Value
from core.ports import Known, LinkKeys
from tests.connectors.zendesk import shared
from tests.connectors.zendesk.schemas import closed, faults
from tests.plugins.zendesk.conftest import World, sandbox, world

__all__ = ["sandbox", "world"]

UNLISTED_PATHS = frozenset(
    {
        # https://developer.zendesk.com/api-reference/ticketing/tickets/tickets/#list-tickets
        ("GET", "/api/v2/users/{user_id}/tickets/requested"),
    }
)


# --- recording ------------------------------------------------------------------------------------


class Recorder:
    """Stands before the sandbox's routes and writes down what comes."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, str, dict[str, str], Any]] = []

    def __call__(self) -> None:
        path = request.path.removesuffix(".json")
        self.requests.append((request.method, path, request.args.to_dict(), request.get_json(silent=True)))

    def elements(self, method: str, pattern: str) -> Iterator[Any]:
        for sent, path, _, body in self.requests:
            if sent == method and re.fullmatch(pattern, path):
                yield body


HELD: list[Recorder] = []


@pytest.fixture
def traffic(world: World) -> Iterator[Recorder]:
    """Everything that our plugin ever sends; played once for all tests of this file."""
    if HELD:
        yield HELD[0]
        return
    recorder, before = Recorder(), world.box.app.before_request_funcs[None]
    before.insert(0, recorder)
    use_everything(world)
    before.remove(recorder)
    HELD.append(recorder)
    yield recorder


def use_everything(world: World) -> None:
    plugin, desk = world.plugin, world.box.desk
    for kind in desk.fields.values():
        for field_id in [i for i, field in kind.items() if field["title"].startswith("Attune")]:
            del kind[field_id]
    plugin.provision()
    emotion = next(f for f in desk.fields["ticket_fields"].values() if f["title"] == "Attune: tone of the messages")
    emotion["custom_field_options"] = emotion["custom_field_options"][1:]
    plugin.provision()
    conversations = plugin.load(world.say({"text": "a"}, {"case": "d", "text": "b", "channel": "chat"}), Known())
    plugin.history(datetime(2020, 1, 1, tzinfo=UTC), 5)
    plugin.find(Level.PERSON, [LinkKeys("k", "003A", "x", "ada@firm.example")])
    plugin.find(Level.ACCOUNT, [LinkKeys("k", "none", "y", None, ("firm.example",))])
    case, person = conversations[0].case.ref, conversations[0].person
    account = RecordRef("zendesk", Level.ACCOUNT, next(iter(world.box.records()["account"])))
    assert person is not None
    due = datetime(2026, 11, 2, tzinfo=UTC)
    order = TaskOrder("t", "critical_callback", "S", "B", str(world.box.agent_id), due, "high")
    scores: dict[str, Value] = {
        "attune_distress": 4,
        "attune_sentiment": -0.5,
        "attune_emotion": "anger",
        "attune_expires_at": "2027-12-01",
    }
    list(
        plugin.apply(
            [
                RecordChange(
                    case, scores, tags_add=("attune_risk_high",), remarks=(Remark("r", "Why [r]"),), tasks=(order,)
                ),
                RecordChange(person.ref, {"attune_consent_state": "on"}),
                RecordChange(
                    account, {"attune_health_score": 50.5, "attune_health_band": "red"}, tags_add=("attune_x",)
                ),
            ]
        )
    )
    list(plugin.apply([RecordChange(case, remarks=(Remark("r", "Why [r]"),), tasks=(order,), resumed=True)]))
    plugin.erase(person.ref)


# --- the checks -----------------------------------------------------------------------------------

ELEMENTS = [
    ("TicketUpdateInput", "PUT", r".*/tickets/update_many", "tickets"),
    ("OrganizationObject", "PUT", r".*/organizations/update_many", "organizations"),
    ("UserForAdmin", "PUT", r".*/users/update_many", "users"),
    ("TicketCreateInput", "POST", r".*/tickets", "ticket"),
    ("TicketFieldObject", "POST", r".*/ticket_fields", "ticket_field"),
    ("CustomFieldObject", "POST", r".*/user_fields", "user_field"),
    ("CustomFieldObject", "POST", r".*/organization_fields", "organization_field"),
]


@pytest.mark.parametrize(("schema", "method", "path", "key"), ELEMENTS)
def test_each_element_fits_its_schema(traffic: Recorder, schema: str, method: str, path: str, key: str) -> None:
    document = shared.spec()
    bodies = list(traffic.elements(method, path))
    found = [one for body in bodies for one in (body[key] if isinstance(body[key], list) else [body[key]])]
    assert found and all(set(body) == {key} for body in bodies)
    assert [faults(document, schema, element) for element in found] == [[] for _ in found]


def test_replaced_options_fit_theirs(traffic: Recorder) -> None:
    (body,) = traffic.elements("PUT", r".*/ticket_fields/\d+")
    schema = closed(shared.spec(), shared.spec()["components"]["schemas"]["CustomFieldOptionObject"])
    schema["properties"]["id"] = {"type": "integer"}
    for option in body["ticket_field"]["custom_field_options"]:
        assert not list(Draft202012Validator(schema).iter_errors(option))


def test_every_path_and_query_is_zendesks(traffic: Recorder) -> None:
    document = shared.spec()
    unknown = {
        (method, path, tuple(sorted(query)))
        for method, path, query, _ in traffic.requests
        if path.startswith("/api/") and not listed(document, method, path, query)
    }
    assert unknown == set()


PAGING = frozenset({"page[size]", "page[after]", "per_page", "page", "start_time", "cursor", "include"})


def listed(document: dict[str, Any], method: str, path: str, query: dict[str, str]) -> bool:
    for template, operations in document["paths"].items():
        if re.fullmatch(re.sub(r"\{\w+\}", r"\\d+", template), path) and method.lower() in operations:
            given = operations.get("parameters", []) + operations[method.lower()].get("parameters", [])
            names = {resolve(document, parameter)["name"] for parameter in given}
            if set(query) <= names | PAGING:
                return True
    return any(
        method == known and re.fullmatch(re.sub(r"\{\w+\}", r"\\d+", template), path) and set(query) <= PAGING
        for known, template in UNLISTED_PATHS
    )


def resolve(document: dict[str, Any], parameter: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in parameter:
        return parameter
    found = document["components"]["parameters"][parameter["$ref"].rsplit("/", 1)[1]]
    assert isinstance(found, dict)
    return found


# --- the checks bite ------------------------------------------------------------------------------


def planted(element: dict[str, Any], path: tuple[Any, ...], value: Any) -> dict[str, Any]:
    bent = copy.deepcopy(element)
    place: Any = bent
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return bent


WRONG: list[tuple[str, tuple[Any, ...], Any]] = [
    ("TicketUpdateInput", ("custom_feilds",), []),
    ("TicketUpdateInput", ("custom_fields", 0, "id"), "12"),
    ("TicketUpdateInput", ("custom_fields", 0, "key"), "attune_distress"),
    ("TicketUpdateInput", ("safe_update",), "yes"),
    ("TicketUpdateInput", ("updated_stamp",), 1730538900),
    ("TicketUpdateInput", ("additional_tags",), "attune_risk_high"),
    ("TicketUpdateInput", ("comment", "public"), "false"),
    ("TicketUpdateInput", ("comment", "text"), "Why"),
    ("TicketUpdateInput", ("comment", "created_at"), "2026-11-02T09:00:00Z"),
    ("TicketUpdateInput", ("status",), "reopened"),
    ("OrganizationObject", ("fields",), {}),
    ("OrganizationObject", ("organization_fields", "attune_health_score"), [50]),
    ("OrganizationObject", ("updated_at",), "2026-11-02T09:00:00Z"),
    ("OrganizationObject", ("id",), "5"),
    ("UserForAdmin", ("user_fields",), []),
    ("UserForAdmin", ("attune_consent_state",), "on"),
    ("TicketCreateInput", ("type",), "todo"),
    ("TicketCreateInput", ("due_at",), 5),
    ("TicketCreateInput", ("comment",), "text"),
    ("TicketCreateInput", ("assignee",), 5),
    ("TicketCreateInput", ("external_id",), 7),
    ("TicketFieldObject", ("key",), "attune_distress"),
    ("TicketFieldObject", ("title",), None),
    ("TicketFieldObject", ("id",), 5),
    ("CustomFieldObject", ("key",), 5),
    ("CustomFieldObject", ("label",), "x"),
]


@pytest.mark.parametrize(("schema", "path", "value"), WRONG)
def test_a_planted_fault_is_found(traffic: Recorder, schema: str, path: tuple[Any, ...], value: Any) -> None:
    document = shared.spec()
    _, method, pattern, key = next(entry for entry in ELEMENTS if entry[0] == schema)
    found = [
        one
        for body in traffic.elements(method, pattern)
        for one in (body[key] if isinstance(body[key], list) else [body[key]])
    ]
    element = next(one for one in found if path[0] not in one or len(path) == 1 or one[path[0]])
    if path[:1] == ("comment",) and len(path) == 2:
        element = next(one for one in found if "comment" in one)
    assert faults(document, schema, element) == []
    assert faults(document, schema, planted(element, path, value)) != []


@pytest.mark.parametrize(
    ("method", "path", "query"),
    [
        ("GET", "/api/v2/tickets/show_all", {}),
        ("POST", "/api/v2/tickets/update_many", {}),
        ("GET", "/api/v2/tickets/show_many", {"identifiers": "1"}),
        ("GET", "/api/v2/users/5/tickets/asked", {}),
    ],
)
def test_a_path_that_zendesk_does_not_have_is_found(method: str, path: str, query: dict[str, str]) -> None:
    assert not listed(shared.spec(), method, path, query)
