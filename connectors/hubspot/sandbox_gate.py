"""The HubSpot sandbox's door: access tokens that end, a refresh token that stays, limits with HubSpot's headers."""

from __future__ import annotations

import uuid
from collections import deque
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from flask import Response, g, jsonify, request

from connectors.hubspot.sandbox_answers import error
from connectors.hubspot.sandbox_records import APP_ID, OWNER_ID, PORTAL_ID
from connectors.hubspot.scopes import SCOPES
from connectors.sandbox import CONTROL
from connectors.sandbox_codes import Codes, answered, is_address, page

if TYPE_CHECKING:
    from connectors.hubspot.sandbox import Sandbox

ACCESS, REFRESH = "sandbox-access", "sandbox-refresh"
CLIENT_ID, CLIENT_SECRET = "a0000000-sandbox", "sandbox-client-secret"
TOKEN_SECONDS = 1800
WINDOWS = {"burst": timedelta(seconds=10), "search": timedelta(seconds=1)}
POLICIES = {"burst": "TEN_SECONDLY_ROLLING", "search": "SECONDLY"}


class Gate:
    """Admits requests that carry the live token and are within the limits, one at a time."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._box = sandbox
        self.codes = Codes()
        self.clear()

    def clear(self) -> None:
        """Begin with the first token and empty windows."""
        self.access: dict[str, datetime | None] = {ACCESS: None}
        self.users: dict[str, int] = {}
        self.refresh = REFRESH
        self.scopes = tuple(SCOPES)
        self._calls: dict[str, deque[datetime]] = {"burst": deque(), "search": deque()}
        self._token_calls = 0

    def install(self) -> None:
        """Put the gate before the sandbox's routes."""
        app = self._box.app
        app.before_request(self._admit)
        app.after_request(self._headers)
        app.teardown_request(self._leave)
        app.add_url_rule("/oauth/2026-03/token", view_func=self._token, methods=["POST"])
        app.add_url_rule("/account-info/v3/details", view_func=self._account)
        app.add_url_rule("/oauth/authorize", view_func=self._authorize, methods=["GET"])
        app.add_url_rule("/oauth/2026-03/token/revoke", view_func=self._revoke, methods=["POST"])
        app.add_url_rule("/oauth/2026-03/token/introspect", view_func=self._introspect, methods=["POST"])

    def _admit(self) -> Response | None:
        if request.path.startswith((CONTROL, "/oauth/")):
            return None
        self._box.lock.acquire()
        g.locked = True
        self._token_calls += 1
        if not self._good(request.headers.get("Authorization", "").removeprefix("Bearer ")):
            return error(
                401,
                "EXPIRED_AUTHENTICATION",
                "The OAuth token used to make this call expired.",
                context={"expire time": []},
            )
        return self._over_limit()

    def _leave(self, _: BaseException | None) -> None:
        if g.pop("locked", False):
            self._box.lock.release()

    def _good(self, token: str) -> bool:
        after = self._box.faults_.get("token_expires_after_calls")
        if not token or token not in self.access or (after is not None and self._token_calls > int(after)):
            return False
        ends = self.access[token]
        return ends is None or self._box.clock_.now() < ends

    def _over_limit(self) -> Response | None:
        name = "search" if request.path.endswith("/search") else "burst"
        calls, now = self._calls[name], self._box.clock_.now()
        while calls and not now - WINDOWS[name] < calls[0] <= now:
            calls.popleft()
        g.limit = name
        if len(calls) >= self._box.limit(name):
            return self.refuse_for_rate(POLICIES[name], None)
        calls.append(now)
        return None

    @staticmethod
    def refuse_for_rate(policy: str, retry_after: object) -> Response:
        """Answer 429 with the policy's name."""
        answer = error(
            429,
            "RATE_LIMITS",
            f"You have reached your {policy.lower()} limit.",
            errorType="RATE_LIMIT",
            policyName=policy,
            groupName=f"publicapi:crm:oauth-app:{APP_ID}:{PORTAL_ID}",
        )
        if retry_after is not None:
            answer.headers["Retry-After"] = str(retry_after)
        return answer

    def _headers(self, answer: Response) -> Response:
        if request.path.startswith(CONTROL):
            return answer
        answer.headers["X-HubSpot-Correlation-Id"] = str(uuid.uuid4())
        if g.get("limit") == "burst":
            limit = self._box.limit("burst")
            answer.headers.update(
                {
                    "X-HubSpot-RateLimit-Interval-Milliseconds": "10000",
                    "X-HubSpot-RateLimit-Max": str(limit),
                    "X-HubSpot-RateLimit-Remaining": str(max(0, limit - len(self._calls["burst"]))),
                }
            )
        return answer

    def _account(self) -> Response:
        """Show the account. https://developers.hubspot.com/docs/api-reference/latest/account/account-information"""
        self._box.count("other")
        portal = int(self._box.options.get("account", PORTAL_ID))
        return jsonify({"portalId": portal, "accountType": "STANDARD", "timeZone": "Etc/UTC", "utcOffset": "+00:00"})

    # --- OAuth: https://developers.hubspot.com/docs/api-reference/latest/authentication/manage-oauth-tokens -----------

    def _authorize(self) -> Response:
        """Let the admin decide.

        Options: ``ask_first`` (a page with Allow and Deny), ``granted`` (scopes given), ``account`` (portal chosen),
        ``user`` (id of whoever allows it).
        """
        asked = request.args
        if asked.get("client_id") != CLIENT_ID or not is_address(asked.get("redirect_uri", "")):
            return Response("Authorization failed because the client ID or the redirect URL does not fit the app.", 400)
        scopes = tuple(str(self._box.options.get("granted", asked.get("scope", ""))).split())
        with self._box.lock:
            allow = answered(asked, code=self.codes.issue(asked, scopes, self._box.clock_.now()))
        deny = answered(asked, error="access_denied", error_description="The resource owner denied the request.")
        return page("HubSpot", scopes, allow, deny, ask=bool(self._box.options.get("ask_first")))

    def _token(self) -> Response:
        # All parameters stand in the form body; one in the query is not read.
        self._box.count("token")
        given = request.form
        if given.get("client_id") != CLIENT_ID or given.get("client_secret") != CLIENT_SECRET:
            return error(400, "BAD_CLIENT_ID", "missing or invalid client id or secret")
        if given.get("grant_type") == "authorization_code":
            scopes = self.codes.redeem(given, self._box.clock_.now())
            if scopes is None:
                return error(400, "BAD_AUTH_CODE", "missing or unknown auth code")
            self.scopes, self.refresh = scopes, self.refresh or uuid.uuid4().hex
        elif given.get("grant_type") != "refresh_token" or given.get("refresh_token", "") != (self.refresh or None):
            return error(400, "BAD_REFRESH_TOKEN", "missing or invalid refresh token")
        access = uuid.uuid4().hex
        with self._box.lock:
            self._token_calls = 0
            self.access[access] = self._box.clock_.now() + timedelta(seconds=TOKEN_SECONDS)
            self.access.pop(ACCESS, None)
            self.users[access] = int(self._box.options.get("user", OWNER_ID))
        return jsonify(
            {
                "token_type": "bearer",
                "refresh_token": self.refresh,
                "access_token": access,
                "expires_in": TOKEN_SECONDS,
                "hub_id": int(self._box.options.get("account", PORTAL_ID)),
                "scopes": list(self.scopes),
            }
        )

    def _introspect(self) -> Response:
        self._box.count("token")
        given = request.form
        if given.get("client_id") != CLIENT_ID or given.get("client_secret") != CLIENT_SECRET:
            return error(400, "BAD_CLIENT_ID", "missing or invalid client id or secret")
        live = self._good(request.form.get("token", ""))
        known = {
            "hub_id": int(self._box.options.get("account", PORTAL_ID)),
            "app_id": APP_ID,
            "user_id": self.users.get(given.get("token", ""), OWNER_ID),
            "token_use": "access_token",
            "scopes": list(self.scopes),
        }
        return jsonify({"active": live, **known})

    def _revoke(self) -> Response:
        """Take the refresh token back."""
        self._box.count("token")
        given = request.form
        if given.get("client_id") != CLIENT_ID or given.get("client_secret") != CLIENT_SECRET:
            return error(400, "BAD_CLIENT_ID", "missing or invalid client id or secret")
        if given.get("token") == self.refresh:
            self.refresh = ""
        return Response(status=204)

    def uninstall(self) -> None:
        """Let no token in any more, as after the app was uninstalled in the account."""
        self.access, self.refresh = {}, ""
