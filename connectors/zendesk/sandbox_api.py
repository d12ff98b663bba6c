"""The Zendesk sandbox's REST API: the paths that an integration of our kind uses, with Zendesk's answers.

https://developer.zendesk.com/api-reference/ticketing/introduction/
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import uuid
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, g, jsonify, request

from connectors.zendesk.sandbox_records import FIELD_KINDS, ORIGIN, Desk, Job, Record, stamp
from connectors.zendesk.sandbox_updates import RowError, unpermitted

if TYPE_CHECKING:
    from connectors.zendesk.sandbox import Sandbox

MOST = 100
FIELD_CHANGES = ("custom_fields", "organization_fields", "user_fields", "additional_tags", "remove_tags", "tags")
KEY_LIFE = timedelta(hours=2)


def error(status: int, name: str, description: str, **more: Any) -> Response:
    """Answer as Zendesk does when it refuses."""
    answer = jsonify({"error": name, "description": description, **more})
    answer.status_code = status
    return answer


def not_found() -> Response:
    """Answer for a record that does not exist."""
    return error(404, "RecordNotFound", "Not found")


class Api:
    """Routes over a sandbox's desk."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._box = sandbox
        self.blueprint = Blueprint("api", __name__)
        rules: list[tuple[str, str, Any]] = [
            ("GET", "/users/me", self.me),
            ("GET", "/<any(tickets,users,organizations):plural>/show_many", self.show_many),
            ("PUT", "/<any(tickets,users,organizations):plural>/update_many", self.update_many),
            ("GET", "/<any(tickets,users,organizations):plural>/<int:record_id>", self.show),
            ("PUT", "/<any(tickets,users,organizations):plural>/<int:record_id>", self.update),
            ("GET", "/tickets", self.list_tickets),
            ("GET", "/organizations", self.list_organizations),
            ("GET", "/search", self.search),
            ("POST", "/tickets", self.create_ticket),
            ("GET", "/tickets/<int:ticket_id>/comments", self.comments),
            ("GET", "/users/<int:user_id>/tickets/requested", self.requested),
            ("GET", "/incremental/tickets/cursor", self.incremental),
            ("GET", "/job_statuses/show_many", self.job_statuses),
            ("GET", "/job_statuses/<job_id>", self.job_status),
            ("GET", f"/<any({','.join(FIELD_KINDS)}):kind>", self.list_fields),
            ("POST", f"/<any({','.join(FIELD_KINDS)}):kind>", self.create_field),
            ("PUT", f"/<any({','.join(FIELD_KINDS)}):kind>/<int:field_id>", self.update_field),
        ]
        for method, path, view in rules:
            self.blueprint.add_url_rule(path, f"{method} {path}", view, methods=[method])

    @property
    def _desk(self) -> Desk:
        return self._box.desk

    def _now(self) -> datetime:
        return self._box.clock_.now()

    # --- reading --------------------------------------------------------------------------------

    def me(self) -> Response:
        """Show the integration user."""
        self._box.count("other")
        return jsonify({"user": self._desk.users[g.user_id]})

    def show_many(self, plural: str) -> Response:
        """Show up to 100 records by id; one that does not exist is left out."""
        self._box.count("read")
        ids = [part for part in request.args.get("ids", "").split(",") if part]
        if len(ids) > MOST:
            return error(400, "TooManyValues", f"Parameter ids cannot specify more than {MOST} values", max_count=MOST)
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
        return not_found() if record is None or self._gone(record_id) else jsonify({plural[:-1]: record})

    def list_organizations(self) -> Response:
        """List organizations."""
        self._box.count("read")
        return self._page("organizations", list(self._desk.organizations.values()))

    def search(self) -> Response:
        """Search users by keywords; the same keyword several times means 'or'."""
        self._box.count("search")
        terms = re.findall(r'(\w+):"?([^"\s]+)"?', request.args.get("query", ""))
        wanted = {(key, value.casefold()) for key, value in terms if key != "type"}
        found = [
            {**user, "result_type": "user"} for user in self._desk.users.values()
            if any(str(user.get(key, user["user_fields"].get(key))).casefold() == value for key, value in wanted)
        ]
        return jsonify({"results": found[:MOST], "facets": None, "next_page": None, "previous_page": None,
                        "count": len(found)})

    def list_tickets(self) -> Response:
        """List tickets, by external id where that is asked for."""
        wanted = request.args.get("external_id")
        self._box.count("search" if wanted else "read")
        tickets = [t for t in self._desk.tickets.values() if wanted is None or t["external_id"] == wanted]
        return self._page("tickets", tickets)

    def requested(self, user_id: int) -> Response:
        """List the tickets that a user requested."""
        self._box.count("read")
        if user_id not in self._desk.users:
            return not_found()
        return self._page("tickets", [t for t in self._desk.tickets.values() if t["requester_id"] == user_id])

    def comments(self, ticket_id: int) -> Response:
        """List a ticket's comments, oldest first."""
        self._box.count("read")
        if ticket_id not in self._desk.tickets or self._gone(ticket_id):
            return not_found()
        return self._page("comments", self._desk.comments[ticket_id])

    def incremental(self) -> Response:
        """Export tickets by cursor, in order of their last change."""
        self._box.count("read")
        since, tickets = int(request.args.get("start_time", 0)), self._desk.tickets.values()
        rows = sorted((int(datetime.fromisoformat(t["updated_at"]).timestamp()), t["id"]) for t in tickets)
        rows = [row for row in rows if row[0] >= since]
        size, start = int(request.args.get("per_page", 1000)), _offset(request.args.get("cursor"))
        chosen, end = rows[start:start + size], start + size >= len(rows)
        cursor = _cursor(min(start + size, len(rows)))
        url = f"{ORIGIN}/api/v2/incremental/tickets/cursor.json?cursor={cursor}&per_page={size}&start_time={since}"
        exported = [{**self._desk.tickets[i], "generated_timestamp": at} for at, i in chosen]
        return jsonify({"tickets": exported, "after_url": url, "before_url": None, "after_cursor": cursor,
                        "before_cursor": None, "end_of_stream": end})

    def _page(self, name: str, rows: list[Record]) -> Response:
        size = int(request.args.get("page[size]", MOST))
        start = _offset(request.args.get("page[after]"))
        more = start + size < len(rows)
        url = f"{ORIGIN}{request.path}.json?page%5Bsize%5D={size}&page%5Bafter%5D={_cursor(start + size)}"
        meta = {"has_more": more, "after_cursor": _cursor(start + size) if more else None, "before_cursor": None}
        links = {"prev": None, "next": url if more else None}
        return jsonify({name: rows[start:start + size], "meta": meta, "links": links})

    # --- writing --------------------------------------------------------------------------------

    def update_many(self, plural: str) -> Response:
        """Queue a bulk update of up to 100 records."""
        given = request.get_json(silent=True) or {}
        ids = [int(i) for i in request.args.get("ids", "").split(",") if i.isdigit()]
        rows = [{**given[plural[:-1]], "id": i} for i in ids] if ids and plural[:-1] in given else given.get(plural)
        if not isinstance(rows, list):
            return error(400, "BadRequest", f"Parameter {plural} is required")
        if len(rows) > MOST:
            return error(400, "TooManyValues", f"Parameter  cannot specify more than {MOST} values", max_count=MOST)
        if len(self._box.open_jobs()) >= int(self._box.limit("jobs")):
            return error(429, "TooManyJobs", "You have too many jobs queued or running. Wait until they finish.")
        self._box.count("field_write" if any(k in row for row in rows for k in FIELD_CHANGES) else "remark")
        job = Job("V3-" + uuid.uuid4().hex, plural[:-1], rows, g.user_id, self._now())
        self._desk.jobs[job.id] = job
        answer = jsonify({"job_status": self._box.job_view(job)})
        return _warned(answer, plural, "update_many", unpermitted(plural[:-1], rows))

    def update(self, plural: str, record_id: int) -> Response:
        """Update one record."""
        row = (request.get_json(silent=True) or {}).get(plural[:-1])
        if not isinstance(row, dict):
            return error(400, "BadRequest", f"Parameter {plural[:-1]} is required")
        self._box.count("field_write" if any(key in row for key in FIELD_CHANGES) else "remark")
        try:
            record = self._box.updates.apply(plural[:-1], {**row, "id": record_id}, g.user_id, self._now())
        except RowError as refused:
            return _row_error(refused)
        return _warned(jsonify({plural[:-1]: record}), plural, "update", unpermitted(plural[:-1], [row]))

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
            return refused or error(400, "BadRequest", "Parameter ticket is required")
        ticket = self._box.open_ticket(given, g.user_id)
        if key:
            self._desk.created_by_key[key] = (digest, int(ticket["id"]), self._now())
        return self._created(ticket, "miss" if key else None, given)

    def _repeated(self, used: tuple[str, int, datetime], digest: str) -> Response:
        if used[0] != digest:
            return error(400, "IdempotentRequestError", "Request parameters do not match the key's first request")
        return self._created(self._desk.tickets[used[1]], "hit", {})

    def _created(self, ticket: Record, lookup: str | None, given: Record) -> Response:
        audit = {"id": self._desk.number(), "ticket_id": ticket["id"], "created_at": stamp(self._now()),
                 "author_id": g.user_id, "metadata": {"system": {}, "custom": {}}, "events": []}
        answer = jsonify({"ticket": ticket, "audit": audit})
        answer.status_code = 201
        answer.headers["location"] = ticket["url"]
        if lookup:
            answer.headers["x-idempotency-lookup"] = lookup
        return _warned(answer, "tickets", "create", unpermitted("ticket", [given]))

    def _check_new(self, given: Any) -> Response | None:
        if not isinstance(given, dict):
            return error(400, "BadRequest", "Parameter ticket is required")
        text = (given.get("comment") or {}).get("body") or given.get("description")
        if not text:
            return _invalid("base", "Description: cannot be blank", "BlankValue")
        assignee = given.get("assignee_id")
        if assignee is not None and self._desk.users.get(assignee, {}).get("role") not in ("agent", "admin"):
            return _invalid("assignee", "Assignee: is not a valid agent", "InvalidValue")
        return None

    # --- jobs and fields ------------------------------------------------------------------------

    def job_statuses(self) -> Response:
        """Show several jobs."""
        self._box.count("poll")
        ids = request.args.get("ids", "").split(",")
        return jsonify({"job_statuses": [self._box.polled(self._desk.jobs[i]) for i in ids if i in self._desk.jobs]})

    def job_status(self, job_id: str) -> Response:
        """Show one job."""
        self._box.count("poll")
        job = self._desk.jobs.get(job_id)
        return jsonify({"job_status": self._box.polled(job)}) if job else not_found()

    def list_fields(self, kind: str) -> Response:
        """List field definitions."""
        self._box.count("provision")
        found = list(self._desk.fields[kind].values())
        return jsonify({kind: found, "count": len(found), "next_page": None, "previous_page": None})

    def create_field(self, kind: str) -> Response:
        """Define a field."""
        self._box.count("provision")
        given = (request.get_json(silent=True) or {}).get(kind[:-1])
        refused = self._check_field(kind, given)
        if refused:
            return refused
        assert isinstance(given, dict)
        definition = self._desk.add_field(kind, self._now(), **given)
        answer = jsonify({kind[:-1]: definition})
        answer.status_code = 201
        answer.headers["location"] = definition["url"]
        return answer

    def update_field(self, kind: str, field_id: int) -> Response:
        """Change a field; its type and key stay, options are replaced as a whole."""
        self._box.count("provision")
        given = (request.get_json(silent=True) or {}).get(kind[:-1]) or {}
        definition = self._desk.fields[kind].get(field_id)
        if definition is None:
            return not_found()
        fixed = [name for name in ("id", "type", "key") if name in given]
        for option in given.get("custom_field_options", []):
            option.setdefault("id", self._desk.number())
        definition.update({name: value for name, value in given.items() if name not in fixed})
        return _warned(jsonify({kind[:-1]: definition}), kind, "update", [f"{kind[:-1]}.{name}" for name in fixed])

    def _check_field(self, kind: str, given: Any) -> Response | None:
        if not isinstance(given, dict) or not given.get("title"):
            return _invalid("title", "Title: cannot be blank", "BlankValue")
        if kind != "ticket_fields" and given.get("key") in self._desk.by_key(kind):
            return _invalid("key", f"Key: {given['key']} has already been taken", "DuplicateValue")
        values = {o["value"] for d in self._desk.fields[kind].values() for o in d.get("custom_field_options", [])}
        taken = values & {option["value"] for option in given.get("custom_field_options", [])}
        if taken and kind == "ticket_fields":
            return _invalid("custom_field_options", "Options: tag already used in another field", "DuplicateValue")
        if given.get("type") in ("tagger", "dropdown") and not given.get("custom_field_options"):
            return _invalid("custom_field_options", "Options: cannot be blank", "BlankValue")
        return None


def _cursor(offset: int) -> str:
    return base64.urlsafe_b64encode(json.dumps(offset).encode()).decode()


def _offset(cursor: str | None) -> int:
    return int(json.loads(base64.urlsafe_b64decode(cursor))) if cursor else 0


def _invalid(part: str, description: str, name: str) -> Response:
    details = {part: [{"description": description, "error": name}]}
    return error(422, "RecordInvalid", "Record validation errors", details=details)


def _row_error(refused: RowError) -> Response:
    statuses = {"RecordNotFound": 404, "UpdateConflict": 409, "DatabaseConflict": 409, "TooManyRequests": 429}
    return error(statuses.get(refused.error, 422), refused.error, refused.details)


def _warned(answer: Response, controller: str, action: str, keys: list[str]) -> Response:
    if keys:
        listed = json.dumps(keys)
        answer.headers["x-zendesk-api-warn"] = (
            f'{{:allowed_parameters=>{{:controller=>"{controller}", :action=>"{action}", '
            f":unpermitted_keys=>{listed}, :invalid_values=>[]}}}}"
        )
    return answer
