"""The HubSpot sandbox's search, associations and conversations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Response, jsonify, request

from connectors.hubspot.sandbox_answers import error, not_found, row_error
from connectors.hubspot.sandbox_objects import plural_of
from connectors.hubspot.sandbox_records import SINGULAR, Record, stamp

if TYPE_CHECKING:
    from connectors.hubspot.sandbox import Sandbox

MOST_ASSOCIATIONS, PAGE, GROUPS, FILTERS = 1000, 200, 5, 6
# https://developers.hubspot.com/docs/api-reference/latest/crm/associations/associate-records/guide
KINDS = {
    ("tickets", "contacts"): 16,
    ("contacts", "tickets"): 15,
    ("tickets", "companies"): 339,
    ("companies", "tickets"): 340,
    ("contacts", "companies"): 279,
    ("companies", "contacts"): 280,
    ("notes", "tickets"): 228,
    ("notes", "companies"): 190,
    ("notes", "contacts"): 202,
    ("tasks", "tickets"): 230,
    ("tasks", "companies"): 192,
    ("tasks", "contacts"): 204,
}
PRIMARY = {("tickets", "companies"): 26, ("contacts", "companies"): 1}


class Reading:
    """Routes that find and connect records."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._box = sandbox

    def routes(self) -> list[tuple[str, str, Any]]:
        """Return method, path and view."""
        threads = "/conversations/v3/conversations/threads/<thread_id>"
        return [
            ("POST", "/crm/v3/objects/<kind>/search", self.search),
            ("POST", "/crm/v4/associations/<kind>/<other>/batch/read", self.associated),
            ("POST", "/crm/v4/associations/<kind>/<other>/batch/associate/default", self.associate),
            ("GET", threads, self.thread),
            ("GET", f"{threads}/messages", self.messages),
        ]

    # --- search ---------------------------------------------------------------------------------

    def search(self, kind: str) -> Response:
        """Search records: any group fits whose filters all fit."""
        self._box.count("search")
        plural, given = plural_of(kind), request.get_json(silent=True) or {}
        if plural is None:
            return not_found()
        refused = self._check(plural, given)
        if refused is not None:
            return refused
        groups = given.get("filterGroups") or []
        records = [r for r in self._box.portal.objects[plural].values() if _fits(r, groups)]
        for name, falling in (_sort(one) for one in given.get("sorts") or []):
            records.sort(key=lambda r: str(r["properties"].get(name, "")), reverse=falling)
        start, size = int(given.get("after") or 0), int(given.get("limit") or 10)
        shown = [
            self._box.portal.shown(plural, r, given.get("properties") or ()) for r in records[start : start + size]
        ]
        more = {"paging": {"next": {"after": str(start + size)}}} if start + size < len(records) else {}
        return jsonify({"total": len(records), "results": shown, **more})

    def _check(self, plural: str, given: Record) -> Response | None:
        groups = given.get("filterGroups") or []
        if len(groups) > GROUPS or any(len(group["filters"]) > FILTERS for group in groups):
            return error(400, "VALIDATION_ERROR", "The maximum number of filters or filter groups was exceeded")
        if int(given.get("limit") or 0) > PAGE:
            return error(400, "VALIDATION_ERROR", f"The maximum page size is {PAGE}")
        for filter_ in (one for group in groups for one in group["filters"]):
            if filter_.get("operator") not in OPERATORS:
                return error(400, "VALIDATION_ERROR", "Invalid input JSON: operator is not one of the enum values")
            if filter_["propertyName"] not in self._box.portal.definitions[plural]:
                return error(
                    400,
                    "VALIDATION_ERROR",
                    f"There was a problem with the request: Property '{filter_['propertyName']}' does not exist",
                )
        return None

    # --- associations ---------------------------------------------------------------------------

    def associated(self, kind: str, other: str) -> Response:
        """Read the associations of up to 1,000 records; those without any are errors in a 207."""
        self._box.count("read")
        plural, target = str(plural_of(kind)), str(plural_of(other))
        inputs = (request.get_json(silent=True) or {}).get("inputs") or []
        if len(inputs) > MOST_ASSOCIATIONS:
            return error(400, "VALIDATION_ERROR", f"Batch size exceeds the limit of {MOST_ASSOCIATIONS}")
        found = [(str(one["id"]), self._box.portal.linked(plural, str(one["id"]), target)) for one in inputs]
        results = [{"from": {"id": id_}, "to": _ends(plural, target, ends)} for id_, ends in found if ends]
        alone = [id_ for id_, ends in found if not ends]
        errors = [
            row_error(
                "OBJECT_NOT_FOUND",
                f"No {SINGULAR[target]} is associated with {SINGULAR[plural]} {id_}.",
                {"fromObjectId": [id_]},
            )
            | {"subCategory": "crm.associations.NO_ASSOCIATIONS_FOUND"}
            for id_ in alone
        ]
        return self._complete(results, errors)

    def associate(self, kind: str, other: str) -> Response:
        """Associate pairs; a pair that is associated stays so."""
        plural, target = str(plural_of(kind)), str(plural_of(other))
        self._box.count({"notes": "remark", "tasks": "task"}.get(plural, "other"))
        results, errors = [], []
        for pair in (request.get_json(silent=True) or {}).get("inputs") or []:
            one, two = str(pair["from"]["id"]), str(pair["to"]["id"])
            if two not in self._box.portal.objects[target] or self._box.faults_.listed("gone", two):
                errors.append(row_error("OBJECT_NOT_FOUND", "One or more objects do not exist", {"toObjectId": [two]}))
                continue
            self._box.portal.link(plural, one, target, two)
            spec = {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": KINDS.get((plural, target), 1)}
            results.append({"from": {"id": one}, "to": {"id": two}, "associationSpec": spec})
        return self._complete(results, errors)

    def _complete(self, results: list[Record], errors: list[Record]) -> Response:
        now = stamp(self._box.clock_.now())
        body: Record = {"status": "COMPLETE", "results": results, "startedAt": now, "completedAt": now}
        if errors:
            body.update(numErrors=len(errors), errors=errors)
        answer = jsonify(body)
        answer.status_code = 207 if errors else 200
        return answer

    # --- conversations --------------------------------------------------------------------------

    def thread(self, thread_id: str) -> Response:
        """Show a conversation; its ticket only where the query asks for associations."""
        self._box.count("read")
        thread = self._box.portal.threads.get(thread_id)
        if thread is None:
            return error(404, "OBJECT_NOT_FOUND", "Thread not found")
        hidden = () if request.args.get("association") == "TICKET" else ("threadAssociations",)
        return jsonify({name: value for name, value in thread.items() if name not in hidden})

    def messages(self, thread_id: str) -> Response:
        """List the messages of a conversation, newest first."""
        self._box.count("read")
        if thread_id not in self._box.portal.threads:
            return error(404, "OBJECT_NOT_FOUND", "Thread not found")
        rows = list(reversed(self._box.portal.messages[thread_id]))
        start, size = int(request.args.get("after") or 0), int(request.args.get("limit") or 100)
        more = {"paging": {"next": {"after": str(start + size)}}} if start + size < len(rows) else {}
        return jsonify({"results": rows[start : start + size], **more})


def _ends(plural: str, target: str, ends: list[str]) -> list[Record]:
    number = KINDS.get((plural, target), 1)
    plain = {"category": "HUBSPOT_DEFINED", "typeId": number, "label": None}
    found = [{"toObjectId": int(end), "associationTypes": [plain]} for end in ends]
    if (plural, target) in PRIMARY:
        first = {"category": "HUBSPOT_DEFINED", "typeId": PRIMARY[plural, target], "label": "Primary"}
        found[0] = {**found[0], "associationTypes": [plain, first]}
    return found


def _fits(record: Record, groups: list[Record]) -> bool:
    return not groups or any(all(_one(record, one) for one in group["filters"]) for group in groups)


def _one(record: Record, filter_: Record) -> bool:
    held = record["properties"].get(filter_["propertyName"], "")
    return bool(OPERATORS[filter_["operator"]](str(held).lower(), filter_))


def _sort(given: Any) -> tuple[str, bool]:
    """Read a sort: a name, a name with a minus, or an object."""
    if isinstance(given, dict):
        return str(given["propertyName"]), given.get("direction") == "DESCENDING"
    return str(given).removeprefix("-"), str(given).startswith("-")


def _value(filter_: Record) -> str:
    return str(filter_.get("value", "")).lower()


# Texts are compared in lower case; the values of IN have to come so.
# https://developers.hubspot.com/docs/api-reference/latest/crm/search-the-crm
OPERATORS: dict[str, Any] = {
    "IN": lambda held, filter_: held in (filter_.get("values") or ()),
    "EQ": lambda held, filter_: held == _value(filter_),
    "GTE": lambda held, filter_: held != "" and held >= _value(filter_),
    "CONTAINS_TOKEN": lambda held, filter_: _value(filter_) in held,
    "HAS_PROPERTY": lambda held, filter_: held != "",
}
