"""The Zendesk sandbox's memory: records in the shapes that Zendesk returns, nulls included."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from connectors.zendesk import sandbox_blank as blank
from connectors.zendesk.sandbox_blank import ORIGIN, Record

FIELD_KINDS = ("ticket_fields", "user_fields", "organization_fields")


def stamp(at: datetime) -> str:
    """Write a time as the REST API does: whole seconds, Z."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass
class Job:
    """One bulk job: its rows wait until it is run."""

    id: str
    object_type: str
    rows: list[Record]
    actor_id: int
    created_at: datetime
    polls: int = 0
    results: list[Record] | None = None
    message: str | None = None


@dataclass
class Desk:
    """One Zendesk account."""

    tickets: dict[int, Record] = field(default_factory=dict)
    users: dict[int, Record] = field(default_factory=dict)
    organizations: dict[int, Record] = field(default_factory=dict)
    comments: dict[int, list[Record]] = field(default_factory=dict)
    fields: dict[str, dict[int, Record]] = field(default_factory=lambda: {kind: {} for kind in FIELD_KINDS})
    jobs: dict[str, Job] = field(default_factory=dict)
    created_by_key: dict[str, tuple[str, int, datetime]] = field(default_factory=dict)
    keys: dict[str, int] = field(default_factory=dict)
    ticket_numbers: Iterable[int] = field(default_factory=lambda: itertools.count(1))
    numbers: Iterable[int] = field(default_factory=lambda: itertools.count(6130000000001))

    def number(self) -> int:
        """Return the next id of anything but a ticket."""
        return next(iter(self.numbers))

    def add_user(self, now: datetime, **given: Any) -> Record:
        """Add a user; what is not given is as in a fresh account."""
        user_id = self.number()
        user = {**blank.user(user_id, stamp(now)), "user_fields": self.empty("user_fields")}
        self.users[user_id] = {**user, **given, "user_fields": {**user["user_fields"], **given.get("user_fields", {})}}
        return self.users[user_id]

    def add_organization(self, now: datetime, **given: Any) -> Record:
        """Add an organization."""
        org_id = self.number()
        organization = blank.organization(org_id, stamp(now))
        fields = {**self.empty("organization_fields"), **given.get("organization_fields", {})}
        self.organizations[org_id] = {**organization, **given, "organization_fields": fields}
        return self.organizations[org_id]

    def add_ticket(self, now: datetime, **given: Any) -> Record:
        """Add a ticket without a comment."""
        ticket_id = next(iter(self.ticket_numbers))
        values = [{"id": field_id, "value": None} for field_id in self.fields["ticket_fields"]]
        ticket = blank.ticket(ticket_id, stamp(now), values)
        self.tickets[ticket_id] = {**ticket, **given}
        self.comments[ticket_id] = []
        return self.tickets[ticket_id]

    def add_comment(self, ticket_id: int, author_id: int, body: str, now: datetime, **given: Any) -> Record:
        """Add a comment; the first one is the ticket's description."""
        comment = {
            "id": self.number(),
            "type": "Comment",
            "author_id": author_id,
            "body": body,
            "html_body": '<div class="zd-comment"></div>',
            "plain_body": body,
            "public": True,
            "attachments": [],
            "audit_id": self.number(),
            "via": {"channel": "api", "source": {"from": {}, "to": {}, "rel": None}},
            "created_at": stamp(now),
            "metadata": {"system": {}, "custom": {}},
        }
        self.comments[ticket_id].append({**comment, **given})
        return self.comments[ticket_id][-1]

    def add_field(self, kind: str, now: datetime, **given: Any) -> Record:
        """Add a field definition and its empty value to every record."""
        field_id = self.number()
        options = [
            {"id": self.number(), "name": o["name"], "raw_name": o["name"], "value": o["value"], "default": False}
            for o in given.pop("custom_field_options", [])
        ]
        title, text = given.get("title", ""), given.get("description") or given.get("title", "")
        definition = {
            "url": f"{ORIGIN}/api/v2/{kind}/{field_id}.json",
            "id": field_id,
            "type": "text",
            "key": None,
            "title": title,
            "raw_title": title,
            "description": text,
            "raw_description": text,
            "position": 9999,
            "active": True,
            "regexp_for_validation": None,
            "created_at": stamp(now),
            "updated_at": stamp(now),
            **(blank.TICKET_FIELD if kind == "ticket_fields" else {"system": False}),
            **given,
            **({"custom_field_options": options} if options else {}),
        }
        self.fields[kind][field_id] = definition
        self._spread(kind, definition)
        return definition

    def empty(self, kind: str) -> Record:
        """Return the empty values of user or organization fields, by key."""
        return {definition["key"]: None for definition in self.fields[kind].values()}

    def by_key(self, kind: str) -> dict[str, Record]:
        """Return definitions of user or organization fields by key."""
        return {definition["key"]: definition for definition in self.fields[kind].values()}

    def _spread(self, kind: str, definition: Record) -> None:
        if kind == "ticket_fields":
            for ticket in self.tickets.values():
                ticket["custom_fields"] = [*ticket["custom_fields"], {"id": definition["id"], "value": None}]
                ticket["fields"] = ticket["custom_fields"]
        records = {"user_fields": self.users, "organization_fields": self.organizations}.get(kind, {})
        for record in records.values():
            record[kind].setdefault(definition["key"], None)
