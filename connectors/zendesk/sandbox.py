"""Zendesk in memory: control API, tokens, rate limits, jobs and webhooks. The REST API is in the files beside."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Response

from connectors.sandbox import VendorSandbox
from connectors.sandbox_sender import Hook
from connectors.zendesk import sandbox_events as events
from connectors.zendesk.sandbox_answers import error
from connectors.zendesk.sandbox_blank import SUBDOMAIN, Record
from connectors.zendesk.sandbox_fields import Fields
from connectors.zendesk.sandbox_gate import CLIENT_ID, CLIENT_SECRET, Gate
from connectors.zendesk.sandbox_hooks import Hooks
from connectors.zendesk.sandbox_jobs import Jobs
from connectors.zendesk.sandbox_reading import Reading
from connectors.zendesk.sandbox_records import Desk
from connectors.zendesk.sandbox_standing import Standing
from connectors.zendesk.sandbox_talk import Talk
from connectors.zendesk.sandbox_updates import Updates
from connectors.zendesk.sandbox_writing import Writing

LIMITS = {"requests_per_minute": 2500, "ticket_updates_per_minute": 100, "per_ticket": 30, "per_user": 5, "jobs": 30}


class Sandbox(VendorSandbox):
    """One Zendesk account on loopback; see ``connectors.sandbox.VendorSandbox`` for the control API.

    Own options: ``subscriptions`` (event types to send, or "all"), ``trigger_template`` (send
    this, filled in, instead of events, as a trigger's webhook does), ``job_seconds`` (age at which a bulk job is
    done even if nobody polls; it is done at the third poll at the latest).
    """

    vendor = "zendesk"

    def __init__(self) -> None:
        super().__init__()
        self.desk = Desk()
        self.updates = Updates(lambda: self.desk, self.faults_, self._changed)
        self.talk = Talk(self)
        self.jobs = Jobs(self)
        self.gate = Gate(self)
        self.gate.install()
        self.hooks_ = Hooks(self)
        for part in (Reading(self), Writing(self), Fields(self), self.hooks_):
            for method, path, view in part.routes():
                self.app.add_url_rule(f"/api/v2{path}", f"{method} {path}", view, methods=[method])
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
            "user_fields",
            now,
            key="privacy_choice",
            title="Privacy choice",
            type="dropdown",
            custom_field_options=choices,
        )
        self.integration_id = self._staff("Attune", "admin", now)
        self.agent_id = self._staff("Sam Agent", "agent", now)
        self.gate.clear()

    def _staff(self, name: str, role: str, now: datetime) -> int:
        return int(self.desk.add_user(now, name=name, role=role, verified=True, moderator=True)["id"])

    def credentials(self) -> dict[str, str]:
        """Return token, client and the ids an installation has to know."""
        return {
            "access": next(iter(self.gate.access), ""),
            "refresh": self.gate.refresh,
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
            "account_ref": SUBDOMAIN,
            "integration_user": str(self.integration_id),
            "agent": str(self.agent_id),
        }

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
        wrapped = [(answer, self.hooks(bodies)) for answer, bodies in said]
        duplicate, reorder = (bool(self.faults_.get(f"{word}_webhooks")) for word in ("duplicate", "reorder"))
        every = [hook for _, hooks in wrapped for hook in hooks]
        statuses = iter(self.sender.deliver(every, duplicate=duplicate, reorder=reorder))
        answers = []
        for answer, hooks in wrapped:
            status = max((next(statuses) for _ in hooks), default=0)
            answers.append({**answer, "event_ids": [i for hook in hooks for i in hook.event_ids], "status": status})
        return answers

    def hooks(self, bodies: list[Record]) -> list[Hook]:
        """Wrap the bodies that the installation is subscribed to."""
        chosen = self.options.get("subscriptions", sorted(events.SUBSCRIBED))
        secret = str(self.options.get("secret", ""))
        topics = [body["type"].removeprefix(events.PREFIX) for body in bodies]
        return [
            events.hook(body, secret, self.clock_.now, self._triggered(body))
            for topic, body in zip(topics, bodies, strict=True)
            if chosen == "all" or topic in chosen
        ]

    def _triggered(self, body: Record) -> str | None:
        template = self.options.get("trigger_template")
        ticket = self.desk.tickets.get(int(body["detail"]["id"]))
        return events.trigger(template, body, ticket) if template and ticket else None

    def records(self) -> dict[str, Any]:
        """Return what stands in the records, drop-downs by the name that people see."""
        with self.lock:
            self.jobs.run_due()
            return Standing(self.desk, self.integration_id).records()

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
