"""The HubSpot sandbox's records API: batches with their 207, single records, upsert by a unique property."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from flask import Response, jsonify, request

from connectors.hubspot.sandbox_answers import error, invalid, not_found, row_error
from connectors.hubspot.sandbox_records import REQUIRED, SINGULAR, TYPE_IDS, Record, stamp

if TYPE_CHECKING:
    from connectors.hubspot.sandbox import Sandbox

MOST = 100
OPERATIONS = {"notes": "remark", "tasks": "task"}
INPUT_KEYS = {
    "read": {"id"},
    "update": {"id", "idProperty", "properties", "objectWriteTraceId"},
    "upsert": {"id", "idProperty", "properties", "objectWriteTraceId"},
    "create": {"properties", "associations", "objectWriteTraceId"},
    "archive": {"id"},
}


class RowError(Exception):
    """One input of a batch is refused."""

    def __init__(self, category: str, message: str, context: Record | None = None) -> None:
        super().__init__(category)
        self.category, self.message, self.context = category, message, context or {}


def plural_of(name: str) -> str | None:
    """Return a kind of record by its name or number."""
    return TYPE_IDS.get(name, name if name in SINGULAR else None)


class Objects:
    """Routes over a sandbox's records."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._box = sandbox

    def routes(self) -> list[tuple[str, str, Any]]:
        """Return method, path and view."""
        return [
            ("POST", "/crm/v3/objects/<kind>/batch/<any(read,update,upsert,create,archive):action>", self.batch),
            ("GET", "/crm/v3/objects/<kind>/<record_id>", self.show),
            ("PATCH", "/crm/v3/objects/<kind>/<record_id>", self.patch),
            ("DELETE", "/crm/v3/objects/<kind>/<record_id>", self.delete),
            ("POST", "/crm/v3/objects/<kind>", self.create),
        ]

    # --- batches --------------------------------------------------------------------------------

    def batch(self, kind: str, action: str) -> Response:
        """Do up to 100 inputs: writes all or nothing, unless every input has a trace id."""
        plural, given = plural_of(kind), request.get_json(silent=True)
        if plural is None:
            return error(400, "VALIDATION_ERROR", f"Unable to infer object type from: {kind}")
        self._box.count("read" if action == "read" else OPERATIONS.get(plural, "field_write"))
        inputs = given.get("inputs") if isinstance(given, dict) else None
        refused = self._check(inputs, action)
        if refused is not None or not isinstance(inputs, list) or not isinstance(given, dict):
            return refused or error(400, "VALIDATION_ERROR", "Invalid input JSON")
        started = stamp(self._box.clock_.now())
        if action in ("update", "create", "upsert") and not all("objectWriteTraceId" in one for one in inputs):
            first = self._first_fault(plural, action, inputs)
            if first is not None:
                return error(400, first.category, first.message, context=first.context)
        results, errors = self._each(plural, action, inputs, given)
        return self._complete(action, started, results, errors)

    def _first_fault(self, plural: str, action: str, inputs: list[Record]) -> RowError | None:
        """Return why a batch without trace ids is refused as a whole, before anything is written."""
        try:
            for one in inputs:
                if action == "update":
                    self._find(plural, str(one.get("id")), one.get("idProperty"))
                self._validate(plural, one.get("properties") or {})
        except RowError as refused:
            return refused
        return None

    def _check(self, inputs: Any, action: str) -> Response | None:
        if not isinstance(inputs, list) or not all(isinstance(one, dict) for one in inputs):
            return error(400, "VALIDATION_ERROR", "Invalid input JSON: Some required fields were not set: [inputs]")
        if len(inputs) > MOST:
            return error(400, "VALIDATION_ERROR", f"Batch size exceeds the limit of {MOST}")
        unknown = sorted({key for one in inputs for key in one} - INPUT_KEYS[action])
        if unknown:
            return error(400, "VALIDATION_ERROR", f"Invalid input JSON: unknown fields {unknown}")
        texts = [value for one in inputs for value in (one.get("properties") or {}).values()]
        if not all(isinstance(value, str) for value in texts):
            return error(400, "VALIDATION_ERROR", "Invalid input JSON: Cannot deserialize value of type String")
        return None

    def _each(self, plural: str, action: str, inputs: list[Record], given: Record) -> tuple[list[Record], list[Record]]:
        results: list[Record] = []
        errors: list[Record] = []
        lost: list[str] = []
        for one in inputs:
            try:
                results.append(getattr(self, f"_{action}")(plural, one, given))
            except RowError as refused:
                trace = {"objectWriteTraceId": [one["objectWriteTraceId"]]} if "objectWriteTraceId" in one else {}
                if refused.category == "OBJECT_NOT_FOUND" and not trace:
                    lost.append(str(one.get("id")))
                    continue
                errors.append(row_error(refused.category, refused.message, {**refused.context, **trace}))
        if lost:
            errors.append(row_error("OBJECT_NOT_FOUND", _lost(plural), {"ids": lost}))
        return [result for result in results if result], errors

    def _complete(self, action: str, started: str, results: list[Record], errors: list[Record]) -> Response:
        if action == "archive":
            return Response(status=204)
        body: Record = {
            "status": "COMPLETE",
            "results": results,
            "startedAt": started,
            "completedAt": stamp(self._box.clock_.now()),
        }
        if errors:
            body.update(numErrors=len(errors), errors=errors)
        answer = jsonify(body)
        answer.status_code = 207 if errors else 201 if action == "create" else 200
        return answer

    # --- one input ------------------------------------------------------------------------------

    def _read(self, plural: str, one: Record, given: Record) -> Record:
        record = self._find(plural, str(one.get("id")), given.get("idProperty"))
        return self._box.portal.shown(plural, record, given.get("properties") or ())

    def _update(self, plural: str, one: Record, _: Record) -> Record:
        record = self._find(plural, str(one.get("id")), one.get("idProperty"))
        self._refuse_by_fault(record)
        return self._written(plural, record, one)

    def _upsert(self, plural: str, one: Record, _: Record) -> Record:
        name = one.get("idProperty")
        if not self._box.portal.definitions[plural].get(str(name), {}).get("hasUniqueValue"):
            raise RowError("VALIDATION_ERROR", f'Property "{name}" does not exist or is not unique')
        record = self._box.portal.by_value(plural, str(name), str(one.get("id")))
        if record is not None:
            return {**self._written(plural, record, one), "new": False}
        values = {**(one.get("properties") or {}), str(name): str(one.get("id"))}
        return {**self._written(plural, self._new(plural, values), {**one, "properties": values}), "new": True}

    def _create(self, plural: str, one: Record, _: Record) -> Record:
        record = self._new(plural, one.get("properties") or {})
        return self._written(plural, record, {**one, "properties": {}})

    def _archive(self, plural: str, one: Record, _: Record) -> Record:
        self._box.portal.remove(plural, str(one.get("id")))
        return {}

    def _written(self, plural: str, record: Record, one: Record) -> Record:
        values = one.get("properties") or {}
        self._validate(plural, values)
        self._box.changed(plural, record, self._box.portal.change(plural, record, values, self._now()))
        trace = {"objectWriteTraceId": one["objectWriteTraceId"]} if "objectWriteTraceId" in one else {}
        return {**self._box.portal.shown(plural, record, [*values, *REQUIRED.get(plural, ())]), **trace}

    def _new(self, plural: str, values: Record) -> Record:
        self._validate(plural, values)
        lacking = [name for name in REQUIRED.get(plural, ()) if not values.get(name)]
        if lacking:
            words = f"Required properties were missing: {lacking}"
            raise RowError("VALIDATION_ERROR", invalid(lacking[0], "MISSING_REQUIRED_PROPERTY", words))
        return self._box.portal.create(plural, values, self._now())

    def _find(self, plural: str, value: str, by: str | None) -> Record:
        portal = self._box.portal
        record = portal.by_value(plural, by, value) if by else portal.objects[plural].get(value)
        if record is None or self._box.faults_.listed("gone", record["id"]):
            raise RowError("OBJECT_NOT_FOUND", _lost(plural), {"ids": [value]})
        return record

    def _refuse_by_fault(self, record: Record) -> None:
        if self._box.faults_.listed("validation", record["id"]):
            words = "A required property of this stage is empty"
            raise RowError("VALIDATION_ERROR", invalid("amount", "REQUIRED_FIELD", words))
        if self._box.faults_.take("partial") or self._box.faults_.take("conflict"):
            raise RowError("CONFLICT", "The record is being changed by another request")

    def _validate(self, plural: str, values: Record) -> None:
        for name, value in values.items():
            code = self._box.properties.fault(plural, name, value)
            if code is not None:
                words = f'Property "{name}" does not exist' if code == "PROPERTY_DOESNT_EXIST" else f"{name}: {code}"
                raise RowError("VALIDATION_ERROR", invalid(name, code, words))

    def _now(self) -> datetime:
        return self._box.clock_.now()

    # --- single records -------------------------------------------------------------------------

    def show(self, kind: str, record_id: str) -> Response:
        """Show one record, by id or by a unique property."""
        self._box.count("read")
        plural = plural_of(kind)
        try:
            record = self._find(str(plural), record_id, request.args.get("idProperty"))
        except (RowError, KeyError):
            return not_found()
        names = ",".join(request.args.getlist("properties")).split(",")
        return jsonify(self._box.portal.shown(str(plural), record, names))

    def patch(self, kind: str, record_id: str) -> Response:
        """Update one record."""
        return self._single(kind, {"id": record_id}, "_update", 200)

    def delete(self, kind: str, record_id: str) -> Response:
        """Archive one record; one that is not there is archived already."""
        self._box.count("other")
        self._archive(str(plural_of(kind)), {"id": record_id}, {})
        return Response(status=204)

    def create(self, kind: str) -> Response:
        """Create one record."""
        return self._single(kind, {}, "_create", 201)

    def _single(self, kind: str, named: Record, action: str, status: int) -> Response:
        plural, given = plural_of(kind), request.get_json(silent=True) or {}
        if plural is None:
            return not_found()
        self._box.count(OPERATIONS.get(plural, "field_write"))
        try:
            record = getattr(self, action)(plural, {**named, "properties": given.get("properties")}, {})
        except RowError as refused:
            if refused.category == "OBJECT_NOT_FOUND":
                return error(404, refused.category, "resource not found", context=refused.context)
            return error(400, refused.category, refused.message, context=refused.context)
        answer = jsonify(record)
        answer.status_code = status
        return answer


def _lost(plural: str) -> str:
    word = SINGULAR[plural].upper()
    return f"Could not get some {word} objects, they may be deleted or not exist. Check that ids are valid."
