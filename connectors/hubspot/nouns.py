"""HubSpot's names for what we own in a customer's account, and how our values look there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.fields import Field
from core.model import Level, Value

GROUP, GROUP_LABEL = "attune", "Attune"
EXTERNAL_ID = "attune_external_id"
NOTES, TASKS = "notes", "tasks"
OBJECTS: Mapping[Level, str] = {Level.CASE: "tickets", Level.PERSON: "contacts", Level.ACCOUNT: "companies"}
# Generic subscriptions (object.*) name the kind of record by these numbers.
# https://developers.hubspot.com/docs/api-reference/latest/crm/understanding-the-crm
OBJECT_TYPE_IDS: Mapping[str, str] = {"0-1": "contact", "0-2": "company", "0-5": "ticket"}
TYPES: Mapping[str, tuple[str, str]] = {
    "decimal": ("number", "number"),
    "integer": ("number", "number"),
    "choice": ("enumeration", "select"),
    "text": ("string", "text"),
    "date": ("date", "date"),
}
THREAD = "thread-"


def marker(key: str) -> str:
    """Return the mark in a property's description by which we know it as ours."""
    return f"[{key}]"


def outward(field: Field, value: Value) -> str:
    """Return a catalogue value as HubSpot takes it: text; the empty text clears a property."""
    if value is None or value == "":
        return ""
    if field.type in ("decimal", "integer"):
        return f"{round(float(value), field.places):.{field.places}f}"
    if field.type == "date":
        return str(value)[:10]
    return str(value)[: field.max_length] if field.max_length else str(value)


def same(field: Field, stored: Any, wanted: str) -> bool:
    """Say whether a stored value is the wanted one; HubSpot shortens numbers (``0.50`` becomes ``0.5``)."""
    if stored in (None, "") or wanted == "":
        return stored in (None, "") and wanted == ""
    if field.type in ("decimal", "integer"):
        return number(stored) == float(wanted)
    if field.type == "date":
        return str(stored)[:10] == wanted
    return str(stored) == wanted


def number(stored: Any) -> float | None:
    """Read a number that HubSpot holds as text; ``None`` when it is none."""
    try:
        return float(stored)
    except (TypeError, ValueError):
        return None


def event_name(element: Mapping[str, Any]) -> str:
    """Return what names one webhook event, the same for every attempt to send it.

    HubSpot does not promise that ``eventId`` is unique, and counts attempts in the body.
    https://developers.hubspot.com/docs/api-reference/latest/webhooks/guide
    """
    parts = [element.get(name) for name in ("eventId", "subscriptionType", "objectId", "propertyName", "messageId")]
    return ":".join(str(part) for part in parts if part is not None)[:200]
