"""The HubSpot sandbox's property definitions and groups, and what a property takes as a value."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from flask import Response, jsonify, request

from connectors.hubspot.sandbox_answers import error, not_found, row_error
from connectors.hubspot.sandbox_objects import plural_of
from connectors.hubspot.sandbox_records import AGENT_ID, Record, stamp

if TYPE_CHECKING:
    from connectors.hubspot.sandbox import Sandbox

NAME = re.compile(r"[a-z][a-z0-9_]{0,99}")
CREATE_KEYS = {
    "name",
    "label",
    "type",
    "fieldType",
    "groupName",
    "description",
    "options",
    "displayOrder",
    "hasUniqueValue",
    "hidden",
    "formField",
    "calculationFormula",
    "externalOptions",
    "referencedObjectType",
}
NUMBER, DATE = re.compile(r"-?\d+(\.\d+)?"), re.compile(r"\d{4}-\d\d-\d\d(T.*)?|\d{1,14}")


class Properties:
    """Routes over a sandbox's definitions."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._box = sandbox

    def routes(self) -> list[tuple[str, str, Any]]:
        """Return method, path and view."""
        return [
            ("GET", "/crm/v3/properties/<kind>", self.list_all),
            ("POST", "/crm/v3/properties/<kind>/batch/create", self.create_many),
            ("PATCH", "/crm/v3/properties/<kind>/<name>", self.update),
            ("GET", "/crm/v3/properties/<kind>/groups", self.groups),
            ("POST", "/crm/v3/properties/<kind>/groups", self.create_group),
        ]

    def fault(self, plural: str, name: str, value: str) -> str | None:
        """Name what is wrong with a value, as HubSpot does; ``None`` for a good one."""
        definition = self._box.portal.definitions[plural].get(name)
        if definition is None:
            return "PROPERTY_DOESNT_EXIST"
        options = {option["value"] for option in definition["options"]}
        checks = {
            "number": ("INVALID_LONG", NUMBER.fullmatch(value)),
            "date": ("INVALID_DATE", DATE.fullmatch(value)),
            "enumeration": ("INVALID_OPTION", not options or value in options),
        }
        code, good = checks.get(definition["type"], ("", True))
        return None if value == "" or good else code

    def list_all(self, kind: str) -> Response:
        """List the definitions of one kind of record."""
        self._box.count("provision")
        plural = plural_of(kind)
        if plural is None:
            return not_found()
        return jsonify({"results": list(self._box.portal.definitions[plural].values())})

    def create_many(self, kind: str) -> Response:
        """Define properties, each for itself."""
        self._box.count("provision")
        plural, now = str(plural_of(kind)), stamp(self._box.clock_.now())
        results, errors = [], []
        for given in (request.get_json(silent=True) or {}).get("inputs") or []:
            refused = self._check(plural, given)
            if refused:
                errors.append(row_error(*refused, {"name": [str(given.get("name"))]}))
                continue
            results.append(self._define(plural, given, now))
        body: Record = {"status": "COMPLETE", "results": results, "startedAt": now, "completedAt": now}
        if errors:
            body.update(numErrors=len(errors), errors=errors)
        answer = jsonify(body)
        answer.status_code = 207 if errors else 201
        return answer

    def _define(self, plural: str, given: Record, now: str) -> Record:
        options = [{"description": "", "hidden": False, **option} for option in given.get("options") or []]
        definition = {
            "updatedAt": now,
            "createdAt": now,
            "description": "",
            "displayOrder": -1,
            "calculated": False,
            "externalOptions": False,
            "archived": False,
            "hasUniqueValue": False,
            "hidden": False,
            "createdUserId": str(AGENT_ID),
            "updatedUserId": str(AGENT_ID),
            "formField": False,
            "modificationMetadata": {"archivable": True, "readOnlyDefinition": False, "readOnlyValue": False},
            **given,
            "options": options,
        }
        self._box.portal.definitions[plural][given["name"]] = definition
        return definition

    def _check(self, plural: str, given: Record) -> tuple[str, str] | None:
        if given.get("name") in self._box.portal.definitions[plural]:
            return "OBJECT_ALREADY_EXISTS", f"A property named '{given['name']}' already exists."
        if set(given) - CREATE_KEYS or not NAME.fullmatch(str(given.get("name"))):
            return "VALIDATION_ERROR", "Property name or field is invalid"
        if given.get("groupName") not in self._box.portal.groups[plural]:
            return "VALIDATION_ERROR", f"Property group {given.get('groupName')} does not exist"
        bare = given.get("type") == "enumeration" and not given.get("options")
        if bare or not given.get("label") or not given.get("type") or not given.get("fieldType"):
            return "VALIDATION_ERROR", "Some required fields were not set"
        return None

    def update(self, kind: str, name: str) -> Response:
        """Change a definition; options are replaced as a whole."""
        self._box.count("provision")
        definition = self._box.portal.definitions[str(plural_of(kind))].get(name)
        if definition is None:
            return not_found()
        definition.update(request.get_json(silent=True) or {}, updatedAt=stamp(self._box.clock_.now()))
        return jsonify(definition)

    def groups(self, kind: str) -> Response:
        """List property groups."""
        self._box.count("provision")
        return jsonify({"results": list(self._box.portal.groups[str(plural_of(kind))].values())})

    def create_group(self, kind: str) -> Response:
        """Create a property group."""
        self._box.count("provision")
        given = request.get_json(silent=True) or {}
        groups = self._box.portal.groups[str(plural_of(kind))]
        if given.get("name") in groups:
            return error(409, "OBJECT_ALREADY_EXISTS", f"Property group {given['name']} already exists.")
        groups[given["name"]] = {"name": given["name"], "label": given["label"], "displayOrder": -1, "archived": False}
        answer = jsonify(groups[given["name"]])
        answer.status_code = 201
        return answer
