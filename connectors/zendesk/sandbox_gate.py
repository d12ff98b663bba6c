"""The Zendesk sandbox's door: tokens that rotate, and rate limits with Zendesk's headers."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from flask import Response, g, jsonify, request

from connectors.sandbox import CONTROL
from connectors.zendesk.sandbox_grants import BAD_GRANT, Grants

if TYPE_CHECKING:
    from connectors.zendesk.sandbox import Sandbox

ACCESS, REFRESH = "sandbox-access", "sandbox-refresh"
CLIENT_ID, CLIENT_SECRET = "zdg-attune-sandbox", "sandbox-client-secret"
TOKEN_SECONDS = 1800


class Gate:
    """Admits requests that carry the live token and are within the limits, one at a time."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._box = sandbox
        self.grants = Grants(sandbox, CLIENT_ID)
        self.clear()

    def clear(self) -> None:
        """Begin with the first pair of tokens and an empty window."""
        self.access: dict[str, datetime | None] = {ACCESS: None}
        self.refresh = REFRESH
        self.scopes: tuple[str, ...] = ("read", "write")
        self._window, self._used, self._token_calls = self._box.clock_.now(), 0, 0
        self._ticket_updates = 0

    def install(self) -> None:
        """Put the gate before the sandbox's routes."""
        app = self._box.app
        app.before_request(self._admit)
        app.after_request(self._limits)
        app.teardown_request(self._leave)
        app.add_url_rule("/oauth/tokens", view_func=self._tokens, methods=["POST"])

    def _admit(self) -> Response | None:
        if request.path.startswith((CONTROL, "/oauth/")):
            return None
        self._box.lock.acquire()
        g.locked = True
        self._box.jobs.run_due()
        self._token_calls += 1
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if not self._good(token):
            return _oauth_error(
                401,
                "invalid_token",
                "The access token provided is expired, revoked, malformed or invalid for other reasons.",
            )
        g.user_id = int(self._box.options.get("integration_user") or self._box.integration_id)
        return self._over_scope() or self._over_limit()

    def _over_scope(self) -> Response | None:
        """Refuse writing to a token that may only read."""
        verb = "read" if request.method == "GET" else "write"
        if request.path.startswith("/api/v2/oauth/") or any(one.rpartition(":")[2] == verb for one in self.scopes):
            return None
        return _oauth_error(403, "insufficient_scope", f"Missing the following required scopes: {verb}")

    def revoke(self) -> None:
        """Let no token in any more, as after 'remove access' or an app's uninstallation."""
        self.access, self.refresh = {}, ""

    def _leave(self, _: BaseException | None) -> None:
        if g.pop("locked", False):
            self._box.lock.release()

    def _good(self, token: str) -> bool:
        after = self._box.faults_.get("token_expires_after_calls")
        if token not in self.access or (after is not None and self._token_calls > int(after)):
            return False
        ends = self.access[token]
        return ends is None or self._box.clock_.now() < ends

    def _over_limit(self) -> Response | None:
        now = self._box.clock_.now()
        if now - self._window >= timedelta(minutes=1) or now < self._window:
            self._window, self._used, self._ticket_updates = now, 0, 0
        self._used += 1
        g.hot = request.method == "PUT" and request.path.startswith("/api/v2/tickets/") and "many" not in request.path
        self._ticket_updates += int(g.hot)
        over = self._used > self._box.limit("requests_per_minute")
        if over or (g.hot and self._ticket_updates > self._box.limit("ticket_updates_per_minute")):
            return self._box.refusal("rate_limit", {"retry_after": self._resets(now)})
        return None

    def _resets(self, now: datetime) -> int:
        return max(1, 60 - int((now - self._window).total_seconds()))

    def _limits(self, answer: Response) -> Response:
        if request.path.startswith(CONTROL):
            return answer
        limit, now = self._box.limit("requests_per_minute"), self._box.clock_.now()
        left = str(max(0, limit - self._used))
        answer.headers.update(
            {
                "x-rate-limit": str(limit),
                "x-rate-limit-remaining": left,
                "rate-limit": str(limit),
                "rate-limit-remaining": left,
                "rate-limit-reset": str(self._resets(now)),
            }
        )
        if g.get("hot"):
            total = self._box.limit("ticket_updates_per_minute")
            answer.headers["zendesk-rate-limit-tickets-update"] = (
                f"total={total}; remaining={max(0, total - self._ticket_updates)}; resets={self._resets(now)}"
            )
        return answer

    def _tokens(self) -> Response:
        # A refresh deletes the previous access and refresh tokens.
        # https://developer.zendesk.com/api-reference/ticketing/oauth/grant_type_tokens/
        self._box.count("token")
        given = request.get_json(silent=True) or request.form
        if given.get("client_id") != CLIENT_ID or given.get("client_secret") != CLIENT_SECRET:
            return _oauth_error(401, "invalid_client", "Client authentication failed")
        if given.get("grant_type") == "authorization_code":
            scopes = self.grants.redeem(dict(given))
            if scopes is None:
                return _oauth_error(400, "invalid_grant", BAD_GRANT)
            self.scopes = scopes
        elif given.get("grant_type") != "refresh_token" or given.get("refresh_token", "") != (self.refresh or None):
            return _oauth_error(400, "invalid_grant", "The provided authorization grant is invalid or revoked")
        return self._pair(int(given.get("expires_in") or TOKEN_SECONDS))

    def _pair(self, seconds: int) -> Response:
        """Give out a new pair of tokens; the one before is dead."""
        with self._box.lock:
            access, self.refresh, self._token_calls = uuid.uuid4().hex, uuid.uuid4().hex, 0
            self.access = {access: self._box.clock_.now() + timedelta(seconds=seconds)}
        return jsonify(
            {
                "access_token": access,
                "refresh_token": self.refresh,
                "token_type": "bearer",
                "scope": " ".join(self.scopes),
                "expires_in": seconds,
                "refresh_token_expires_in": 7776000,
            }
        )


def _oauth_error(status: int, name: str, description: str) -> Response:
    answer = jsonify({"error": name, "error_description": description})
    answer.status_code = status
    return answer
