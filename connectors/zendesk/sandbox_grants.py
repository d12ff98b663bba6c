"""The Zendesk sandbox's OAuth: the page on which an admin allows it, tokens for a code, tokens taken back.

https://developer.zendesk.com/api-reference/ticketing/oauth/grant_type_tokens/
https://developer.zendesk.com/api-reference/ticketing/oauth/oauth_tokens/
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Response, jsonify, request

from connectors.sandbox_codes import Codes, answered, is_address, page
from connectors.zendesk import sandbox_answers as answers

if TYPE_CHECKING:
    from connectors.zendesk.sandbox import Sandbox

AUTHORIZE = "/oauth/authorizations/new"
TOKEN_ID = 7001
BAD_GRANT = (
    "The provided access grant is invalid, expired, or revoked (e.g. invalid assertion, expired authorization token, "
    "bad end-user password credentials, or mismatching authorization code and redirection URI)."
)


class Grants:
    """Own options: ``ask_first`` (a page with Allow and Deny instead of an answer at once), ``granted`` (the scopes
    that are given, whatever is asked for)."""

    def __init__(self, sandbox: Sandbox, client_id: str) -> None:
        self._box, self._client_id = sandbox, client_id
        self.codes = Codes()
        sandbox.app.add_url_rule(AUTHORIZE, view_func=self.authorize, methods=["GET"], endpoint="authorize")
        sandbox.app.add_url_rule("/api/v2/oauth/tokens/current", view_func=self.current, endpoint="current token")
        sandbox.app.add_url_rule("/api/v2/oauth/tokens/<name>", view_func=self.revoke, methods=["DELETE"])

    def authorize(self) -> Response:
        """Let the admin decide; a request that names no known client or address is refused on the spot."""
        asked = request.args
        if asked.get("client_id") != self._client_id or not is_address(asked.get("redirect_uri", "")):
            return Response("Invalid Authorization Request\nNo such client, or the redirect URL is not its own", 400)
        if asked.get("response_type") != "code" or asked.get("code_challenge_method", "S256") != "S256":
            return Response("Invalid Authorization Request", 400)
        scopes = self._scopes(asked.get("scope", ""))
        with self._box.lock:
            allow = answered(asked, code=self.codes.issue(asked, scopes, self._box.clock_.now()))
        words = "The end-user or authorization server denied the request."
        deny = answered(asked, error="access_denied", error_description=words)
        return page("Zendesk", scopes, allow, deny, ask=bool(self._box.options.get("ask_first")))

    def _scopes(self, asked: str) -> tuple[str, ...]:
        return tuple(str(self._box.options.get("granted", asked)).split())

    def redeem(self, given: dict[str, Any]) -> tuple[str, ...] | None:
        """Return the scopes behind a code."""
        return self.codes.redeem(given, self._box.clock_.now())

    def current(self) -> Response:
        """Show the token that the request carries."""
        self._box.count("token")
        scopes = list(self._box.gate.scopes)
        return jsonify({"token": {"id": TOKEN_ID, "user_id": self._box.integration_id, "scopes": scopes}})

    def revoke(self, name: str) -> Response:
        """Take a token back by its id. The word 'current' is answered as if, and changes nothing."""
        self._box.count("token")
        if name not in (str(TOKEN_ID), "current"):
            return answers.not_found()
        if name != "current":
            self._box.gate.revoke()
        return Response(status=204)
