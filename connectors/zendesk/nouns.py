"""Zendesk's names for what we own in a customer's account, and how our values look there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from core.fields import TAG_PREFIX, Field
from core.model import Level, Value

TASK_TAG = f"{TAG_PREFIX}task"
PLURALS: Mapping[Level, str] = {Level.CASE: "tickets", Level.PERSON: "users", Level.ACCOUNT: "organizations"}
FIELD_KINDS: Mapping[Level, str] = {
    Level.CASE: "ticket_fields",
    Level.PERSON: "user_fields",
    Level.ACCOUNT: "organization_fields",
}
# A drop-down is a "tagger" on tickets and a "dropdown" elsewhere.
# https://developer.zendesk.com/api-reference/ticketing/tickets/ticket_fields/
TYPES: Mapping[str, str] = {"decimal": "decimal", "integer": "integer", "text": "text", "date": "date"}


def marker(key: str) -> str:
    """Return the mark in a field's description by which we know it as ours."""
    return f"[{key}]"


def field_type(field: Field) -> str:
    """Return Zendesk's type for a catalogue field."""
    if field.type == "choice":
        return "tagger" if field.level is Level.CASE else "dropdown"
    return TYPES[field.type]


def option(field: Field, choice: str) -> str:
    """Return the tag that stands for a choice; tags are shared by the whole account, so it carries the key."""
    return f"{field.key}_{re.sub('[^a-z0-9]+', '_', choice.lower())}"


def outward(field: Field, value: Value) -> Value:
    """Return a catalogue value as Zendesk takes it; ``None`` empties the field."""
    if value is None or value == "":
        return None
    if field.type == "choice":
        return option(field, str(value))
    if field.type == "decimal":
        return round(float(value), field.places)
    if field.type == "integer":
        return int(value)
    return str(value)[: field.max_length] if field.max_length else str(value)


def same(field: Field, stored: Any, wanted: Value) -> bool:
    """Say whether a stored value is the wanted one; ticket fields hold numbers as text, dates may carry a time."""
    if stored in (None, "") or wanted is None:
        return stored in (None, "") and wanted is None
    if field.type in ("decimal", "integer"):
        return _number(stored) == round(float(wanted), field.places)
    if field.type == "date":
        return str(stored)[:10] == str(wanted)[:10]
    return str(stored) == str(wanted)


def _number(stored: Any) -> float | None:
    try:
        return float(stored)
    except (TypeError, ValueError):
        return None
