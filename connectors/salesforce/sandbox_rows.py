"""How the Salesforce sandbox changes records: types, lengths, rights, locks and the faults asked for."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from connectors.salesforce.nouns import full_id, is_id
from connectors.salesforce.sandbox_org import Field, Org, Record, stamp
from connectors.sandbox_faults import Faults

DATE = re.compile(r"\d{4}-\d\d-\d\d")
Changed = Callable[[str, Record], None]
# Roughly what each object cannot be created without.
REQUIRED = {
    "Task": ("Status", "Priority"),
    "CaseComment": ("ParentId",),
    "Contact": ("LastName",),
    "Account": ("Name",),
    "PermissionSet": ("Name", "Label"),
    "FieldPermissions": ("ParentId", "Field", "SobjectType"),
}
DEFAULTS: dict[str, Record] = {
    "Task": {"Status": "Not Started", "Priority": "Normal"},
    "Case": {"Status": "New", "Priority": "Medium"},
    "CaseComment": {"IsPublished": False},
}


class RowError(Exception):
    """One row is refused, with Salesforce's status code."""

    def __init__(self, code: str, message: str, *fields: str) -> None:
        super().__init__(code)
        self.code, self.message, self.fields = code, message, list(fields)


class Rows:
    """Applies changes to an org; ``changed`` is told of every record, for the outbound messages."""

    def __init__(self, org: Callable[[], Org], faults: Faults, changed: Changed) -> None:
        self._org, self._faults, self._changed = org, faults, changed

    def update(self, sobject: str, record_id: Any, values: Record, user: str, now: datetime) -> Record:
        """Change one record. Raises ``RowError``."""
        record = self._record(sobject, record_id)
        checked = self._checked(sobject, values)
        self._refuse_by_fault(record["Id"])
        at = stamp(now)
        record.update(checked, LastModifiedDate=at, LastModifiedById=user, SystemModstamp=at)
        _derive(sobject, record, now)
        self._changed(sobject, record)
        return record

    def create(self, sobject: str, values: Record, user: str, now: datetime) -> Record:
        """Create one record."""
        org = self._org()
        if sobject not in org.tables:
            raise RowError("INVALID_TYPE", f"sObject type '{sobject}' is not supported.")
        checked = {**DEFAULTS.get(sobject, {}), **self._checked(sobject, values)}
        lacking = [name for name in REQUIRED.get(sobject, ()) if checked.get(name) in (None, "")]
        if lacking:
            raise RowError("REQUIRED_FIELD_MISSING", f"Required fields are missing: [{', '.join(lacking)}]", *lacking)
        parent = checked.get("ParentId") or checked.get("WhatId")
        if parent:
            self._refuse_by_fault(parent)
        if "OwnerId" in org.fields[sobject]:
            checked.setdefault("OwnerId", user)
        record = org.add(sobject, now, user, **checked)
        _derive(sobject, record, now)
        self._show(sobject, record)
        self._changed(sobject, record)
        return record

    def upsert(self, sobject: str, key: str, values: Record, user: str, now: datetime) -> tuple[Record, bool]:
        """Create or change a record by its external id; return it and whether it is new."""
        value = values.get(key)
        if value in (None, ""):
            raise RowError("MISSING_ARGUMENT", f"{key} not specified", key)
        rest = {name: held for name, held in values.items() if name != key}
        table = self._org().tables[sobject].values()
        hits = [r for r in table if r.get(key) == value and not r["IsDeleted"]]
        if len(hits) > 1:
            raise RowError("DUPLICATE_EXTERNAL_ID", f"{key}: more than one record found for external id field", key)
        if hits:
            return self.update(sobject, hits[0]["Id"], rest, user, now), False
        return self.create(sobject, {**rest, key: value}, user, now), True

    def delete(self, sobject: str, record_id: Any, user: str, now: datetime) -> Record:
        """Put a record into the bin; a flow of the package notes a contact that goes and leaves no twin."""
        record = self._record(sobject, record_id)
        record["IsDeleted"] = True
        others = (one for one in self._org().tables["Contact"].values() if not one["IsDeleted"])
        if sobject == "Contact" and not (record["Email"] and any(one["Email"] == record["Email"] for one in others)):
            self.create("Attune_Deleted__c", {"Attune_Record__c": record["Id"]}, user, now)
        return record

    def _record(self, sobject: str, record_id: Any) -> Record:
        record = self._org().tables.get(sobject, {}).get(full_id(str(record_id or "")))
        if record is None:
            if not is_id(record_id):
                raise RowError("MALFORMED_ID", f"{sobject} ID: id value of incorrect type: {record_id}", "Id")
            raise RowError("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id")
        if record["IsDeleted"] or self._faults.listed("gone", record["Id"]):
            raise RowError("ENTITY_IS_DELETED", "entity is deleted")
        return record

    def _refuse_by_fault(self, record_id: str) -> None:
        if self._faults.listed("validation", record_id):
            raise RowError("FIELD_CUSTOM_VALIDATION_EXCEPTION", "A closed case needs a reason.")
        if self._faults.listed("gone", record_id):
            raise RowError("ENTITY_IS_DELETED", "entity is deleted")
        if self._faults.take("conflict"):
            raise RowError("UNABLE_TO_LOCK_ROW", "unable to obtain exclusive access to this record")
        if self._faults.take("partial"):
            raise RowError("UNKNOWN_EXCEPTION", "An unexpected error occurred. Please include this ErrorId.")

    def _checked(self, sobject: str, values: Record) -> Record:
        visible = self._org().visible(sobject)
        return {name: self._value(sobject, visible.get(name), name, value) for name, value in values.items()}

    def _value(self, sobject: str, field: Field | None, name: str, value: Any) -> Any:
        if field is None:
            raise RowError("INVALID_FIELD", f"No such column '{name}' on sobject of type {sobject}")
        if not field.writable:
            text = f"Unable to create/update fields: {name}. Please check the security settings of this field."
            raise RowError("INVALID_FIELD_FOR_INSERT_UPDATE", text, name)
        if value is None or value == "":
            return None
        refused = _refusal(field, value)
        if refused:
            raise RowError(refused, f"{field.label or name}: bad value for {field.type} field", name)
        if field.type == "reference":
            return self._reference(field, value)
        return value

    def _reference(self, field: Field, value: Any) -> str:
        # A Task may be about a case or an account, and anybody may own a record of somebody else's.
        targets = ("Case", "Account") if field.name == "WhatId" else (field.reference,)
        if not is_id(value) or all(self._org().live(target, value) is None for target in targets):
            raise RowError("INVALID_CROSS_REFERENCE_KEY", f"{field.label}: invalid cross reference id", field.name)
        return full_id(str(value))

    def _show(self, sobject: str, record: Record) -> None:
        """Let a permission show a field that nobody was allowed to see."""
        if sobject == "FieldPermissions" and record["PermissionsRead"]:
            of_object, _, name = str(record["Field"]).partition(".")
            found = self._org().fields.get(of_object, {}).get(name)
            if found is None:
                raise RowError("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", "Field Name: bad value", "Field")
            found.hidden = False


def _refusal(field: Field, value: Any) -> str:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if field.type == "double":
        most = 10 ** (field.precision - field.scale)
        if not number:
            return "INVALID_TYPE_ON_FIELD_IN_RECORD"
        return "NUMBER_OUTSIDE_VALID_RANGE" if abs(value) >= most else ""
    if field.type == "boolean":
        return "" if isinstance(value, bool) else "INVALID_TYPE_ON_FIELD_IN_RECORD"
    if not isinstance(value, str):
        return "INVALID_TYPE_ON_FIELD_IN_RECORD"
    if field.type == "date" and not DATE.fullmatch(value):
        return "INVALID_TYPE_ON_FIELD_IN_RECORD"
    if field.type == "datetime" and not DATE.match(value):
        return "INVALID_TYPE_ON_FIELD_IN_RECORD"
    if field.restricted and value not in field.values:
        return "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"
    return "STRING_TOO_LONG" if len(value) > field.length else ""


def _derive(sobject: str, record: Record, now: datetime) -> None:
    if sobject == "Case":
        record["IsClosed"] = record["Status"] == "Closed"
        record["ClosedDate"] = stamp(now) if record["IsClosed"] else None
    if sobject == "Task":
        record["IsClosed"] = record["Status"] == "Completed"
