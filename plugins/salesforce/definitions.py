"""The catalogue's fields as Salesforce metadata, in the words of the Metadata API. Pure.

https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/customfield.htm
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from connectors.salesforce.nouns import FIELD_TYPES, SOBJECTS, TASK_DUE, TASK_KEY, TASK_MARK, TASK_OBJECT, marker
from core.fields import Field, catalogue

Metadata = dict[str, Any]
LONGEST_HELP = 510


def custom_field(field: Field) -> Metadata:
    """Return the definition of a catalogue field."""
    help_ = f"{field.help} {marker(field.key)}"
    assert len(help_) <= LONGEST_HELP, "Salesforce takes 510 characters of help text"
    return {
        "label": field.label,
        "type": FIELD_TYPES[field.type],
        "description": help_,
        "inlineHelpText": help_,
        "required": False,
        **_size(field),
    }


def full_name(field: Field) -> str:
    """Return object and field name as the metadata says them."""
    return f"{SOBJECTS[field.level]}.{field.salesforce_name}"


def task_fields() -> Mapping[str, Metadata]:
    """Return the two fields that our tasks need: by the one we find a task again, the other has its time of day."""
    mark = marker(TASK_MARK)
    key, due = f"Attune's own name of this task. {mark}", f"When this task is due, with the time of day. {mark}"
    return {
        f"{TASK_OBJECT}.{TASK_KEY}": {
            "label": "Attune: task id",
            "type": "Text",
            "length": 100,
            "externalId": True,
            "required": False,
            "description": key,
            "inlineHelpText": key,
        },
        f"{TASK_OBJECT}.{TASK_DUE}": {
            "label": "Attune: due at",
            "type": "DateTime",
            "required": False,
            "description": due,
            "inlineHelpText": due,
        },
    }


def permissions(full_names: Iterable[str] | None = None) -> list[str]:
    """Return fields (by default all of ours) as our permission set names them: an activity's is shown as a task's."""
    ours = (*(full_name(field) for field in catalogue().values()), *task_fields())
    return [name.replace(f"{TASK_OBJECT}.", "Task.") for name in (ours if full_names is None else full_names)]


def value_set(field: Field) -> Metadata:
    """Return a choice field's values; nothing else may be entered."""
    values = [{"fullName": choice, "default": False, "label": choice} for choice in field.choices]
    return {"restricted": True, "valueSetDefinition": {"sorted": False, "value": values}}


def _size(field: Field) -> Metadata:
    if field.type == "choice":
        return {"valueSet": value_set(field)}
    if field.type == "text":
        return {"length": field.max_length or 255}
    if field.type in ("decimal", "integer"):
        digits = len(str(int(max(abs(field.min or 0), abs(field.max or 0)))))
        return {"precision": digits + field.places, "scale": field.places}
    return {}
