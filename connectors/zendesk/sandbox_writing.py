"""The Zendesk sandbox's REST API, writing.

https://developer.zendesk.com/api-reference/ticketing/introduction/
"""

from __future__ import annotations

import hashlib
import uuid
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from flask import Response, g, jsonify, request

from connectors.zendesk import sandbox_answers as answers
from connectors.zendesk.sandbox_blank import Record
from connectors.zendesk.sandbox_records import Desk, Job, stamp
from connectors.zendesk.sandbox_updates import RowError, unpermitted

if TYPE_CHECKING:
    from connectors.zendesk.sandbox import Sandbox

Routes = list[tuple[str, str, Any]]
FIELD_CHANGES = ("custom_fields", "organization_fields", "user_fields", "additional_tags", "remove_tags", "tags")
KEY_LIFE = timedelta(hours=2)


class Writing:
    """Paths that write records."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._box = sandbox

    def routes(self) -> Routes:
        """Return method, path and view of each."""
        return [
            ("PUT", "/<any(tickets,users,organizations):plural>/update_many", self.update_many),
            ("PUT", "/<any(tickets,users,organizations):plural>/<int:record_id>", self.update),
            ("POST", "/tickets", self.create_ticket),
        ]

    @property
    def _desk(self) -> Desk:
        return self._box.desk

    def _now(self) -> datetime:
        return self._box.clock_.now()

    def update_many(self, plural: str) -> Response:
        """Queue a bulk update of up to 100 records."""
        given = request.get_json(silent=True) or {}
        ids = [int(i) for i in request.args.get("ids", "").split(",") if i.isdigit()]
        rows = [{**given[plural[:-1]], "id": i} for i in ids] if ids and plural[:-1] in given else given.get(plural)
        if not isinstance(rows, list):
            return answers.error(400, "BadRequest", f"Parameter {plural} is required")
        if len(rows) > answers.MOST:
            return answers.too_many("")
        if len(self._box.jobs.open()) >= int(self._box.limit("jobs")):
            return answers.error(429, "TooManyJobs", "Too many jobs queued or running, wait for them.")
        self._box.count("field_write" if any(k in row for row in rows for k in FIELD_CHANGES) else "remark")
        job = Job("V3-" + uuid.uuid4().hex, plural[:-1], rows, g.user_id, self._now())
        self._desk.jobs[job.id] = job
        answer = jsonify({"job_status": self._box.jobs.view(job)})
        return answers.warned(answer, plural, "update_many", unpermitted(plural[:-1], rows))

    def update(self, plural: str, record_id: int) -> Response:
        """Update one record."""
        row = (request.get_json(silent=True) or {}).get(plural[:-1])
        if not isinstance(row, dict):
            return answers.error(400, "BadRequest", f"Parameter {plural[:-1]} is required")
        self._box.count("field_write" if any(key in row for key in FIELD_CHANGES) else "remark")
        try:
            record = self._box.updates.apply(plural[:-1], {**row, "id": record_id}, g.user_id, self._now())
        except RowError as refused:
            return answers.row_error(refused)
        more = {"audit": self._audit(record, [])} if plural == "tickets" else {}
        return answers.warned(jsonify({plural[:-1]: record, **more}), plural, "update", unpermitted(plural[:-1], [row]))

    def create_ticket(self) -> Response:
        """Create a ticket, once per idempotency key."""
        raw = request.get_data()
        given = (request.get_json(silent=True) or {}).get("ticket")
        self._box.count("task" if isinstance(given, dict) and given.get("type") == "task" else "other")
        key, digest = request.headers.get("Idempotency-Key"), hashlib.sha256(raw).hexdigest()
        used = self._desk.created_by_key.get(key or "")
        if used and self._now() - used[2] < KEY_LIFE:
            return self._repeated(used, digest)
        refused = self._check_new(given)
        if refused or not isinstance(given, dict):
            return refused or answers.error(400, "BadRequest", "Parameter ticket is required")
        ticket = self._box.open_ticket(given, g.user_id)
        if key:
            self._desk.created_by_key[key] = (digest, int(ticket["id"]), self._now())
        return self._created(ticket, "miss" if key else None, given)

    def _repeated(self, used: tuple[str, int, datetime], digest: str) -> Response:
        if used[0] != digest:
            return answers.error(400, "IdempotentRequestError", "The key was used with other parameters")
        return self._created(self._desk.tickets[used[1]], "hit", {})

    def _created(self, ticket: Record, lookup: str | None, given: Record) -> Response:
        answer = jsonify({"ticket": ticket, "audit": self._audit(ticket, [])})
        answer.status_code = 201
        answer.headers["location"] = ticket["url"]
        if lookup:
            answer.headers["x-idempotency-lookup"] = lookup
        return answers.warned(answer, "tickets", "create", unpermitted("ticket", [given]))

    def _audit(self, ticket: Record, events: list[Record]) -> Record:
        return {
            "id": self._desk.number(),
            "ticket_id": ticket["id"],
            "created_at": stamp(self._now()),
            "author_id": g.user_id,
            "metadata": {"system": {}, "custom": {}},
            "events": events,
            "via": {"channel": "api", "source": {"from": {}, "to": {}, "rel": None}},
        }

    def _check_new(self, given: Any) -> Response | None:
        if not isinstance(given, dict):
            return answers.error(400, "BadRequest", "Parameter ticket is required")
        text = (given.get("comment") or {}).get("body") or given.get("description")
        if not text:
            return answers.invalid("base", "Description: cannot be blank", "BlankValue")
        assignee = given.get("assignee_id")
        if assignee is not None and self._desk.users.get(assignee, {}).get("role") not in ("agent", "admin"):
            return answers.invalid("assignee", "Assignee: is not a valid agent", "InvalidValue")
        return None
