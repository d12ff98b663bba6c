"""The Salesforce sandbox's login page: the web server flow for people, and who they are.

https://help.salesforce.com/s/articleView?id=sf.remoteaccess_oauth_web_server_flow.htm
https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_using_userinfo_endpoint.htm
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from flask import Response, jsonify, request

from connectors.salesforce import sandbox_login as login
from connectors.salesforce.sandbox_org import INSTANCE, ORGANISATION
from connectors.sandbox_codes import Codes, answered, is_address, page

if TYPE_CHECKING:
    from connectors.salesforce.sandbox import Sandbox

AUTHORIZE, USERINFO = "/services/oauth2/authorize", "/services/oauth2/userinfo"


class Identity:
    """People who sign in; a token of theirs is good for the scope that was asked for."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._box = sandbox
        self.codes = Codes()
        self._tokens: dict[str, tuple[str, tuple[str, ...]]] = {}
        sandbox.app.add_url_rule(AUTHORIZE, view_func=self._authorize, methods=["GET"])
        sandbox.app.add_url_rule(USERINFO, view_func=self._userinfo, methods=["GET"])

    def _authorize(self) -> Response:
        """Let somebody say who they are. The app requires PKCE."""
        asked = request.args
        if asked.get("client_id") != login.CONSUMER_KEY or not is_address(asked.get("redirect_uri", "")):
            return Response("error=invalid_client_id&error_description=client%20identifier%20invalid", 400)
        denied = answered(asked, error="access_denied", error_description="end-user denied authorization")
        if asked.get("response_type") != "code" or not asked.get("code_challenge"):
            return page("Salesforce", (), answered(asked, error="invalid_request"), denied, ask=False)
        scopes = tuple(asked.get("scope", "").split())
        with self._box.lock:
            allow = answered(asked, code=self.codes.issue(asked, scopes, self._box.clock_.now()))
        return page("Salesforce", scopes, allow, denied, ask=bool(self._box.options.get("ask_first")))

    def token(self) -> Response:
        """Sell a token for a code."""
        given = request.form
        if (given.get("client_id"), given.get("client_secret")) != (login.CONSUMER_KEY, login.CONSUMER_SECRET):
            return login.invalid_client()
        with self._box.lock:
            scopes = self.codes.redeem(given, self._box.clock_.now())
            if scopes is None:
                return login.invalid_grant("expired authorization code")
            token, user = f"{ORGANISATION[:15]}!{uuid.uuid4().hex}", self._user()
            self._tokens[token] = (user, scopes)
        known = {"access_token": token, "scope": " ".join(scopes), "token_type": "Bearer"}
        return jsonify({**known, "instance_url": INSTANCE, "id": f"{login.ADDRESS}/id/{self._org()}/{user}"})

    def end(self, token: str) -> bool:
        """End a person's token; say whether there was one."""
        return self._tokens.pop(token, None) is not None

    def _userinfo(self) -> Response:
        self._box.count("token")
        user, scopes = self._tokens.get(request.headers.get("Authorization", "").removeprefix("Bearer "), ("", ()))
        if not user or not {"openid", "full"} & set(scopes):
            return Response("Bad_OAuth_Token", 403)
        identity = f"{login.ADDRESS}/id/{self._org()}/{user}"
        known = {"sub": identity, "user_id": user, "organization_id": self._org(), "active": True}
        return jsonify({**known, "user_type": "STANDARD", "language": "en_US", "locale": "en_GB"})

    def _user(self) -> str:
        return str(self._box.options.get("user", self._box.agent_id))

    def _org(self) -> str:
        return str(self._box.options.get("account", ORGANISATION))
