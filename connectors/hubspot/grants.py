"""How a HubSpot account lets us in, and how we leave again: the dated OAuth addresses, all parameters in the body.

https://developers.hubspot.com/docs/api-reference/latest/authentication/manage-oauth-tokens
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from connectors.hubspot.auth import ORIGIN, TOKEN_PATH
from connectors.oauth import answer, granted
from connectors.transport import VendorAdapter, session
from core.errors import RejectedError
from core.installation.ports import App, Asked, Grant, Grants
from core.ports import Clock, Token

PAGE = "https://app.hubspot.com"


class HubSpotGrants:
    """See ``core.installation.ports.Grants``. The account is chosen on HubSpot's own page."""

    def __init__(self, app: App, scopes: Sequence[str], clock: Clock) -> None:
        self._app, self._scopes, self._clock = app, " ".join(scopes), clock
        self._wire = session(VendorAdapter(app.base_url, read_seconds=15.0))

    def address(self, asked: Asked) -> str:
        """Return HubSpot's page; the scopes have to be exactly those that the app was registered with."""
        query = {
            "client_id": self._app.client_id,
            "redirect_uri": asked.redirect_uri,
            "scope": self._scopes,
            "state": asked.state,
        }
        return f"{self._app.base_url or PAGE}/oauth/authorize?{urlencode(query)}"

    def exchange(self, asked: Asked, code: str) -> Grant:
        """Buy a pair of tokens with the code, and ask what it is good for."""
        token, given = self.bought(asked, code)
        known = self.about(token)
        portal = str(known.get("hub_id") or given.get("hub_id") or "")
        if not portal.isdigit():
            raise RejectedError("GRANT_REFUSED", "HubSpot names no account")
        scopes = known.get("scopes") or given.get("scopes") or []
        return Grant(token, portal, frozenset(map(str, scopes)), str(known.get("app_id") or ""))

    def bought(self, asked: Asked, code: str) -> tuple[Token, dict[str, Any]]:
        """Buy a pair of tokens with the code; return it, and the whole answer."""
        order = {"grant_type": "authorization_code", "code": code, "redirect_uri": asked.redirect_uri}
        given = answer(self._wire.post(ORIGIN + TOKEN_PATH, data={**order, **self._client()}))
        return granted(given, Token(""), self._clock), given

    def about(self, token: Token) -> dict[str, Any]:
        """Return what HubSpot knows of an access token: account, user, app, scopes."""
        order = {"token": token.access, "token_type_hint": "access_token", **self._client()}
        return answer(self._wire.post(f"{ORIGIN}{TOKEN_PATH}/introspect", data=order))

    def revoke(self, token: Token, account_ref: str) -> None:
        """Revoke the refresh token; the last access token ends within half an hour."""
        order = {"token": token.refresh, "token_type_hint": "refresh_token", **self._client()}
        self._wire.post(f"{ORIGIN}{TOKEN_PATH}/revoke", data=order)

    def _client(self) -> dict[str, str]:
        return {"client_id": self._app.client_id, "client_secret": self._app.client_secret}


def build(app: App, scopes: Sequence[str], clock: Clock) -> Grants:
    """Return HubSpot's half of connecting."""
    return HubSpotGrants(app, scopes, clock)
