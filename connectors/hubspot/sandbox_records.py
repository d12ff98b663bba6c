"""The HubSpot sandbox's memory: records as text properties, definitions, associations, conversations."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

PORTAL_ID, APP_ID, AGENT_ID, OWNER_ID = 247187887, 50780459, 61234567, 49261155
Record = dict[str, Any]
SINGULAR = {"tickets": "ticket", "contacts": "contact", "companies": "company", "notes": "note", "tasks": "task"}
TYPE_IDS = {"0-1": "contacts", "0-2": "companies", "0-5": "tickets", "0-46": "notes", "0-27": "tasks"}
CHANGED = {"contacts": "lastmodifieddate"}
# What HubSpot answers when nobody asks for properties by name.
DEFAULTS = {
    "tickets": ("content", "hs_pipeline", "hs_pipeline_stage", "hs_ticket_category", "hs_ticket_priority", "subject"),
    "contacts": ("firstname", "lastname", "email"),
    "companies": ("name", "domain"),
    "notes": (),
    "tasks": (),
}
TEXT, NUMBER, TIME = ("string", "text"), ("number", "number"), ("datetime", "date")
COMMON = {"createdate": TIME, "hs_object_id": NUMBER, "hubspot_owner_id": ("enumeration", "select")}
BUILT_IN: dict[str, dict[str, tuple[str, str]]] = {
    "tickets": {
        **COMMON,
        "hs_lastmodifieddate": TIME,
        "subject": TEXT,
        "content": TEXT,
        "hs_pipeline": TEXT,
        "hs_pipeline_stage": TEXT,
        "hs_ticket_priority": TEXT,
        "hs_ticket_category": TEXT,
        "closed_date": TIME,
        "source_type": TEXT,
        "hs_conversations_originating_thread_id": NUMBER,
    },
    "contacts": {
        **COMMON,
        "lastmodifieddate": TIME,
        "email": TEXT,
        "firstname": TEXT,
        "lastname": TEXT,
        "hs_language": TEXT,
        "salesforcecontactid": TEXT,
        "external_id": TEXT,
        "minor": TEXT,
        "privacy_choice": TEXT,
    },
    "companies": {
        **COMMON,
        "hs_lastmodifieddate": TIME,
        "name": TEXT,
        "domain": TEXT,
        "salesforceaccountid": TEXT,
        "external_id": TEXT,
        "attune_usage": NUMBER,
        "attune_adoption": NUMBER,
        "attune_engagement": NUMBER,
    },
    "notes": {**COMMON, "hs_lastmodifieddate": TIME, "hs_note_body": TEXT, "hs_timestamp": TIME},
    "tasks": {
        **COMMON,
        "hs_lastmodifieddate": TIME,
        "hs_task_subject": TEXT,
        "hs_task_body": TEXT,
        "hs_timestamp": TIME,
        "hs_task_status": TEXT,
        "hs_task_priority": TEXT,
        "hs_task_type": TEXT,
    },
}
REQUIRED = {"notes": ("hs_timestamp",), "tasks": ("hs_timestamp",), "tickets": ("hs_pipeline_stage", "subject")}


def stamp(at: datetime) -> str:
    """Write a time as the CRM does: milliseconds, Z."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def built_in(plural: str, name: str, kind: tuple[str, str], now: datetime) -> Record:
    """Return the definition of a property that HubSpot or the customer brings."""
    ours = name.startswith(("attune_", "external_", "minor", "privacy_"))
    return {
        "updatedAt": stamp(now),
        "createdAt": stamp(now),
        "name": name,
        "label": name.replace("_", " ").capitalize(),
        "type": kind[0],
        "fieldType": kind[1],
        "description": "",
        "groupName": f"{SINGULAR[plural]}information",
        "options": [],
        "displayOrder": -1,
        "calculated": False,
        "externalOptions": False,
        "hasUniqueValue": (plural, name) == ("contacts", "email"),
        "hidden": False,
        "hubspotDefined": not ours,
        "modificationMetadata": {"archivable": ours, "readOnlyDefinition": not ours, "readOnlyValue": False},
        "formField": False,
        "dataSensitivity": "non_sensitive",
    }


@dataclass
class Portal:
    """One HubSpot account."""

    now: datetime
    objects: dict[str, dict[str, Record]] = field(default_factory=lambda: {kind: {} for kind in SINGULAR})
    definitions: dict[str, dict[str, Record]] = field(default_factory=dict)
    groups: dict[str, dict[str, Record]] = field(default_factory=lambda: {kind: {} for kind in SINGULAR})
    links: dict[tuple[str, str], dict[str, list[str]]] = field(default_factory=dict)
    threads: dict[str, Record] = field(default_factory=dict)
    messages: dict[str, list[Record]] = field(default_factory=dict)
    numbers: Iterable[int] = field(default_factory=lambda: itertools.count(22816780518))

    def __post_init__(self) -> None:
        """Define what every account has."""
        self.definitions = {
            plural: {name: built_in(plural, name, kind, self.now) for name, kind in names.items()}
            for plural, names in BUILT_IN.items()
        }

    def number(self) -> str:
        """Return the next id."""
        return str(next(iter(self.numbers)))

    def create(self, plural: str, properties: Record, now: datetime) -> Record:
        """Create a record; empty values are not kept."""
        record_id, at = self.number(), stamp(now)
        filled = {name: str(value) for name, value in properties.items() if value not in (None, "")}
        own = {"createdate": at, CHANGED.get(plural, "hs_lastmodifieddate"): at, "hs_object_id": record_id}
        record = {"id": record_id, "properties": {**own, **filled}, "createdAt": at, "updatedAt": at, "archived": False}
        self.objects[plural][record_id] = record
        return record

    def change(self, plural: str, record: Record, properties: Record, now: datetime) -> dict[str, str]:
        """Set properties; return those whose value is another now."""
        held = record["properties"]
        new = {name: "" if value is None else str(value) for name, value in properties.items()}
        changed = {name: value for name, value in new.items() if held.get(name, "") != value}
        held.update(changed)
        for name in [name for name, value in changed.items() if value == ""]:
            del held[name]
        if changed:
            record["updatedAt"] = held[CHANGED.get(plural, "hs_lastmodifieddate")] = stamp(now)
        return changed

    def remove(self, plural: str, record_id: str) -> None:
        """Remove a record, and with it its associations."""
        self.objects[plural].pop(record_id, None)
        for (start, end), held in self.links.items():
            if start == plural:
                held.pop(record_id, None)
            if end == plural:
                for ends in held.values():
                    ends[:] = [one for one in ends if one != record_id]

    def link(self, plural: str, one: str, other: str, two: str) -> None:
        """Associate two records, both ways."""
        for key, start, end in (((plural, other), one, two), ((other, plural), two, one)):
            ends = self.links.setdefault(key, {}).setdefault(start, [])
            if end not in ends:
                ends.append(end)

    def linked(self, plural: str, record_id: str, other: str) -> list[str]:
        """Return the ids of associated records."""
        return self.links.get((plural, other), {}).get(record_id, [])

    def by_value(self, plural: str, name: str, value: str) -> Record | None:
        """Return the record with a unique value."""
        found = (r for r in self.objects[plural].values() if r["properties"].get(name, "").lower() == value.lower())
        return next(found, None)

    def shown(self, plural: str, record: Record, names: Iterable[str]) -> Record:
        """Return a record as the API does: its own properties always, asked ones with null where empty."""
        wanted = [name for name in names if name in self.definitions[plural]] or list(DEFAULTS[plural])
        own = ("createdate", CHANGED.get(plural, "hs_lastmodifieddate"), "hs_object_id")
        values = {name: record["properties"].get(name) for name in (*own, *wanted)}
        return {**record, "properties": values}
