"""How the Zendesk sandbox applies updates: known keys, field values, tags, safe updates, per-ticket limits."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from connectors.sandbox_faults import Faults
from connectors.zendesk.sandbox_blank import STATUS_IDS, Record
from connectors.zendesk.sandbox_records import Desk, stamp

TICKET_KEYS = frozenset(
    {
        "id",
        "additional_collaborators",
        "assignee_email",
        "assignee_id",
        "attribute_value_ids",
        "collaborator_ids",
        "comment",
        "custom_fields",
        "custom_status_id",
        "due_at",
        "email_ccs",
        "external_id",
        "followers",
        "group_id",
        "organization_id",
        "priority",
        "problem_id",
        "requester_id",
        "safe_update",
        "sharing_agreement_ids",
        "status",
        "subject",
        "tags",
        "additional_tags",
        "remove_tags",
        "type",
        "updated_stamp",
        "brand_id",
        "raw_subject",
        "recipient",
        "submitter_id",
        "ticket_form_id",
        "via",
        "description",
        "fields",
        "ticket_id",
    }
)
USER_KEYS = frozenset(
    {
        "id",
        "alias",
        "custom_role_id",
        "default_group_id",
        "details",
        "email",
        "external_id",
        "locale",
        "locale_id",
        "moderator",
        "name",
        "notes",
        "only_private_comments",
        "organization_id",
        "phone",
        "photo",
        "role",
        "signature",
        "suspended",
        "tags",
        "ticket_restriction",
        "time_zone",
        "user_fields",
        "verified",
    }
)
ORGANIZATION_KEYS = frozenset(
    {
        "id",
        "details",
        "domain_names",
        "external_id",
        "group_id",
        "name",
        "notes",
        "organization_fields",
        "shared_comments",
        "shared_tickets",
        "tags",
    }
)
PLAIN = ("subject", "type", "priority", "due_at", "external_id", "assignee_id", "status")
KEYS = {"ticket": TICKET_KEYS, "user": USER_KEYS, "organization": ORGANIZATION_KEYS}
DATE = re.compile(r"\d{4}-\d\d-\d\d")
NUMBER = {"integer": re.compile(r"-?\d+"), "decimal": re.compile(r"-?\d+(\.\d+)?")}
# https://developer.zendesk.com/api-reference/introduction/rate-limits/#endpoint-rate-limits
MINUTE, TEN_MINUTES = timedelta(minutes=1), timedelta(minutes=10)


class RowError(Exception):
    """One row of an update is refused, with Zendesk's name for it."""

    def __init__(self, error: str, details: str) -> None:
        super().__init__(error)
        self.error, self.details = error, details


class Updates:
    """Applies updates to a desk; ``changed`` is told of every ticket change, for the webhooks."""

    def __init__(
        self, desk: Callable[[], Desk], faults: Faults, changed: Callable[[Record, Record, int], None]
    ) -> None:
        self._desk, self._faults, self._changed = desk, faults, changed
        self._times: dict[tuple[str, int, int], deque[datetime]] = {}
        self.per_ticket, self.per_user = 30, 5

    def clear(self) -> None:
        """Forget how often each ticket was updated."""
        self._times.clear()

    def apply(self, object_type: str, row: Record, actor_id: int, now: datetime) -> Record:
        """Apply one row; return the record. Raises ``RowError``."""
        records: dict[int, Record] = getattr(self._desk(), f"{object_type}s")
        record = records.get(int(row.get("id") or 0))
        if record is None or self._faults.listed("gone", row.get("id")):
            raise RowError("RecordNotFound", "Not found")
        self._refuse_by_fault(row)
        if object_type == "ticket":
            return self._ticket(record, row, actor_id, now)
        if object_type == "user":
            self._limit(("user", int(record["id"]), actor_id), self.per_user, MINUTE, now)
        return self._plain(f"{object_type}_fields", record, row, now)

    def _refuse_by_fault(self, row: Record) -> None:
        if self._faults.listed("validation", row["id"]):
            raise RowError("RecordInvalid", "Record validation errors: a field is required when solving a ticket")
        if self._faults.take("conflict"):
            raise RowError("UpdateConflict", "Safe Update prevented the update due to outdated ticket data.")
        if self._faults.take("partial"):
            raise RowError("DatabaseConflict", "Database collision")

    def _ticket(self, ticket: Record, row: Record, actor_id: int, now: datetime) -> Record:
        if ticket["status"] == "closed":
            raise RowError("RecordInvalid", "Status: closed prevents ticket update")
        # Bulk jobs are always safe updates; a stamp makes them compare.
        # https://developer.zendesk.com/documentation/ticketing/managing-tickets/creating-and-updating-tickets/
        if row.get("updated_stamp") and row["updated_stamp"] != ticket["updated_at"]:
            raise RowError("UpdateConflict", "Safe Update prevented the update due to outdated ticket data.")
        self._limit(("ticket", int(ticket["id"]), actor_id), self.per_ticket, TEN_MINUTES, now)
        before = {**ticket}
        values = self.ticket_values(ticket["custom_fields"], row.get("custom_fields") or [])
        tags = self._tags(ticket, row, values)
        plain: Record = {name: row[name] for name in PLAIN if name in row}
        ticket.update(plain, custom_fields=values, fields=values, tags=tags, updated_at=stamp(now))
        ticket["raw_subject"] = ticket["subject"]
        ticket["custom_status_id"] = STATUS_IDS.get(ticket["status"], ticket["custom_status_id"])
        comment = row.get("comment")
        if comment:
            added = self._desk().add_comment(
                int(ticket["id"]),
                int(comment.get("author_id") or actor_id),
                str(comment.get("body", "")),
                now,
                public=bool(comment.get("public", True)),
            )
            before["new_comment"] = added
        self._changed(before, ticket, actor_id)
        return ticket

    def _limit(self, key: tuple[str, int, int], most: int, window: timedelta, now: datetime) -> None:
        times = self._times.setdefault(key, deque())
        while times and now - times[0] > window:
            times.popleft()
        if len(times) >= most:
            raise RowError("TooManyRequests", f"Number of allowed updates per {key[0]} exceeded")
        times.append(now)

    def ticket_values(self, old: list[Record], given: list[Record]) -> list[Record]:
        """Merge custom fields by id; a value that does not fit its field's type raises ``RowError``."""
        definitions = self._desk().fields["ticket_fields"]
        known = {int(item["id"]): item for item in given if int(item["id"]) in definitions}
        values = {field_id: self._value(definitions[field_id], item["value"]) for field_id, item in known.items()}
        return [{"id": o["id"], "value": values.get(o["id"], o["value"])} for o in old]

    def _value(self, definition: Record, value: Any) -> Any:
        if value is None or value == "":
            return None
        kind, text = definition["type"], str(value)
        options = {option["value"] for option in definition.get("custom_field_options", [])}
        bad = (
            (kind in ("tagger", "dropdown") and text not in options)
            or (kind in NUMBER and not NUMBER[kind].fullmatch(text))
            or (kind == "date" and not DATE.match(text))
        )
        if bad:
            raise RowError("RecordInvalid", f"{definition['title']}: is invalid")
        return text if kind in NUMBER and "agent_description" in definition else value

    def _tags(self, ticket: Record, row: Record, values: list[Record]) -> list[str]:
        # A drop-down's value is a tag of the ticket too.
        # https://support.zendesk.com/hc/en-us/articles/4408838961562
        options = {
            option["value"]
            for definition in self._desk().fields["ticket_fields"].values()
            for option in definition.get("custom_field_options", [])
        }
        given: list[str] = row.get("tags") or ticket["tags"]
        tags = set(given) - options
        tags |= {item["value"] for item in values if item["value"] in options}
        added: list[str] = row.get("additional_tags") or []
        removed: list[str] = row.get("remove_tags") or []
        return sorted((tags | set(added)) - set(removed))

    def _plain(self, kind: str, record: Record, row: Record, now: datetime) -> Record:
        definitions = self._desk().by_key(kind)
        given = {key: value for key, value in (row.get(kind) or {}).items() if key in definitions}
        values = {key: self._value(definitions[key], value) for key, value in given.items()}
        allowed = KEYS[kind.removesuffix("_fields")] - {kind, "id"}
        record.update({key: value for key, value in row.items() if key in allowed}, updated_at=stamp(now))
        record[kind] = {**record[kind], **values}
        return record


def unpermitted(object_type: str, rows: list[Record]) -> list[str]:
    """Name the keys that Zendesk ignores, as its warning header does."""
    names = {key for row in rows for key in row if key not in KEYS[object_type]}
    return sorted(f"{object_type}.{name}" for name in names)
