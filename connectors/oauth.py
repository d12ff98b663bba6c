"""OAuth as far as the vendors speak it alike: an answer read or refused, a token kept, a pair of tokens renewed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import requests

from core.errors import GrantRefusedError, RejectedError
from core.ports import Clock, Token

Ask = Callable[[Mapping[str, str]], requests.Response]


def answer(response: requests.Response) -> dict[str, Any]:
    """Return the object that a vendor answered; a refusal raises ``RejectedError`` GRANT_REFUSED with its word."""
    try:
        body = response.json()
    except requests.exceptions.JSONDecodeError:
        body = {}
    found: dict[str, Any] = body if isinstance(body, dict) else {}
    if response.status_code >= 400:
        # OAuth names an error; HubSpot a category.
        named = found.get("category") or found.get("error") or f"HTTP {response.status_code}"
        raise RejectedError("GRANT_REFUSED", str(named)[:100])
    return found


def bearer(token: Token) -> dict[str, str]:
    """Return the header that carries a token."""
    return {"Authorization": f"Bearer {token.access}"}


def granted(given: Mapping[str, Any], before: Token, clock: Clock) -> Token:
    """Read a token out of an answer; what it does not name stays as it was."""
    seconds = given.get("expires_in")
    ends = clock.now() + timedelta(seconds=float(seconds)) if seconds else None
    refresh = str(given.get("refresh_token") or before.refresh)
    return Token(str(given["access_token"]), refresh, ends, before.generation + 1, before.extra)


def renewal(ask: Ask, client_id: str, client_secret: str, vendor: str, clock: Clock) -> Callable[[Token], Token]:
    """Return the function that a vault calls, once for all workers, to renew a token by its refresh token.

    ``ask`` sends the order to the vendor. It raises ``GrantRefusedError`` when the grant or the client is refused,
    ``RetryLaterError`` when the vendor is away.
    """
    again = f"{vendor} no longer accepts this installation's grant: connect it again."

    def fetch(stale: Token) -> Token:
        if not stale.refresh:
            raise GrantRefusedError(again)
        response = ask(
            {
                "grant_type": "refresh_token",
                "refresh_token": stale.refresh,
                "client_id": client_id or stale.extra.get("client_id", ""),
                "client_secret": client_secret or stale.extra.get("client_secret", ""),
            }
        )
        if response.status_code >= 400:
            raise GrantRefusedError(again)
        return granted(response.json(), stale, clock)

    return fetch
