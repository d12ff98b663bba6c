"""What provisioning asks for, against the Metadata API's own description; a planted fault is seen."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import request

from core.fields import catalogue
from plugins.salesforce import definitions
from tests.connectors.salesforce.shared import metadata_types
from tests.connectors.salesforce.walk import faults
from tests.plugins.salesforce.conftest import World, open_world, sandbox, world

__all__ = ["sandbox", "world"]


def wanted() -> dict[str, Any]:
    """Return every definition that provisioning makes, by full name."""
    fields = {definitions.full_name(field): definitions.custom_field(field) for field in catalogue().values()}
    return {**fields, **definitions.task_fields()}


@pytest.mark.parametrize("name", sorted(wanted()))
def test_a_definition_is_a_custom_field(name: str) -> None:
    assert faults({"fullName": name, **wanted()[name]}, "CustomField", metadata_types()) == []


def test_the_rights_are_field_permissions() -> None:
    fields = [{"field": name, "readable": True, "editable": True} for name in definitions.permissions()]
    permission_set = {"fullName": "Attune_Integration", "label": "Attune integration", "fieldPermissions": fields}
    assert faults(permission_set, "PermissionSet", metadata_types()) == []


def test_field_names_follow_salesforces_rules() -> None:
    for name in wanted():
        developer_name = name.partition(".")[2].removesuffix("__c")
        assert developer_name.startswith("Attune_") and len(developer_name) <= 40
        assert "__" not in developer_name and not developer_name.endswith("_")
    assert all(len(metadata["label"]) <= 40 for metadata in wanted().values())


Plant = Callable[[dict[str, Any]], None]
PLANTED: dict[str, Plant] = {
    ".labl: unknown": lambda field: field.update(labl=field.pop("label")),
    ".type: 'Picklists' is not listed": lambda field: field.update(type="Picklists"),
    ".required: not a boolean": lambda field: field.update(required="false"),
    ".label: may not repeat": lambda field: field.update(label=["a", "b"]),
    ".scale: not a int": lambda field: field.update(scale=True),
    ".valueSet.values: unknown": lambda field: field["valueSet"].update(values=[]),
    ".valueSet.valueSetDefinition.value.name: unknown": lambda field: field["valueSet"]["valueSetDefinition"]["value"][
        0
    ].update(name="x"),
    ".valueSet.valueSetDefinition.value.default: not a boolean": lambda field: field["valueSet"]["valueSetDefinition"][
        "value"
    ][0].update(default="no"),
}


@pytest.mark.parametrize("fault", sorted(PLANTED))
def test_a_planted_fault_is_seen(fault: str) -> None:
    field = copy.deepcopy(wanted()["Case.Attune_Risk_Flag__c"])
    PLANTED[fault](field)
    assert faults(field, "CustomField", metadata_types()) == [fault]


# --- what really goes over the wire ---------------------------------------------------------------


@pytest.fixture
def asked(sandbox: Any) -> Iterator[list[dict[str, Any]]]:
    """The bodies of every field that is created in a bare org."""
    box, url = sandbox
    box.options.clear()
    box.reset()
    bodies: list[dict[str, Any]] = []

    def note() -> None:
        if request.method == "POST" and request.path.endswith("/tooling/sobjects/CustomField"):
            bodies.append(request.get_json())

    before = box.app.before_request_funcs[None]
    before.insert(0, note)
    open_world(box, url)
    before.remove(note)
    yield bodies


def test_what_is_sent_is_what_was_checked(asked: list[dict[str, Any]]) -> None:
    sent = {body["FullName"]: _metadata_names(body["Metadata"]) for body in asked}
    assert sent == wanted()


def _metadata_names(part: Any) -> Any:
    """Undo the one difference of the Tooling API's JSON: a value's fullName is its valueName."""
    if isinstance(part, list):
        return [_metadata_names(item) for item in part]
    if isinstance(part, dict):
        return {"fullName" if name == "valueName" else name: _metadata_names(value) for name, value in part.items()}
    return part


def test_every_field_that_the_writer_sends_is_one_that_was_defined(world: World) -> None:
    from tests.plugins.salesforce.conftest import change
    from tests.plugins.salesforce.writing import CASE_VALUES, SAID, order

    names: set[str] = set()

    def note() -> None:
        for row in (request.get_json(silent=True) or {}).get("records") or ():
            names.update(f"{row['attributes']['type']}.{name}" for name in row if name.endswith("__c"))

    before = world.box.app.before_request_funcs[None]
    before.insert(0, note)
    (case,) = world.cases(1)
    list(world.plugin.apply([change(case, fields=CASE_VALUES, remarks=(SAID,), tasks=(order(),))]))
    before.remove(note)
    assert names and names <= {name.replace("Activity.", "Task.") for name in wanted()}
