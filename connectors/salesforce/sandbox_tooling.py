"""The Salesforce sandbox's Tooling API, as far as custom fields and outbound messages go.

https://developer.salesforce.com/docs/atlas.en-us.api_tooling.meta/api_tooling/tooling_api_objects_customfield.htm
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, jsonify, request

from connectors.salesforce.sandbox_org import CUSTOM_TYPES, ROOT, Field, Record
from connectors.salesforce.sandbox_replies import error

if TYPE_CHECKING:
    from connectors.salesforce.sandbox import Sandbox

# SELECT ... FROM CustomField WHERE TableEnumOrId IN (...): the one query that is answered.
QUERY = re.compile(r"SELECT [\w, ]+ FROM CustomField WHERE TableEnumOrId IN \(([\w', ]+)\)", re.IGNORECASE)
MESSAGES = re.compile(r"SELECT Id FROM WorkflowOutboundMessage WHERE Name LIKE 'Attune%'", re.IGNORECASE)
SCALARS = frozenset(
    {
        "label",
        "type",
        "description",
        "inlineHelpText",
        "length",
        "precision",
        "scale",
        "required",
        "externalId",
        "unique",
        "caseSensitive",
        "trackHistory",
        "valueSet",
        "defaultValue",
    }
)
NAME = re.compile(r"[A-Za-z](?:_?[A-Za-z0-9])*__c")
ACTIVITIES = {"Activity": "Task"}


class Tooling:
    """Routes for field definitions."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._box = sandbox
        self.blueprint = Blueprint("tooling", __name__)
        add = self.blueprint.add_url_rule
        add("/query", "query", self.query, methods=["GET"], strict_slashes=False)
        add("/sobjects/CustomField", "create", self.create, methods=["POST"], strict_slashes=False)
        add("/sobjects/CustomField/<field_id>", "change", self.change, methods=["PATCH"])
        add("/sobjects/WorkflowOutboundMessage/<id_>", "message", self.message, methods=["GET"])
        add("/sobjects/WorkflowOutboundMessage/<id_>", "point", self.point, methods=["PATCH"])

    def query(self) -> Response:
        """List custom fields or outbound messages."""
        self._box.count("provision")
        text = request.args.get("q", "").strip()
        if MESSAGES.fullmatch(text):
            return _page("WorkflowOutboundMessage", [{"Id": id_} for id_ in self._box.org.messages])
        asked = QUERY.fullmatch(text)
        if asked is None:
            return error(400, "MALFORMED_QUERY", "the query is not understood")
        wanted = [part.strip(" '") for part in asked.group(1).split(",")]
        found = [
            self._row(table, one)
            for table in wanted
            for one in self._box.org.fields.get(ACTIVITIES.get(table, table), {}).values()
            if one.custom
        ]
        return _page("CustomField", found)

    def message(self, id_: str) -> Response:
        """Show an outbound message whole."""
        self._box.count("provision")
        found = self._box.org.messages.get(id_)
        return error(404, "NOT_FOUND", "The requested resource does not exist") if found is None else jsonify(found)

    def point(self, id_: str) -> Response:
        """Change an outbound message; here all go to one address. Option ``customizes``, ``False``: we may not."""
        self._box.count("provision")
        given = request.get_json(silent=True) or {}
        found = self._box.org.messages.get(id_)
        if found is None:
            return error(404, "NOT_FOUND", "The requested resource does not exist")
        if self._box.options.get("customizes") is False:
            return error(403, "INSUFFICIENT_ACCESS", "insufficient access rights on cross-reference id")
        unknown = sorted(set(given) - {"Metadata"} | set(given.get("Metadata") or {}) - set(found["Metadata"]))
        if unknown:
            return error(400, "JSON_PARSER_ERROR", f'Unrecognized field "{unknown[0]}" at [line:1, column:1]')
        found["Metadata"] = {**dict.fromkeys(found["Metadata"]), **given["Metadata"]}
        address, _, secret = str(found["Metadata"]["endpointUrl"]).rpartition("/")
        self._box.configure({"webhook_url": address, "secret": secret})
        return Response(status=204)

    def create(self) -> Response:
        """Define a field; nobody may see it before a permission says so."""
        self._box.count("provision")
        given = request.get_json(silent=True) or {}
        table, _, name = str(given.get("FullName", "")).partition(".")
        metadata = given.get("Metadata") or {}
        sobject = ACTIVITIES.get(table, table)
        refused = self._refused(sobject, name, metadata)
        if refused:
            return refused
        made = self._box.org.define(sobject, name, metadata["type"], hidden=True, **_parts(metadata))
        answer = jsonify({"id": made.id, "success": True, "errors": [], "warnings": [], "infos": []})
        answer.status_code = 201
        return answer

    def change(self, field_id: str) -> Response:
        """Change a definition; the type stays."""
        self._box.count("provision")
        metadata = (request.get_json(silent=True) or {}).get("Metadata") or {}
        for fields in self._box.org.fields.values():
            for one in fields.values():
                if one.id and one.id == field_id:
                    for name, value in _parts(metadata).items():
                        setattr(one, name, value)
                    return Response(status=204)
        return error(404, "NOT_FOUND", "The requested resource does not exist")

    def _refused(self, sobject: str, name: str, metadata: Record) -> Response | None:
        unknown = sorted(set(metadata) - SCALARS)
        if unknown:
            return error(400, "JSON_PARSER_ERROR", f'Unrecognized field "{unknown[0]}" at [line:1, column:1]')
        if sobject not in self._box.org.fields or not NAME.fullmatch(name):
            return error(400, "FIELD_INTEGRITY_EXCEPTION", "The field name can only contain letters and digits", [])
        if name in self._box.org.fields[sobject]:
            text = f"There is already a field named {name.removesuffix('__c')} on {sobject}."
            return error(400, "DUPLICATE_DEVELOPER_NAME", text, ["FullName"])
        return self._no_room() or _ill_typed(metadata)

    def _no_room(self) -> Response | None:
        """Refuse a field that the edition has no room for (option ``limits`` ``{"fields": number of ours}``)."""
        most = (self._box.options.get("limits") or {}).get("fields")
        made = sum(one.hidden for fields in self._box.org.fields.values() for one in fields.values())
        text = "You have reached the maximum number of custom fields."
        return None if most is None or made < int(most) else error(400, "CUSTOM_ENTITY_OR_FIELD_LIMIT", text)

    def _row(self, table: str, one: Field) -> Record:
        url = f"{ROOT}/tooling/sobjects/CustomField/{one.id}"
        return {
            "attributes": {"type": "CustomField", "url": url},
            "Id": one.id,
            "TableEnumOrId": table,
            "DeveloperName": one.name.removesuffix("__c"),
            "NamespacePrefix": None,
            "Description": one.description,
            "InlineHelpText": one.help,
            "Length": one.length,
            "Precision": one.precision,
            "Scale": one.scale,
        }


def _page(kind: str, found: list[Record]) -> Response:
    page = {"size": len(found), "totalSize": len(found), "done": True, "queryLocator": None, "entityTypeName": kind}
    return jsonify({**page, "records": found})


def _ill_typed(metadata: Record) -> Response | None:
    kind = metadata.get("type")
    if kind not in CUSTOM_TYPES or not metadata.get("label"):
        return error(400, "REQUIRED_FIELD_MISSING", "Required fields are missing: [label, type]", ["type"])
    if len(str(metadata.get("label"))) > 40 or len(str(metadata.get("inlineHelpText") or "")) > 510:
        return error(400, "STRING_TOO_LONG", "Label or help text: data value too large", ["label"])
    needs = {"Number": ("precision", "scale"), "Text": ("length",), "Picklist": ("valueSet",)}.get(str(kind), ())
    lacking = [name for name in needs if metadata.get(name) is None]
    if lacking:
        return error(400, "FIELD_INTEGRITY_EXCEPTION", f"Must specify '{lacking[0]}' for a {kind}", lacking)
    return None


def _parts(metadata: Record) -> dict[str, Any]:
    value_set = metadata.get("valueSet") or {}
    values = [item["valueName"] for item in (value_set.get("valueSetDefinition") or {}).get("value", [])]
    return {
        "label": metadata["label"],
        "help": metadata.get("inlineHelpText"),
        "description": metadata.get("description") or "",
        "length": int(metadata.get("length") or 255),
        "precision": int(metadata.get("precision") or 18),
        "scale": int(metadata.get("scale") or 0),
        "values": tuple(values),
        "restricted": bool(value_set.get("restricted")),
        "external": bool(metadata.get("externalId")),
        "unique": bool(metadata.get("unique")),
    }
