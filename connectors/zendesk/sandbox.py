"""Zendesk in memory: control API, tokens, rate limits, jobs and webhooks. The REST API is in ``sandbox_api``."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

from flask import Response, g, jsonify, request

from connectors.sandbox import CONTROL, VendorSandbox
from connectors.sandbox_sender import Hook
from connectors.zendesk import sandbox_events as events
from connectors.zendesk.sandbox_api import Api, error
from connectors.zendesk.sandbox_records import SUBDOMAIN, Desk, Job, Record, stamp
from connectors.zendesk.sandbox_talk import Talk
from connectors.zendesk.sandbox_updates import RowError, Updates

LIMITS = {"requests_per_minute": 2500, "ticket_updates_per_minute": 100, "per_ticket": 30, "jobs": 30}
ACCESS, REFRESH = "sandbox-access", "sandbox-refresh"
CLIENT_ID, CLIENT_SECRET = "zdg-attune-sandbox", "sandbox-client-secret"
TOKEN_SECONDS = 1800


class Sandbox(VendorSandbox):
    """One Zendesk account on loopback; see ``connectors.sandbox.VendorSandbox`` for the control API.

    Own options: ``subscriptions`` (event types to send, or "all"), ``job_seconds`` (age at which a bulk job is
    done even if nobody polls; it is done at the third poll at the latest).
    """

    vendor = "zendesk"

    def __init__(self) -> None:
        super().__init__()
        self.desk = Desk()
        self.updates = Updates(lambda: self.desk, self.faults_, self._changed)
        self.talk = Talk(self)
        self.app.before_request(self._admit)
        self.app.after_request(self._limits)
        self.app.register_blueprint(Api(self).blueprint, url_prefix="/api/v2")
        self.app.add_url_rule("/oauth/tokens", view_func=self._tokens, methods=["POST"])
        self.app.teardown_request(self._leave)
        self.wsgi = self._without_suffix(self.app.wsgi_app)
        self.clear()

    # --- control --------------------------------------------------------------------------------

    def clear(self) -> None:
        """Begin again with an empty account: an integration user, an agent, three fields of the customer's."""
        now = self.clock_.now()
        self.desk = Desk()
        self.updates.clear()
        self.talk.clear()
        for kind in ("user_fields", "organization_fields"):
            self.desk.add_field(kind, now, key="crm_id", title="CRM id")
        self.desk.add_field("user_fields", now, key="minor", title="Minor", type="checkbox", tag=None)
        choices = [{"name": word.title(), "value": word} for word in ("granted", "objected")]
        self.desk.add_field(
            "user_fields", now, key="privacy_choice", title="Privacy choice", type="dropdown",
            custom_field_options=choices,
        )
        self.integration_id = self._staff("Attune", "admin", now)
        self.agent_id = self._staff("Sam Agent", "agent", now)
        self.access: dict[str, datetime | None] = {ACCESS: None}
        self.refresh = REFRESH
        self._window, self._used, self._token_calls = now, 0, 0
        self._ticket_updates = 0

    def _staff(self, name: str, role: str, now: datetime) -> int:
        return int(self.desk.add_user(now, name=name, role=role, verified=True, moderator=True)["id"])

    def credentials(self) -> dict[str, str]:
        """Return token, client and the ids an installation has to know."""
        return {"access": next(iter(self.access), ""), "refresh": self.refresh, "client_id": CLIENT_ID,
                "client_secret": CLIENT_SECRET, "account_ref": SUBDOMAIN,
                "integration_user": str(self.integration_id), "agent": str(self.agent_id)}

    def seed(self, accounts: list[dict[str, Any]], people: list[dict[str, Any]]) -> dict[str, dict[str, str]]:
        """Create organizations and end users."""
        with self.lock:
            made = {str(account["key"]): self.talk.organization(account) for account in accounts}
            return {"accounts": made, "people": {str(person["key"]): self.talk.user(person) for person in people}}

    def say(self, messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Let people write; send the webhooks in order."""
        with self.lock:
            said = [self.talk.say(message) for message in messages]
        return self._sent(said)

    def status(self, changes: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Change the status of tickets, as the agent."""
        with self.lock:
            changed = [self.talk.status(change) for change in changes]
        return self._sent(changed)

    def _sent(self, said: list[tuple[dict[str, Any], list[Record]]]) -> list[dict[str, Any]]:
        hooks = [hook for _, bodies in said for hook in self.hooks(bodies)]
        faults = self.faults_
        statuses = iter(self.sender.deliver(
            hooks, duplicate=bool(faults.get("duplicate_webhooks")), reorder=bool(faults.get("reorder_webhooks"))
        ))
        answers = []
        for answer, bodies in said:
            own = [next(statuses) for _ in self.hooks(bodies)]
            answers.append({**answer, "event_ids": [body["id"] for body in bodies], "status": max(own, default=0)})
        return answers

    def hooks(self, bodies: list[Record]) -> list[Hook]:
        """Wrap the bodies that the installation is subscribed to."""
        chosen = self.options.get("subscriptions", sorted(events.SUBSCRIBED))
        secret = str(self.options.get("secret", ""))
        topics = [body["type"].removeprefix(events.PREFIX) for body in bodies]
        return [
            events.hook(body, secret, self.clock_.now)
            for topic, body in zip(topics, bodies, strict=True)
            if chosen == "all" or topic in chosen
        ]

    def records(self) -> dict[str, Any]:
        """Return what stands in the records, drop-downs by the name that people see."""
        with self.lock:
            self._run_due()
            return self.talk.records()

    # --- limits, tokens, faults -----------------------------------------------------------------

    def limit(self, name: str) -> int:
        """Return a limit, from the options or Zendesk's own."""
        return int({**LIMITS, **(self.options.get("limits") or {})}[name])

    def refusal(self, fault: str, settings: dict[str, Any]) -> Response | None:
        """Answer as Zendesk does when it cannot or will not."""
        if fault == "rate_limit":
            answer = error(429, "APIRateLimitExceeded", "Number of allowed API requests per minute exceeded")
            answer.headers["Retry-After"] = str(settings.get("retry_after", 60))
            return answer
        statuses = {"down": (503, "ServiceUnavailable"), "server_error": (500, "InternalServerError")}
        if fault not in statuses:
            return None
        return error(statuses[fault][0], statuses[fault][1], "Please try again later")

    def _admit(self) -> Response | None:
        if request.path.startswith(CONTROL) or request.path == "/oauth/tokens":
            return None
        self.lock.acquire()
        g.locked = True
        self._run_due()
        self._token_calls += 1
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if not self._good(token):
            return _oauth_error(401, "invalid_token", "The access token provided is expired, revoked, malformed "
                                "or invalid for other reasons.")
        g.user_id = int(self.options.get("integration_user") or self.integration_id)
        return self._over_limit()

    def _leave(self, _: BaseException | None) -> None:
        if g.pop("locked", False):
            self.lock.release()

    def _good(self, token: str) -> bool:
        after = self.faults_.get("token_expires_after_calls")
        if token not in self.access or (after is not None and self._token_calls > int(after)):
            return False
        ends = self.access[token]
        return ends is None or self.clock_.now() < ends

    def _over_limit(self) -> Response | None:
        now = self.clock_.now()
        if now - self._window >= timedelta(minutes=1) or now < self._window:
            self._window, self._used, self._ticket_updates = now, 0, 0
        self._used += 1
        g.hot = request.method == "PUT" and request.path.startswith("/api/v2/tickets/") and "many" not in request.path
        self._ticket_updates += int(g.hot)
        over = self._used > self.limit("requests_per_minute")
        if over or (g.hot and self._ticket_updates > self.limit("ticket_updates_per_minute")):
            return self.refusal("rate_limit", {"retry_after": self._resets(now)})
        return None

    def _resets(self, now: datetime) -> int:
        return max(1, 60 - int((now - self._window).total_seconds()))

    def _limits(self, answer: Response) -> Response:
        if request.path.startswith(CONTROL):
            return answer
        limit, now = self.limit("requests_per_minute"), self.clock_.now()
        left = str(max(0, limit - self._used))
        answer.headers.update({"x-rate-limit": str(limit), "x-rate-limit-remaining": left, "rate-limit": str(limit),
                               "rate-limit-remaining": left, "rate-limit-reset": str(self._resets(now))})
        if g.get("hot"):
            total = self.limit("ticket_updates_per_minute")
            answer.headers["zendesk-rate-limit-tickets-update"] = (
                f"total={total}; remaining={max(0, total - self._ticket_updates)}; resets={self._resets(now)}"
            )
        return answer

    def _tokens(self) -> Response:
        # A refresh deletes the previous access and refresh tokens.
        # https://developer.zendesk.com/api-reference/ticketing/oauth/grant_type_tokens/
        self.count("token")
        given = request.get_json(silent=True) or request.form
        if given.get("client_id") != CLIENT_ID or given.get("client_secret") != CLIENT_SECRET:
            return _oauth_error(401, "invalid_client", "Client authentication failed")
        if given.get("grant_type") != "refresh_token" or given.get("refresh_token") != self.refresh:
            return _oauth_error(400, "invalid_grant", "The provided authorization grant is invalid or revoked")
        with self.lock:
            access, self.refresh, self._token_calls = uuid.uuid4().hex, uuid.uuid4().hex, 0
            seconds = int(given.get("expires_in") or TOKEN_SECONDS)
            self.access = {access: self.clock_.now() + timedelta(seconds=seconds)}
        return jsonify({"access_token": access, "refresh_token": self.refresh, "token_type": "bearer",
                        "scope": "read write", "expires_in": seconds, "refresh_token_expires_in": 7776000})

    @staticmethod
    def _without_suffix(app: Any) -> Any:
        def strip(environ: dict[str, Any], start_response: Any) -> Any:
            environ["PATH_INFO"] = environ["PATH_INFO"].removesuffix(".json")
            return app(environ, start_response)

        return strip

    # --- tickets and jobs -----------------------------------------------------------------------

    def open_ticket(self, given: Record, actor_id: int) -> Record:
        """Create a ticket for an API call and announce it."""
        ticket = self.talk.open_ticket(given, actor_id)
        self.sender.later(self.hooks([self.talk.created(ticket, actor_id)]))
        return ticket

    def _changed(self, before: Record, ticket: Record, actor_id: int) -> None:
        self.sender.later(self.hooks(self.talk.changes(before, ticket, actor_id)))

    def open_jobs(self) -> list[Job]:
        """Return jobs that are queued or working."""
        return [job for job in self.desk.jobs.values() if job.results is None]

    def polled(self, job: Job) -> Record:
        """Let a job come further and show it."""
        job.polls += 1
        if job.polls >= 3 and job.results is None:
            self._run(job)
        return self.job_view(job)

    def job_view(self, job: Job) -> Record:
        """Show a job as Zendesk does: queued, working, completed."""
        states = ("queued", "working", "working")
        done = job.results is not None
        progress = len(job.rows) if done else (len(job.rows) // 2 if job.polls else None)
        url = f"https://{SUBDOMAIN}.zendesk.com/api/v2/job_statuses/{job.id}.json"
        word = f"Updating {job.object_type} #{progress}" if job.polls else None
        return {"id": job.id, "url": url, "total": len(job.rows), "progress": progress,
                "status": "completed" if done else states[min(job.polls, 2)], "message": job.message if done else word,
                "results": job.results}

    def _run_due(self) -> None:
        due = self.clock_.now() - timedelta(seconds=float(self.options.get("job_seconds", 0.2)))
        for job in self.open_jobs():
            if job.created_at <= due:
                self._run(job)

    def _run(self, job: Job) -> None:
        now = self.clock_.now()
        job.results = [self._row(job, row, now) for row in job.rows]
        job.message = f"Completed at {stamp(now).replace('T', ' ').replace('Z', ' +0000')}"

    def _row(self, job: Job, row: Record, now: datetime) -> Record:
        try:
            self.updates.per_ticket = self.limit("per_ticket")
            self.updates.apply(job.object_type, row, job.actor_id, now)
        except RowError as refused:
            return {"id": row.get("id"), "action": "update", "success": False, "error": refused.error,
                    "details": refused.details}
        return {"action": "update", "status": "Updated", "success": True, "id": row["id"]}


def _oauth_error(status: int, name: str, description: str) -> Response:
    answer = jsonify({"error": name, "error_description": description})
    answer.status_code = status
    return answer
