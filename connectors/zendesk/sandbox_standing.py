"""What stands in the Zendesk sandbox's records, in the shape that every sandbox's control API shows."""

from __future__ import annotations

from typing import Any

from connectors.zendesk.nouns import TASK_TAG
from connectors.zendesk.sandbox_blank import Record
from connectors.zendesk.sandbox_records import Desk


class Standing:
    """The records of one account. ``integration_id``: whose private comments are our remarks."""

    def __init__(self, desk: Desk, integration_id: int) -> None:
        self._desk, self._integration_id = desk, integration_id

    def records(self) -> dict[str, Any]:
        """Return values by field name, tasks and remarks."""
        tickets = list(self._desk.tickets.values())
        cases = [ticket for ticket in tickets if TASK_TAG not in ticket["tags"]]
        return {
            "case": {str(t["id"]): {**self._ticket_values(t), "tags": t["tags"]} for t in cases},
            "person": {str(u["id"]): self._keyed("user_fields", u) for u in self._desk.users.values()},
            "account": {str(o["id"]): self._keyed("organization_fields", o) for o in self._desk.organizations.values()},
            "tasks": [self._task(ticket) for ticket in tickets if TASK_TAG in ticket["tags"]],
            "remarks": [remark for ticket in cases for remark in self._remarks(ticket)],
        }

    def _ticket_values(self, ticket: Record) -> Record:
        definitions = self._desk.fields["ticket_fields"]
        filled = [(definitions[item["id"]], item["value"]) for item in ticket["custom_fields"]]
        return {_name(field): _shown(field, value) for field, value in filled if value is not None}

    def _keyed(self, kind: str, record: Record) -> Record:
        definitions = self._desk.by_key(kind)
        filled = {key: value for key, value in record[kind].items() if value is not None}
        return {key: _shown(definitions[key], value) for key, value in filled.items()}

    def _task(self, ticket: Record) -> Record:
        names = ("external_id", "subject", "due_at", "priority", "status", "tags")
        owner = ticket["assignee_id"]
        return {"id": str(ticket["id"]), "owner": str(owner) if owner else None, **{n: ticket[n] for n in names}}

    def _remarks(self, ticket: Record) -> list[Record]:
        comments = self._desk.comments[int(ticket["id"])]
        ours = [c for c in comments if c["author_id"] == self._integration_id and not c["public"]]
        return [{"case": str(ticket["id"]), "id": str(c["id"]), "text": c["body"]} for c in ours]


def _name(definition: Record) -> str:
    """Name a ticket field: Zendesk gives them no key, so the bracketed word of the agents' description serves."""
    text = str(definition.get("agent_description") or "")
    return text[text.rfind("[") + 1 : -1] if text.endswith("]") and "[" in text else str(definition["id"])


def _shown(definition: Record, value: Any) -> Any:
    options = {option["value"]: option["name"] for option in definition.get("custom_field_options", [])}
    if definition["type"] in ("integer", "decimal"):
        return float(value) if definition["type"] == "decimal" else int(value)
    return options.get(value, value)
