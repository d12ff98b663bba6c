"""How a Zendesk account lets us in: authorization code with PKCE by our global client, and how we leave again.

https://developer.zendesk.com/api-reference/ticketing/oauth/grant_type_tokens/
https://developer.zendesk.com/documentation/api-basics/authentication/oauth-pkce
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urlencode

from connectors.oauth import answer, bearer, granted
from connectors.transport import VendorAdapter, session
from core.errors import RejectedError
from core.installation.pkce import challenge
from core.installation.ports import App, Asked, Grant, Grants
from core.ports import Clock, Token

SUBDOMAIN = re.compile(r"[a-z0-9][a-z0-9-]{0,62}", re.ASCII)
# Zendesk gives five minutes to two days, and for the refresh token a week to ninety days.
LIVES_SECONDS, REFRESH_SECONDS = 3_600, 7_776_000


class ZendeskGrants:
    """See ``core.installation.ports.Grants``."""

    def __init__(self, app: App, scopes: Sequence[str], clock: Clock) -> None:
        self._app, self._scopes, self._clock = app, " ".join(scopes), clock
        self._wire = session(VendorAdapter(app.base_url, read_seconds=15.0))

    def address(self, asked: Asked) -> str:
        """Return the account's own page; the account is the subdomain."""
        subdomain = _subdomain(asked.account)
        query = {
            "response_type": "code",
            "client_id": self._app.client_id,
            "redirect_uri": asked.redirect_uri,
            "scope": self._scopes,
            "state": asked.state,
            "code_challenge": challenge(asked.verifier),
            "code_challenge_method": "S256",
        }
        home = self._app.base_url or f"https://{subdomain}.zendesk.com"
        return f"{home}/oauth/authorizations/new?{urlencode(query)}"

    def exchange(self, asked: Asked, code: str) -> Grant:
        """Buy a pair of tokens with the code, and ask who we are with it."""
        home = f"https://{_subdomain(asked.account)}.zendesk.com"
        order = {
            "grant_type": "authorization_code",
            "code": code,
            **self._client(),
            "redirect_uri": asked.redirect_uri,
            "scope": self._scopes,
            "code_verifier": asked.verifier,
            "expires_in": LIVES_SECONDS,
            "refresh_token_expires_in": REFRESH_SECONDS,
        }
        given = answer(self._wire.post(f"{home}/oauth/tokens", json=order))
        token = granted(given, Token(""), self._clock)
        user = answer(self._wire.get(f"{home}/api/v2/users/me.json", headers=bearer(token))).get("user") or {}
        scopes = frozenset(str(given.get("scope") or "").split())
        return Grant(token, _subdomain(asked.account), scopes, str(user.get("id") or ""))

    def revoke(self, token: Token, account_ref: str) -> None:
        """Revoke the token by its id: by the word 'current' Zendesk has been seen to answer 204 and keep it."""
        home = f"https://{_subdomain(account_ref)}.zendesk.com"
        known = self._wire.get(f"{home}/api/v2/oauth/tokens/current.json", headers=bearer(token))
        if known.status_code == 401 and token.refresh:
            # The access token has ended; its refresh token would live on.
            token = self._renewed(home, token)
            known = self._wire.get(f"{home}/api/v2/oauth/tokens/current.json", headers=bearer(token))
        if known.status_code in (401, 403, 404):
            return
        name = (answer(known).get("token") or {}).get("id", "current")
        self._wire.delete(f"{home}/api/v2/oauth/tokens/{name}.json", headers=bearer(token))

    def _renewed(self, home: str, token: Token) -> Token:
        order = {"grant_type": "refresh_token", "refresh_token": token.refresh, **self._client()}
        answer = self._wire.post(f"{home}/oauth/tokens", json=order)
        return token if answer.status_code >= 400 else granted(answer.json(), token, self._clock)

    def _client(self) -> dict[str, str]:
        return {"client_id": self._app.client_id, "client_secret": self._app.client_secret}


def build(app: App, scopes: Sequence[str], clock: Clock) -> Grants:
    """Return Zendesk's half of connecting."""
    return ZendeskGrants(app, scopes, clock)


def _subdomain(account: str) -> str:
    """Return a subdomain as people write it: alone, or as an address."""
    name = account.strip().lower().removeprefix("https://").removesuffix("/").removesuffix(".zendesk.com")
    if not SUBDOMAIN.fullmatch(name):
        raise RejectedError("BAD_ACCOUNT", "a Zendesk subdomain is the part before .zendesk.com")
    return name
