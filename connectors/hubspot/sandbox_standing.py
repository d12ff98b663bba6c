"""What stands in the HubSpot sandbox's records, in the shape that every sandbox's control API shows."""

from __future__ import annotations

from typing import Any

from connectors.hubspot.nouns import GROUP
from connectors.hubspot.sandbox_records import Portal, Record


class Standing:
    """The records of one account."""

    def __init__(self, portal: Portal) -> None:
        self._portal = portal

    def records(self) -> dict[str, Any]:
        """Return our values by property, numbers as numbers; tasks and remarks with what they hang on."""
        return {
            "case": {id_: {**self._values("tickets", r), "tags": []} for id_, r in self._all("tickets")},
            "person": {id_: self._values("contacts", r) for id_, r in self._all("contacts")},
            "account": {id_: self._values("companies", r) for id_, r in self._all("companies")},
            "tasks": [self._task(record) for _, record in self._all("tasks")],
            "remarks": [self._remark(record) for _, record in self._all("notes")],
        }

    def _all(self, plural: str) -> list[tuple[str, Record]]:
        return list(self._portal.objects[plural].items())

    def _values(self, plural: str, record: Record) -> Record:
        found = self._portal.definitions[plural].items()
        kinds = {name: definition["type"] for name, definition in found if definition["groupName"] == GROUP}
        return {name: _typed(kinds[name], value) for name, value in record["properties"].items() if name in kinds}

    def _task(self, record: Record) -> Record:
        held = record["properties"]
        return {
            "id": record["id"],
            "external_id": held.get("attune_external_id"),
            "subject": held.get("hs_task_subject"),
            "due_at": held.get("hs_timestamp"),
            "priority": held.get("hs_task_priority"),
            "status": held.get("hs_task_status", "NOT_STARTED"),
            "owner": held.get("hubspot_owner_id"),
            "records": self._ends("tasks", record),
        }

    def _remark(self, record: Record) -> Record:
        ends = self._ends("notes", record)
        return {
            "case": ends[0]["id"] if ends else None,
            "id": record["id"],
            "text": record["properties"]["hs_note_body"],
            "records": ends,
        }

    def _ends(self, plural: str, record: Record) -> list[Record]:
        kinds = ("tickets", "companies", "contacts")
        return [{"kind": kind, "id": id_} for kind in kinds for id_ in self._portal.linked(plural, record["id"], kind)]


def _typed(kind: str, value: str) -> Any:
    if kind != "number":
        return value
    return int(value) if value.lstrip("-").isdigit() else float(value)
