"""Zendesk's OAuth refresh, which replaces both tokens: the old pair is dead once the answer is on its way.

https://developer.zendesk.com/api-reference/ticketing/oauth/grant_type_tokens/
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import requests

from connectors.zendesk.settings import ConnectionSettings
from core.errors import GrantRefusedError
from core.ports import Clock, Token

AGAIN = "Zendesk no longer accepts this installation's grant: connect it again."


def renewal(
    wire: requests.Session, subdomain: str, settings: ConnectionSettings, clock: Clock
) -> Callable[[Token], Token]:
    """Return the function that a vault calls, once for all workers, to renew a token.

    It raises ``GrantRefusedError`` when Zendesk refuses the grant or the client, ``RetryLaterError`` when
    Zendesk is away.
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
        return _read(wire.post(f"https://{subdomain}.zendesk.com/oauth/tokens", json=order), stale, clock)

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
