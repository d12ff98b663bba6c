"""The Zendesk sandbox's REST API, bulk jobs and field definitions.

https://developer.zendesk.com/api-reference/ticketing/introduction/
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from flask import Response, jsonify, request

from connectors.zendesk import sandbox_answers as answers
from connectors.zendesk.sandbox_records import FIELD_KINDS, Desk

if TYPE_CHECKING:
    from connectors.zendesk.sandbox import Sandbox

Routes = list[tuple[str, str, Any]]


class Fields:
    """Paths of jobs and field definitions."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._box = sandbox

    def routes(self) -> Routes:
        """Return method, path and view of each."""
        return [
            ("GET", "/job_statuses/show_many", self.job_statuses),
            ("GET", "/job_statuses/<job_id>", self.job_status),
            ("GET", f"/<any({','.join(FIELD_KINDS)}):kind>", self.list_fields),
            ("POST", f"/<any({','.join(FIELD_KINDS)}):kind>", self.create_field),
            ("PUT", f"/<any({','.join(FIELD_KINDS)}):kind>/<int:field_id>", self.update_field),
        ]

    @property
    def _desk(self) -> Desk:
        return self._box.desk

    def _now(self) -> datetime:
        return self._box.clock_.now()

    def job_statuses(self) -> Response:
        """Show several jobs."""
        self._box.count("poll")
        ids = request.args.get("ids", "").split(",")
        found = [self._desk.jobs[i] for i in ids if i in self._desk.jobs]
        return jsonify({"job_statuses": [self._box.jobs.polled(job) for job in found]})

    def job_status(self, job_id: str) -> Response:
        """Show one job."""
        self._box.count("poll")
        job = self._desk.jobs.get(job_id)
        return jsonify({"job_status": self._box.jobs.polled(job)}) if job else answers.not_found()

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
            return answers.not_found()
        fixed = [name for name in ("id", "type", "key") if name in given]
        for option in given.get("custom_field_options", []):
            option.setdefault("id", self._desk.number())
        definition.update({name: value for name, value in given.items() if name not in fixed})
        ignored = [f"{kind[:-1]}.{name}" for name in fixed]
        return answers.warned(jsonify({kind[:-1]: definition}), kind, "update", ignored)

    def _check_field(self, kind: str, given: Any) -> Response | None:
        if not isinstance(given, dict) or not given.get("title"):
            return answers.invalid("title", "Title: cannot be blank", "BlankValue")
        if kind != "ticket_fields" and given.get("key") in self._desk.by_key(kind):
            return answers.invalid("key", f"Key: {given['key']} has already been taken", "DuplicateValue")
        values = {o["value"] for d in self._desk.fields[kind].values() for o in d.get("custom_field_options", [])}
        taken = values & {option["value"] for option in given.get("custom_field_options", [])}
        if taken and kind == "ticket_fields":
            return answers.invalid("custom_field_options", "Options: tag already in use", "DuplicateValue")
        if given.get("type") in ("tagger", "dropdown") and not given.get("custom_field_options"):
            return answers.invalid("custom_field_options", "Options: cannot be blank", "BlankValue")
        return None
