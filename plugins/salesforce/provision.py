"""The catalogue's fields in a Salesforce org: created once, shown to our user, never taken over from the customer."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from connectors.salesforce.client import MOST, SalesforceClient
from connectors.salesforce.nouns import PERMISSION_SET, SOBJECTS, TASK_MARK, TASK_OBJECT, marker
from connectors.salesforce.soql import soql
from core.errors import ConfigurationError, PermanentError
from core.fields import catalogue
from core.installation import modules
from core.ports import FieldReport
from plugins.salesforce import definitions

PROVISIONED, MISSING, DRIFTED, COLLIDED = "provisioned", "missing", "drifted", "collided"
LIMITED = "limited"
STATES = (PROVISIONED, MISSING, DRIFTED, COLLIDED, LIMITED)
Definition = Mapping[str, Any]
LISTED = (
    "SELECT Id, DeveloperName, TableEnumOrId, Description, InlineHelpText, Length, Precision, Scale FROM CustomField "
    "WHERE TableEnumOrId IN {}"
)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """One field to have: its report key, its full name, its mark and its definition."""

    key: str
    full_name: str
    mark: str
    metadata: Mapping[str, Any]

    @property
    def name(self) -> str:
        """The field's name as definitions list it."""
        return self.full_name.partition(".")[2].removesuffix("__c")


def provision(client: SalesforceClient, *, dry_run: bool, parts: Collection[str] | None = None) -> FieldReport:
    """See ``core.ports.VendorPlugin.provision``; the two fields of tasks are reported under ``attune_task``."""
    tables = [*SOBJECTS.values(), TASK_OBJECT]
    listed: dict[str, list[Definition]] = {}
    for definition in client.tooling_query(soql(LISTED, tables)):
        listed.setdefault(str(definition["TableEnumOrId"]), []).append(definition)
    values = _picklists(client)
    states: dict[str, str] = {}
    needed = _all(parts)
    for wanted in needed:
        found = listed.get(wanted.full_name.partition(".")[0], [])
        state = _settled(client, wanted, found, values, dry_run=dry_run)
        states[wanted.key] = max(states.get(wanted.key, PROVISIONED), state, key=STATES.index)
    if not dry_run:
        _show(client, definitions.permissions(wanted.full_name for wanted in needed))
    return FieldReport(**{name: tuple(key for key, state in states.items() if state == name) for name in STATES})


def _all(parts: Collection[str] | None) -> list[_Wanted]:
    fields = [
        _Wanted(key, definitions.full_name(field), marker(key), definitions.custom_field(field))
        for key, field in catalogue().items()
        if field.level in modules.levels(parts)
    ]
    tasks = definitions.task_fields().items() if modules.has_follow_up(parts) else ()
    return [*fields, *(_Wanted(TASK_MARK, name, marker(TASK_MARK), metadata) for name, metadata in tasks)]


def _settled(
    client: SalesforceClient,
    wanted: _Wanted,
    listed: list[Definition],
    values: Mapping[str, frozenset[str]],
    *,
    dry_run: bool,
) -> str:
    """Return how a field stands, after creating or mending it unless this is a dry run."""
    state, found = look(wanted, listed, values)
    if dry_run or state in (PROVISIONED, COLLIDED):
        return state
    try:
        if found is None:
            client.create_field(wanted.full_name, wanted.metadata)
        else:
            client.change_field(str(found["Id"]), wanted.full_name, wanted.metadata)
    except PermanentError as refused:
        if modules.is_plan_limit(refused):
            return LIMITED
        return COLLIDED if found is None else DRIFTED
    return PROVISIONED


def look(
    wanted: _Wanted, listed: list[Definition], values: Mapping[str, frozenset[str]]
) -> tuple[str, Definition | None]:
    """Say how a field stands among an object's definitions, and which of them is ours."""
    named = [one for one in listed if one["DeveloperName"] == wanted.name]
    ours = next((one for one in named if wanted.mark in str(one.get("Description") or "")), None)
    if ours is None:
        return (COLLIDED if any(not one.get("NamespacePrefix") for one in named) else MISSING), None
    sizes = {"length": "Length", "precision": "Precision", "scale": "Scale"}
    right = all(ours.get(column) == wanted.metadata[name] for name, column in sizes.items() if name in wanted.metadata)
    marked = wanted.mark in str(ours.get("InlineHelpText") or "")
    complete = _choices(wanted.metadata) <= values.get(wanted.full_name, _choices(wanted.metadata))
    return (PROVISIONED if right and marked and complete else DRIFTED), ours


def _choices(metadata: Mapping[str, Any]) -> frozenset[str]:
    listed = (metadata.get("valueSet") or {}).get("valueSetDefinition") or {}
    return frozenset(str(value["fullName"]) for value in listed.get("value", ()))


def _picklists(client: SalesforceClient) -> dict[str, frozenset[str]]:
    """Return the active values of the choice fields that our user can see."""
    found = {}
    for sobject in SOBJECTS.values():
        for one in client.describe(sobject)["fields"]:
            active = (str(value["value"]) for value in one.get("picklistValues") or () if value.get("active"))
            if one["type"] == "picklist":
                found[f"{sobject}.{one['name']}"] = frozenset(active)
    return found


# --- rights: a field made through the API is hidden from everybody until a permission set shows it ----------------
# https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_fieldpermissions.htm


def _show(client: SalesforceClient, needed: Sequence[str]) -> None:
    set_id = _permission_set(client)
    held = client.query(soql("SELECT Field FROM FieldPermissions WHERE ParentId = {}", set_id), "provision")
    shown = {str(row["Field"]) for row in held}
    rows = [_permission(set_id, field) for field in needed if field not in shown]
    for start in range(0, len(rows), MOST):
        client.create(rows[start : start + MOST], "provision")
    _assign(client, set_id)


def _permission_set(client: SalesforceClient) -> str:
    found = client.query(soql("SELECT Id FROM PermissionSet WHERE Name = {}", PERMISSION_SET), "provision")
    if found:
        return str(found[0]["Id"])
    row = {"attributes": {"type": "PermissionSet"}, "Name": PERMISSION_SET, "Label": "Attune integration"}
    return _made(client, row)


def _assign(client: SalesforceClient, set_id: str) -> None:
    user = client.user_id
    if not user:
        raise ConfigurationError("Assign the permission set 'Attune integration' to the integration user.")
    shape = "SELECT Id FROM PermissionSetAssignment WHERE PermissionSetId = {} AND AssigneeId = {}"
    if not client.query(soql(shape, set_id, user), "provision"):
        _made(
            client, {"attributes": {"type": "PermissionSetAssignment"}, "PermissionSetId": set_id, "AssigneeId": user}
        )


def _made(client: SalesforceClient, row: dict[str, Any]) -> str:
    result = client.create([row], "provision")[0]
    if result.get("success") is not True:
        raise ConfigurationError("Salesforce lets the integration user set up no permission set: check its rights.")
    return str(result["id"])


def _permission(set_id: str, field: str) -> dict[str, Any]:
    sobject = field.partition(".")[0]
    return {
        "attributes": {"type": "FieldPermissions"},
        "ParentId": set_id,
        "SobjectType": sobject,
        "Field": field,
        "PermissionsRead": True,
        "PermissionsEdit": True,
    }
