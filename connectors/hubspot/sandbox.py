"""HubSpot in memory: control API and webhooks. The API's own paths are in the files beside."""

from __future__ import annotations

from typing import Any

from flask import Response

from connectors.hubspot import sandbox_events as events
from connectors.hubspot.nouns import event_name
from connectors.hubspot.sandbox_answers import error
from connectors.hubspot.sandbox_gate import CLIENT_ID, CLIENT_SECRET, REFRESH, Gate
from connectors.hubspot.sandbox_marketplace import Marketplace
from connectors.hubspot.sandbox_objects import Objects
from connectors.hubspot.sandbox_properties import Properties
from connectors.hubspot.sandbox_reading import Reading
from connectors.hubspot.sandbox_records import APP_ID, OWNER_ID, PORTAL_ID, SINGULAR, Portal, Record
from connectors.hubspot.sandbox_standing import Standing
from connectors.hubspot.sandbox_talk import Talk
from connectors.sandbox import VendorSandbox
from connectors.sandbox_sender import Hook

LIMITS = {"burst": 110, "search": 5}


class Sandbox(VendorSandbox):
    """One HubSpot account on loopback; see ``connectors.sandbox.VendorSandbox`` for the control API.

    Own options: ``subscriptions`` (see ``sandbox_events.SUBSCRIBED``, or "all").
    """

    vendor = "hubspot"

    def __init__(self) -> None:
        super().__init__()
        self.portal = Portal(self.clock_.now())
        self.talk = Talk(self)
        self.gate = Gate(self)
        self.gate.install()
        Marketplace(self)
        self.properties = Properties(self)
        for part in (self.properties, Reading(self), Objects(self)):
            for method, path, view in part.routes():
                self.app.add_url_rule(path, f"{method} {path}", view, methods=[method])

    # --- control --------------------------------------------------------------------------------

    def clear(self) -> None:
        """Begin again with an empty account."""
        self.portal = Portal(self.clock_.now())
        self.talk.clear()
        self.gate.clear()

    def credentials(self) -> dict[str, str]:
        """Return token, app and the ids an installation has to know."""
        return {
            "access": next(iter(self.gate.access), ""),
            "refresh": REFRESH,
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
            "account_ref": str(PORTAL_ID),
            "integration_user": str(APP_ID),
            "agent": str(OWNER_ID),
        }

    def seed(self, accounts: list[dict[str, Any]], people: list[dict[str, Any]]) -> dict[str, dict[str, str]]:
        """Create companies and contacts."""
        with self.lock:
            made = {str(account["key"]): self.talk.company(account) for account in accounts}
            return {"accounts": made, "people": {str(person["key"]): self.talk.contact(person) for person in people}}

    def say(self, messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Let people write; send the webhooks in order, as many events in a request as HubSpot puts there."""
        with self.lock:
            said = [self.talk.say(message) for message in messages]
        return self._sent(said)

    def status(self, changes: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Move tickets to other stages, as an agent."""
        with self.lock:
            changed = [self.talk.status(change) for change in changes]
        return self._sent(changed)

    def delete_contact(self, contact_id: str) -> int:
        """Delete a contact for good, as a privacy request asks; return the webhook's status."""
        with self.lock:
            self.portal.remove("contacts", contact_id)
            event = events.body("contact.privacyDeletion", contact_id, self.clock_.now(), changeFlag="PRIVACY_DELETION")
        return max(self.sender.deliver(self.hooks([event])), default=0)

    def _sent(self, said: list[tuple[dict[str, Any], list[Record]]]) -> list[dict[str, Any]]:
        chosen = [event for _, told in said for event in told if self._wanted(event)]
        faults = self.faults_
        hooks = self.hooks(chosen)
        statuses = self.sender.deliver(
            hooks, duplicate=bool(faults.get("duplicate_webhooks")), reorder=bool(faults.get("reorder_webhooks"))
        )
        by_id = {id_: status for hook, status in zip(hooks, statuses, strict=True) for id_ in hook.event_ids}
        answers = []
        for answer, told in said:
            ids = [event_name(event) for event in told if self._wanted(event)]
            answers.append({**answer, "event_ids": ids, "status": max((by_id[id_] for id_ in ids), default=0)})
        return answers

    def _wanted(self, event: Record) -> bool:
        return events.subscribed(event, self.options.get("subscriptions", events.SUBSCRIBED))

    def hooks(self, told: list[Record]) -> list[Hook]:
        """Wrap events that the app is subscribed to."""
        portal = {"portalId": int(self.options["account"])} if "account" in self.options else {}
        chosen = [{**event, **portal} for event in told if self._wanted(event)]
        return events.hooks(chosen, str(self.options.get("secret", "")), lambda: self.sender.url, self.clock_.now)

    def records(self) -> dict[str, Any]:
        """Return what stands in the records."""
        with self.lock:
            return Standing(self.portal).records()

    # --- limits and faults ----------------------------------------------------------------------

    def limit(self, name: str) -> int:
        """Return a limit, from the options or HubSpot's own."""
        return int({**LIMITS, **(self.options.get("limits") or {})}[name])

    def refusal(self, fault: str, settings: dict[str, Any]) -> Response | None:
        """Answer as HubSpot does when it cannot or will not."""
        if fault == "rate_limit":
            policy = str(settings.get("policy", "TEN_SECONDLY_ROLLING"))
            return self.gate.refuse_for_rate(policy, settings.get("retry_after"))
        statuses = {
            "down": (503, "SERVICE_UNAVAILABLE"),
            "server_error": (500, "INTERNAL_ERROR"),
            "locked": (423, "LOCKED"),
        }
        if fault not in statuses:
            return None
        return error(*statuses[fault], "There was a problem with the request. Please try again later.")

    def changed(self, plural: str, record: Record, values: dict[str, str]) -> None:
        """Announce a change that came through the API."""
        if values and plural in ("tickets", "contacts", "companies"):
            self.sender.later(self.hooks(self.talk.changes(SINGULAR[plural], record, values)))
