"""Salesforce's names for what we own in a customer's org, and how our values look there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from core.fields import Field
from core.model import Level, Value

SOBJECTS: Mapping[Level, str] = {Level.CASE: "Case", Level.PERSON: "Contact", Level.ACCOUNT: "Account"}
# Custom fields of tasks and events are defined on Activity.
# https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_task.htm
TASK_OBJECT = "Activity"
TASK_KEY, TASK_DUE = "Attune_External_Id__c", "Attune_Due_At__c"
TASK_MARK = "attune_task"
PERMISSION_SET = "Attune_Integration"
FIELD_TYPES: Mapping[str, str] = {
    "decimal": "Number",
    "integer": "Number",
    "text": "Text",
    "date": "Date",
    "choice": "Picklist",
}
RECORD_ID = re.compile(r"[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?", re.ASCII)
_SUFFIX = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"


def marker(key: str) -> str:
    """Return the mark in a field's help text by which we know it as ours."""
    return f"[{key}]"


def full_id(record_id: str) -> str:
    """Return the 18-character form of an id; anything that is no 15-character id comes back as it is.

    https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/field_types.htm
    """
    if len(record_id) != 15 or not RECORD_ID.fullmatch(record_id):
        return record_id
    fives = (record_id[start : start + 5] for start in (0, 5, 10))
    return record_id + "".join(_SUFFIX[sum(c.isupper() << n for n, c in enumerate(five))] for five in fives)


def is_id(text: object, *prefixes: str) -> bool:
    """Say whether a text has the shape of a record id, of one of the key prefixes where any are given."""
    return isinstance(text, str) and bool(RECORD_ID.fullmatch(text)) and (not prefixes or text.startswith(prefixes))


def outward(field: Field, value: Value) -> Value:
    """Return a catalogue value as Salesforce takes it; ``None`` empties the field."""
    if value is None or value == "":
        return None
    if field.type == "decimal":
        return round(float(value), field.places)
    if field.type == "integer":
        return int(value)
    if field.type == "date":
        return str(value)[:10]
    return str(value)[: field.max_length] if field.max_length else str(value)


def same(field: Field, stored: Any, wanted: Value) -> bool:
    """Say whether a stored value is the wanted one."""
    if stored in (None, "") or wanted is None:
        return stored in (None, "") and wanted is None
    if field.type in ("decimal", "integer"):
        return isinstance(stored, int | float) and round(float(stored), field.places) == wanted
    return str(stored) == str(wanted)
