"""The catalogue's fields in a Zendesk account: created once, reported, never taken over from the customer."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from connectors.zendesk.client import ZendeskClient
from connectors.zendesk.nouns import FIELD_KINDS, field_type, marker, option
from core.errors import PermanentError
from core.fields import Field, catalogue
from core.installation import modules
from core.ports import FieldReport
from plugins.zendesk.fieldbook import is_ours

Definition = Mapping[str, Any]
PROVISIONED, MISSING, DRIFTED, COLLIDED = "provisioned", "missing", "drifted", "collided"
LIMITED = "limited"


@dataclass(frozen=True, slots=True)
class _Found:
    """One catalogue field at the vendor. ``ours`` is our definition, if there is one."""

    state: str
    ours: Definition | None = None


def provision(client: ZendeskClient, *, dry_run: bool, parts: Collection[str] | None = None) -> FieldReport:
    """See ``core.ports.VendorPlugin.provision``."""
    states: dict[str, list[str]] = {name: [] for name in (PROVISIONED, MISSING, DRIFTED, COLLIDED, LIMITED)}
    wanted = modules.levels(parts)
    definitions = {FIELD_KINDS[level]: client.fields(FIELD_KINDS[level]) for level in wanted}
    for key, field in ((key, field) for key, field in catalogue().items() if field.level in wanted):
        found = look(field, definitions[FIELD_KINDS[field.level]])
        states[found.state if dry_run else _mend(client, field, found)].append(key)
    return FieldReport(**{name: tuple(keys) for name, keys in states.items()})


def look(field: Field, definitions: list[dict[str, Any]]) -> _Found:
    """Say how a field stands among an account's definitions."""
    ours = next((definition for definition in definitions if is_ours(definition, field)), None)
    if ours is None:
        return _Found(COLLIDED if any(_same_name(field, definition) for definition in definitions) else MISSING)
    right = ours["type"] == field_type(field) and ours.get("active") is not False
    return _Found(PROVISIONED if right and not lacking(field, ours) else DRIFTED, ours)


def lacking(field: Field, definition: Definition) -> list[dict[str, str]]:
    """Return the options that a drop-down of ours does not have."""
    held = {str(item.get("value")) for item in definition.get("custom_field_options") or ()}
    return [item for item in options(field) if item["value"] not in held]


def options(field: Field) -> list[dict[str, str]]:
    """Return a choice field's options: the name that people see, the tag behind it."""
    return [{"name": choice, "value": option(field, choice)} for choice in field.choices]


def definition(field: Field) -> dict[str, Any]:
    """Return what Zendesk is asked to create for a catalogue field."""
    ticket = FIELD_KINDS[field.level] == "ticket_fields"
    described = f"{field.help} {marker(field.key)}"
    named = {"agent_description": described} if ticket else {"key": field.key, "description": described}
    listed = {"custom_field_options": options(field)} if field.choices else {}
    return {"type": field_type(field), "title": field.label, **named, **listed}


def _same_name(field: Field, definition: Definition) -> bool:
    """Say whether a definition that is not ours holds the key, the title or an option that we need."""
    values = {str(item.get("value")) for item in definition.get("custom_field_options") or ()}
    wanted = {item["value"] for item in options(field)}
    titled = str(definition.get("title")).casefold() in (field.label.casefold(), field.key)
    return definition.get("key") == field.key or titled or bool(values & wanted)


def _mend(client: ZendeskClient, field: Field, found: _Found) -> str:
    kind = FIELD_KINDS[field.level]
    if found.state == MISSING:
        try:
            client.create_field(kind, definition(field))
        except PermanentError as refused:
            return LIMITED if modules.is_plan_limit(refused) else COLLIDED
        return PROVISIONED
    if found.state == DRIFTED and found.ours is not None and found.ours["type"] == field_type(field):
        return _add_options(client, kind, field, found.ours)
    return found.state


def _add_options(client: ZendeskClient, kind: str, field: Field, ours: Definition) -> str:
    absent = lacking(field, ours)
    if not absent or ours.get("active") is False:
        return DRIFTED
    held = [{name: item[name] for name in ("id", "name", "value")} for item in ours.get("custom_field_options") or ()]
    client.replace_options(kind, int(ours["id"]), [*held, *absent])
    return PROVISIONED
