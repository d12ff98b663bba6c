"""The Zendesk sandbox's REST API, reading.

https://developer.zendesk.com/api-reference/ticketing/introduction/
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any

from flask import Response, g, jsonify, request

from connectors.zendesk import sandbox_answers as answers
from connectors.zendesk.sandbox_blank import ORIGIN, Record
from connectors.zendesk.sandbox_records import Desk

if TYPE_CHECKING:
    from connectors.zendesk.sandbox import Sandbox

Routes = list[tuple[str, str, Any]]


class Reading:
    """Paths that read."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._box = sandbox

    def routes(self) -> Routes:
        """Return method, path and view of each."""
        return [
            ("GET", "/users/me", self.me),
            ("GET", "/<any(tickets,users,organizations):plural>/show_many", self.show_many),
            ("GET", "/<any(tickets,users,organizations):plural>/<int:record_id>", self.show),
            ("GET", "/tickets", self.list_tickets),
            ("GET", "/organizations", self.list_organizations),
            ("GET", "/search", self.search),
            ("GET", "/tickets/<int:ticket_id>/comments", self.comments),
            ("GET", "/users/<int:user_id>/tickets/requested", self.requested),
            ("GET", "/incremental/tickets/cursor", self.incremental),
        ]

    @property
    def _desk(self) -> Desk:
        return self._box.desk

    def me(self) -> Response:
        """Show the integration user."""
        self._box.count("other")
        return jsonify({"user": self._desk.users[g.user_id]})

    def show_many(self, plural: str) -> Response:
        """Show up to 100 records by id; one that does not exist is left out."""
        self._box.count("read")
        ids = [part for part in request.args.get("ids", "").split(",") if part]
        if len(ids) > answers.MOST:
            return answers.too_many("ids")
        records: dict[int, Record] = getattr(self._desk, plural)
        outer = {part for part in request.args.get("external_ids", "").split(",") if part}
        ids += [str(id_) for id_, record in records.items() if record["external_id"] in outer]
        found = [records[int(i)] for i in ids if i.isdigit() and int(i) in records and not self._gone(i)]
        return jsonify({plural: found, "count": len(found), "next_page": None, "previous_page": None})

    def _gone(self, record_id: object) -> bool:
        return self._box.faults_.listed("gone", record_id)

    def show(self, plural: str, record_id: int) -> Response:
        """Show one record."""
        self._box.count("read")
        record = getattr(self._desk, plural).get(record_id)
        return answers.not_found() if record is None or self._gone(record_id) else jsonify({plural[:-1]: record})

    def list_organizations(self) -> Response:
        """List organizations."""
        self._box.count("read")
        return answers.page("organizations", list(self._desk.organizations.values()))

    def search(self) -> Response:
        """Search users by keywords; the same keyword several times means 'or'."""
        self._box.count("search")
        terms = re.findall(r'(\w+):"?([^"\s]+)"?', request.args.get("query", ""))
        wanted = {(key, value.casefold()) for key, value in terms if key != "type"}
        found = [
            {**user, "result_type": "user"}
            for user in self._desk.users.values()
            if any(str(user.get(key, user["user_fields"].get(key))).casefold() == value for key, value in wanted)
        ]
        return jsonify(
            {
                "results": found[: answers.MOST],
                "facets": None,
                "next_page": None,
                "previous_page": None,
                "count": len(found),
            }
        )

    def list_tickets(self) -> Response:
        """List tickets, by external id where that is asked for."""
        wanted = request.args.get("external_id")
        self._box.count("search" if wanted else "read")
        tickets = [t for t in self._desk.tickets.values() if wanted is None or t["external_id"] == wanted]
        # A list holds the custom values once, as ``custom_fields``; single tickets hold them as ``fields`` too.
        return answers.page("tickets", [{k: v for k, v in t.items() if k != "fields"} for t in tickets])

    def requested(self, user_id: int) -> Response:
        """List the tickets that a user requested."""
        self._box.count("read")
        if user_id not in self._desk.users:
            return answers.not_found()
        return answers.page("tickets", [t for t in self._desk.tickets.values() if t["requester_id"] == user_id])

    def comments(self, ticket_id: int) -> Response:
        """List a ticket's comments, oldest first."""
        self._box.count("read")
        if ticket_id not in self._desk.tickets or self._gone(ticket_id):
            return answers.not_found()
        return answers.page("comments", self._desk.comments[ticket_id])

    def incremental(self) -> Response:
        """Export tickets by cursor, in order of their last change."""
        self._box.count("read")
        since, tickets = int(request.args.get("start_time", 0)), self._desk.tickets.values()
        rows = sorted((int(datetime.fromisoformat(t["updated_at"]).timestamp()), t["id"]) for t in tickets)
        rows = [row for row in rows if row[0] >= since]
        size, start = int(request.args.get("per_page", 1000)), answers.offset(request.args.get("cursor"))
        chosen, end = rows[start : start + size], start + size >= len(rows)
        cursor = answers.cursor(min(start + size, len(rows)))
        url = f"{ORIGIN}/api/v2/incremental/tickets/cursor.json?cursor={cursor}&per_page={size}&start_time={since}"
        exported = [{**self._desk.tickets[i], "generated_timestamp": at} for at, i in chosen]
        return jsonify(
            {
                "tickets": exported,
                "after_url": url,
                "before_url": None,
                "after_cursor": cursor,
                "before_cursor": None,
                "end_of_stream": end,
            }
        )
