"""The catalogue's fields in a HubSpot account: created once, reported, never taken over from the customer."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from connectors.hubspot.client import HubSpotClient
from connectors.hubspot.nouns import EXTERNAL_ID, GROUP, GROUP_LABEL, NOTES, OBJECTS, TASKS, TYPES, marker
from core.errors import PermanentError
from core.fields import Field, at_level
from core.installation.modules import has_follow_up, is_plan_limit, levels
from core.ports import FieldReport
from plugins.hubspot.fieldbook import is_ours

Definition = Mapping[str, Any]
PROVISIONED, MISSING, DRIFTED, COLLIDED = "provisioned", "missing", "drifted", "collided"
LIMITED = "limited"
STATES = (PROVISIONED, MISSING, DRIFTED, COLLIDED, LIMITED)


def provision(client: HubSpotClient, *, dry_run: bool, parts: Collection[str] | None = None) -> FieldReport:
    """See ``core.ports.VendorPlugin.provision``. Our own id of notes and tasks is reported as one more key."""
    wanted = {OBJECTS[level]: {field.key: definition(field) for field in at_level(level)} for level in levels(parts)}
    wanted |= {plural: {EXTERNAL_ID: external_id()} for plural in (NOTES, TASKS) if has_follow_up(parts)}
    states: dict[str, dict[str, None]] = {name: {} for name in STATES}
    for plural, definitions in wanted.items():
        for key, state in _kind(client, plural, definitions, dry_run).items():
            states[state][key] = None
    # A key of two kinds of record is only as good as the worse of them.
    for worse, better in ((COLLIDED, DRIFTED), (COLLIDED, PROVISIONED), (DRIFTED, PROVISIONED), (MISSING, PROVISIONED)):
        states[better] = {key: None for key in states[better] if key not in states[worse]}
    return FieldReport(**{name: tuple(keys) for name, keys in states.items()})


def definition(field: Field) -> dict[str, Any]:
    """Return what HubSpot is asked to create for a catalogue field."""
    kind, shown_as = TYPES[field.type]
    options = [
        {"label": choice.capitalize(), "value": choice, "displayOrder": place, "hidden": False}
        for place, choice in enumerate(field.choices)
    ]
    return {
        "name": field.key,
        "label": field.label,
        "groupName": GROUP,
        "type": kind,
        "fieldType": shown_as,
        "description": f"{field.help} {marker(field.key)}",
        "formField": False,
        **({"options": options} if options else {}),
    }


def external_id() -> dict[str, Any]:
    """Return the definition of the unique property by which a note or task of ours is never doubled."""
    return {
        "name": EXTERNAL_ID,
        "label": "Attune: own id",
        "groupName": GROUP,
        "type": "string",
        "fieldType": "text",
        "description": f"Set by Attune; keeps a task or remark from being doubled. {marker(EXTERNAL_ID)}",
        "formField": False,
        "hasUniqueValue": True,
    }


def look(wanted: Definition, held: Mapping[str, Definition]) -> str:
    """Say how a property stands among an account's definitions, by name."""
    found = held.get(str(wanted["name"]))
    if found is None:
        return MISSING
    if not is_ours(found, str(wanted["name"])):
        return COLLIDED
    right = all(found.get(part) == wanted[part] for part in ("type", "fieldType"))
    unique = found.get("hasUniqueValue") is True or not wanted.get("hasUniqueValue")
    return PROVISIONED if right and unique and not _lacking(wanted, found) else DRIFTED


def _lacking(wanted: Definition, found: Definition) -> list[Definition]:
    held = {str(option.get("value")) for option in found.get("options") or ()}
    return [option for option in wanted.get("options", ()) if option["value"] not in held]


def _kind(client: HubSpotClient, plural: str, wanted: Mapping[str, dict[str, Any]], dry_run: bool) -> dict[str, str]:
    held = {str(one["name"]): one for one in client.properties(plural) if one.get("archived") is not True}
    states = {key: look(one, held) for key, one in wanted.items()}
    if dry_run:
        return states
    absent = [wanted[key] for key, state in states.items() if state == MISSING]
    states |= _create(client, plural, absent)
    for key in [key for key, state in states.items() if state == DRIFTED]:
        states[key] = _mend(client, plural, wanted[key], held[key])
    return states


def _create(client: HubSpotClient, plural: str, absent: Sequence[dict[str, Any]]) -> dict[str, str]:
    """Create what is missing; what HubSpot refuses is not ours to take (somebody else was faster, or archived it)."""
    if not absent:
        return {}
    client.create_group(plural, GROUP, GROUP_LABEL)
    try:
        answer = client.create_properties(plural, absent)
    except PermanentError as refused:
        state = LIMITED if is_plan_limit(refused) else COLLIDED
        return {str(one["name"]): state for one in absent}
    made = {str(result.get("name")) for result in answer.results}
    return {str(one["name"]): PROVISIONED if one["name"] in made else COLLIDED for one in absent}


def _mend(client: HubSpotClient, plural: str, wanted: Definition, found: Definition) -> str:
    """Add options that are missing; a property of another type is left for a person."""
    absent = _lacking(wanted, found)
    if not absent or found.get("type") != wanted["type"]:
        return DRIFTED
    names = ("label", "value", "displayOrder", "hidden", "description")
    held = [{name: option[name] for name in names if name in option} for option in found.get("options") or ()]
    client.add_options(plural, str(wanted["name"]), [*held, *(dict(option) for option in absent)])
    return PROVISIONED
