"""Schemas of Zendesk's specification, made strict."""

from __future__ import annotations

from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

# Written of in the documentation, missing in the file.
# https://developer.zendesk.com/api-reference/ticketing/tickets/tickets/#update-many-tickets
TEXTS = {"type": "array", "items": {"type": "string"}}
BULK = {"id": {"type": "integer"}, "additional_tags": TEXTS, "remove_tags": TEXTS}
# The file takes a ticket's custom values for field definitions.
VALUE = {
    "type": "object",
    "required": ["id", "value"],
    "additionalProperties": False,
    "properties": {"id": {"type": "integer"}, "value": {"type": ["string", "number", "boolean", "null"]}},
}
# A value is emptied with null, which the file does not say.
KEYED = {"type": "object", "additionalProperties": {"type": ["string", "number", "boolean", "null"]}}
OVER: dict[str, dict[str, Any]] = {
    "TicketUpdateInput": {"custom_fields": {"type": "array", "items": VALUE}, **BULK},
    "TicketCreateInput": {"custom_fields": {"type": "array", "items": VALUE}},
    "OrganizationObject": {"organization_fields": KEYED, "id": {"type": "integer"}},
    "UserForAdmin": {"user_fields": KEYED, "id": {"type": "integer"}},
    "TicketFieldObject": {},
    "CustomFieldObject": {},
}
PARTIAL = frozenset({"TicketUpdateInput", "OrganizationObject", "UserForAdmin"})


def strict(document: dict[str, Any], name: str) -> dict[str, Any]:
    """Return a schema of the file with references put in, read-only and unknown properties refused."""
    schema = closed(document, document["components"]["schemas"][name])
    schema["properties"].update(OVER[name])
    return {**schema, "required": []} if name in PARTIAL else schema


def closed(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in schema:
        return closed(document, document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]])
    parts = [closed(document, part) for part in schema.get("allOf", [])]
    made = {key: value for key, value in schema.items() if key in ("type", "enum", "format", "required", "items")}
    properties = {key: value for part in parts for key, value in part.get("properties", {}).items()}
    writable = {key: value for key, value in schema.get("properties", {}).items() if not value.get("readOnly")}
    own = {key: closed(document, value) for key, value in writable.items()}
    if properties or own or schema.get("type") == "object":
        required = [name for part in parts for name in part.get("required", [])] + schema.get("required", [])
        made.update(properties={**properties, **own}, required=required)
        made["additionalProperties"] = schema.get("additionalProperties", False)
    if "items" in made:
        made["items"] = closed(document, schema["items"])
    if schema.get("nullable"):
        made["type"] = [made["type"], "null"]
    return made


def faults(document: dict[str, Any], name: str, element: Any) -> list[str]:
    validator = Draft202012Validator(strict(document, name), format_checker=FormatChecker())
    return [error.json_path for error in validator.iter_errors(element)]
