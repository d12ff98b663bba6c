"""HubSpot's OAuth refresh: access tokens live half an hour, the refresh token stays.

The SDK still posts to the v1 address, which ends on 2027-02-16; so the call is our own. All parameters go in the
form body. https://developers.hubspot.com/docs/api-reference/latest/authentication/manage-oauth-tokens
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import requests

from connectors.hubspot.settings import ConnectionSettings
from core.errors import GrantRefusedError
from core.ports import Clock, Token

ORIGIN = "https://api.hubapi.com"
TOKEN_PATH = "/oauth/2026-03/token"  # noqa: S105 - an address, not a secret
AGAIN = "HubSpot no longer accepts this installation's grant: connect it again."


def renewal(wire: requests.Session, settings: ConnectionSettings, clock: Clock) -> Callable[[Token], Token]:
    """Return the function that a vault calls, once for all workers, to renew a token.

    It raises ``GrantRefusedError`` when HubSpot refuses the grant or the client, ``RetryLaterError`` when
    HubSpot is away.
    """

    def fetch(stale: Token) -> Token:
        if not stale.refresh:
            raise GrantRefusedError(AGAIN)
        order = {
            "grant_type": "refresh_token",
            "refresh_token": stale.refresh,
            "client_id": settings.client_id or stale.extra.get("client_id", ""),
            "client_secret": settings.client_secret or stale.extra.get("client_secret", ""),
        }
        return _read(wire.post(ORIGIN + TOKEN_PATH, data=order), stale, clock)

    return fetch


def granted(given: Mapping[str, Any], before: Token, clock: Clock) -> Token:
    """Read a token out of an answer; what it does not name stays as it was."""
    seconds = given.get("expires_in")
    ends = clock.now() + timedelta(seconds=float(seconds)) if seconds else None
    refresh = str(given.get("refresh_token") or before.refresh)
    return Token(str(given["access_token"]), refresh, ends, before.generation + 1, before.extra)


def _read(response: requests.Response, stale: Token, clock: Clock) -> Token:
    if response.status_code >= 400:
        raise GrantRefusedError(AGAIN)
    return granted(response.json(), stale, clock)
