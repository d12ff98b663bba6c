"""Salesforce in memory: control API, login, limits and outbound messages. The REST API is in ``sandbox_api``."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

from flask import Response, g, jsonify, request

from connectors.salesforce import sandbox_login as login
from connectors.salesforce import sandbox_messages as messages
from connectors.salesforce.sandbox_api import Api
from connectors.salesforce.sandbox_identity import AUTHORIZE, USERINFO, Identity
from connectors.salesforce.sandbox_org import INSTANCE, ORGANISATION, ROOT, Org, Record
from connectors.salesforce.sandbox_replies import error
from connectors.salesforce.sandbox_rows import Rows
from connectors.salesforce.sandbox_standing import Standing
from connectors.salesforce.sandbox_talk import Talk
from connectors.salesforce.sandbox_tooling import Tooling
from connectors.sandbox import CONTROL, VendorSandbox
from connectors.sandbox_sender import Hook

DAILY_LIMIT = 100_000
ACCESS = f"{ORGANISATION[:15]}!sandbox-access"
LOGIN_PATH, REVOKE_PATH = "/services/oauth2/token", "/services/oauth2/revoke"
OPEN = frozenset({LOGIN_PATH, REVOKE_PATH, AUTHORIZE, USERINFO})


class Sandbox(VendorSandbox):
    """One Salesforce org on loopback; see ``connectors.sandbox.VendorSandbox`` for the control API.

    Own options: ``limits`` ``{"api_daily": calls}``, ``page_size`` (records a query page), ``approved`` (``False``: the
    org's admin has not, or no longer, allowed the app for its user), ``account`` (the
    organisation that a login names), ``user`` (the id of whoever signs in on the page), ``ask_first``.
    ``secret`` is the last part of the webhook address: Salesforce signs nothing.
    """

    vendor = "salesforce"

    def __init__(self) -> None:
        super().__init__()
        self.org = Org()
        self.rows = Rows(lambda: self.org, self.faults_, self._note)
        self.talk = Talk(self)
        self.app.before_request(self._admit)
        self.app.after_request(self._after)
        self.app.register_blueprint(Api(self).blueprint, url_prefix=ROOT)
        self.app.register_blueprint(Tooling(self).blueprint, url_prefix=f"{ROOT}/tooling", name="tooling")
        self.app.add_url_rule(LOGIN_PATH, view_func=self._login, methods=["POST"])
        self.identity = Identity(self)
        self.app.add_url_rule(REVOKE_PATH, view_func=self._revoke, methods=["POST"])
        self.app.teardown_request(self._leave)
        self.clear()

    # --- control --------------------------------------------------------------------------------

    def clear(self) -> None:
        """Begin again with an org that has users, and custom fields of the customer's own."""
        self.org = Org()
        self.talk.clear()
        self.integration_id = self.user("Attune", "Standard", Username=login.USERNAME)
        self.agent_id = self.user("Sam Agent", "Standard")
        self.robot_id = self.user("Automated Process", "AutomatedProcess")
        edition = str(self.options.get("edition", "Enterprise Edition"))
        self.org.add("Organization", self.clock_.now(), "", Name="Sandbox", OrganizationType=edition, IsSandbox=False)
        for sobject in ("Account", "Contact"):
            self.org.define(sobject, "External_Id__c", "Text", label="External id", external=True, unique=True)
        self.org.define("Contact", "Minor__c", "Checkbox", label="Minor")
        self.org.define("Case", "Language__c", "Text", label="Language")
        for word in ("Usage", "Adoption", "Engagement"):
            self.org.define("Account", f"Attune_{word}__c", "Number", label=word, precision=5, scale=2)
        self.org.messages = messages.installed(self.org)
        self.access, self._used, self._token_calls = {ACCESS}, 0, 0

    def user(self, name: str, kind: str, **more: Any) -> str:
        """Add a user and return the id."""
        fields = {"Username": f"{uuid.uuid4().hex[:8]}@sandbox.example", **more}
        made = self.org.add("User", self.clock_.now(), "", Name=name, UserType=kind, IsActive=True, **fields)
        return str(made["Id"])

    def credentials(self) -> dict[str, str]:
        """Return token, client, key and the ids an installation has to know."""
        return {
            "access": next(iter(self.access), ""),
            "refresh": "",
            "client_id": login.CONSUMER_KEY,
            "client_secret": login.CONSUMER_SECRET,
            "username": login.USERNAME,
            "private_key": login.private_key(),
            "instance_url": INSTANCE,
            "user_id": self.integration_id,
            "account_ref": ORGANISATION,
            "integration_user": self.integration_id,
            "agent": self.agent_id,
        }

    def configure(self, options: dict[str, Any]) -> dict[str, Any]:
        """Set options; the secret becomes the last part of the address."""
        shown = super().configure(options)
        secret, url = str(self.options.get("secret") or ""), self.sender.url
        if url and secret and not url.endswith(f"/{secret}"):
            self.sender.url = f"{url}/{secret}"
        return shown

    def seed(self, accounts: list[dict[str, Any]], people: list[dict[str, Any]]) -> dict[str, dict[str, str]]:
        """Create accounts and contacts."""
        with self.lock:
            made = {str(account["key"]): self.talk.account(account) for account in accounts}
            return {"accounts": made, "people": {str(person["key"]): self.talk.contact(person) for person in people}}

    def say(self, messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Let people write; send the outbound messages in order."""
        with self.lock:
            said = [self.talk.say(message) for message in messages]
        return self._sent(said)

    def status(self, changes: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Change the status of cases, as the agent."""
        with self.lock:
            changed = [self.talk.status(change) for change in changes]
        return self._sent(changed)

    def finish(self, task_id: str) -> list[dict[str, Any]]:
        """Complete a task, as the agent."""
        with self.lock:
            changed = self.talk.finish(task_id)
        return self._sent([changed])

    def delete_contact(self, contact_id: str) -> list[dict[str, Any]]:
        """Delete a contact, as the agent."""
        with self.lock:
            changed = self.talk.delete_contact(contact_id)
        return self._sent([changed])

    def _sent(self, said: list[tuple[dict[str, Any], list[tuple[str, Record]]]]) -> list[dict[str, Any]]:
        with self.lock:
            hooked: list[tuple[dict[str, Any], list[Hook]]] = [
                (answer, messages.hooks(self.org, told)) for answer, told in said
            ]
        statuses = iter(
            self.sender.deliver(
                [hook for _, hooks in hooked for hook in hooks],
                duplicate=bool(self.faults_.get("duplicate_webhooks")),
                reorder=bool(self.faults_.get("reorder_webhooks")),
            )
        )
        answers = []
        for answer, hooks in hooked:
            own = [next(statuses) for _ in hooks]
            ids = [id_ for hook in hooks for id_ in hook.event_ids]
            answers.append({**answer, "event_ids": ids, "status": max(own, default=0)})
        return answers

    def records(self) -> dict[str, Any]:
        """Return what stands in the records."""
        with self.lock:
            return Standing(self.org, self.integration_id).records()

    # --- limits, login, faults ------------------------------------------------------------------

    @property
    def limit(self) -> int:
        """Calls allowed in 24 hours."""
        return int((self.options.get("limits") or {}).get("api_daily", DAILY_LIMIT))

    @property
    def left(self) -> int:
        """Calls left of them."""
        return max(0, self.limit - self._used)

    def refusal(self, fault: str, settings: dict[str, Any]) -> Response | None:
        """Answer as Salesforce does when it cannot or will not; it has no 429."""
        if fault in ("request_limit", "rate_limit"):
            return error(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.")
        if fault == "down":
            return error(503, "SERVER_UNAVAILABLE", "Request limit exceeded or server too busy")
        if fault == "server_error":
            return error(500, "UNKNOWN_EXCEPTION", "An unexpected error occurred.")
        # Locks refuse rows, not requests: a request that writes none leaves the switch as it was.
        writes = request.method in ("PATCH", "POST") and "/composite/sobjects" in request.path
        g.locked_rows = writes
        if not writes:
            self.faults_.update({fault: settings})
        return None

    def _admit(self) -> Response | None:
        if request.path.startswith(CONTROL) or request.path in OPEN:
            return None
        self.lock.acquire()
        g.locked, g.changed = True, []
        self._token_calls += 1
        after = self.faults_.get("token_expires_after_calls")
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if token not in self.access or (after is not None and self._token_calls > int(after)):
            return error(401, "INVALID_SESSION_ID", "Session expired or invalid")
        g.user_id = str(self.options.get("integration_user") or self.integration_id)
        if self._used >= self.limit:
            return self.refusal("request_limit", {})
        self._used += 1
        return None

    def _after(self, answer: Response) -> Response:
        if request.path.startswith(ROOT):
            answer.headers["Sforce-Limit-Info"] = f"api-usage={self._used}/{self.limit}"
        return answer

    def _leave(self, _: BaseException | None) -> None:
        if g.pop("locked", False):
            hooks = messages.hooks(self.org, g.pop("changed", []))
            self.lock.release()
            self.sender.later(hooks)

    def _note(self, sobject: str, record: Record) -> None:
        g.changed.append((sobject, dict(record)))

    def _login(self) -> Response:
        self.count("token")
        if request.form.get("grant_type") == "authorization_code":
            return self.identity.token()
        refused = login.refusal(request.form, (self.clock_.now(), datetime.now(UTC)))
        if self.options.get("approved") is False:
            refused = refused or login.not_approved()
        if refused is not None:
            return refused
        with self.lock:
            token, self._token_calls = f"{ORGANISATION[:15]}!{uuid.uuid4().hex}", 0
            self.access = {token}
        return jsonify(
            {
                "access_token": token,
                "scope": str(self.options.get("granted", "api")),
                "instance_url": INSTANCE,
                "id": f"{login.ADDRESS}/id/{self.options.get('account', ORGANISATION)}/{self.integration_id}",
                "token_type": "Bearer",
            }
        )

    def _revoke(self) -> Response:
        """End a session."""
        self.count("token")
        with self.lock:
            given = request.form.get("token", "")
            known = given in self.access or self.identity.end(given)
            self.access.discard(given)
        return Response(status=200) if known else login.invalid_token()
