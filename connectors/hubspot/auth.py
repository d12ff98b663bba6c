"""HubSpot's OAuth refresh: access tokens live half an hour, the refresh token stays.

The SDK still posts to the v1 address, which ends on 2027-02-16; so the call is our own. All parameters go in the
form body. https://developers.hubspot.com/docs/api-reference/latest/authentication/manage-oauth-tokens
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import requests

from connectors import oauth
from connectors.hubspot.settings import ConnectionSettings
from core.ports import Clock, Token

ORIGIN = "https://api.hubapi.com"
TOKEN_PATH = "/oauth/2026-03/token"  # noqa: S105 - an address, not a secret


def renewal(wire: requests.Session, settings: ConnectionSettings, clock: Clock) -> Callable[[Token], Token]:
    """Return the function that a vault calls to renew a token: see ``connectors.oauth.renewal``."""

    def ask(order: Mapping[str, str]) -> requests.Response:
        return wire.post(ORIGIN + TOKEN_PATH, data=order)

    return oauth.renewal(ask, settings.client_id, settings.client_secret, "HubSpot", clock)
