"""What stands in the Salesforce sandbox's records, in the shape that every sandbox's control API shows."""

from __future__ import annotations

from typing import Any

from connectors.salesforce.nouns import TASK_DUE, TASK_KEY
from connectors.salesforce.sandbox_org import Org, Record


class Standing:
    """The records of one org. ``integration_id``: whose unpublished comments are our remarks."""

    def __init__(self, org: Org, integration_id: str) -> None:
        self._org, self._integration_id = org, integration_id

    def records(self) -> dict[str, Any]:
        """Return our values by field name, tasks and remarks."""
        levels = {"case": "Case", "person": "Contact", "account": "Account"}
        found: dict[str, Any] = {
            level: {record["Id"]: self._values(sobject, record) for record in self._live(sobject)}
            for level, sobject in levels.items()
        }
        for values in found["case"].values():
            values["tags"] = []
        return {**found, "tasks": [self._task(task) for task in self._live("Task")], "remarks": self._remarks()}

    def _live(self, sobject: str) -> list[Record]:
        return [record for record in self._org.tables[sobject].values() if not record["IsDeleted"]]

    def _values(self, sobject: str, record: Record) -> Record:
        ours = [one.name for one in self._org.fields[sobject].values() if one.custom and "[attune_" in (one.help or "")]
        return {name: record[name] for name in ours if record.get(name) is not None}

    def _task(self, task: Record) -> Record:
        return {
            "id": task["Id"],
            "external_id": task.get(TASK_KEY),
            "subject": task["Subject"],
            "due_at": task.get(TASK_DUE),
            "date": task["ActivityDate"],
            "priority": task["Priority"],
            "status": task["Status"],
            "owner": task["OwnerId"],
            "record": task["WhatId"],
            "tags": [],
        }

    def _remarks(self) -> list[Record]:
        ours = [c for c in self._live("CaseComment") if c["CreatedById"] == self._integration_id]
        return [{"case": c["ParentId"], "id": c["Id"], "text": c["CommentBody"]} for c in ours if not c["IsPublished"]]
