"""Zendesk's OAuth refresh, which replaces both tokens: the old pair is dead once the answer is on its way.

https://developer.zendesk.com/api-reference/ticketing/oauth/grant_type_tokens/
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import requests

from connectors import oauth
from connectors.zendesk.settings import ConnectionSettings
from core.ports import Clock, Token


def renewal(
    wire: requests.Session, subdomain: str, settings: ConnectionSettings, clock: Clock
) -> Callable[[Token], Token]:
    """Return the function that a vault calls to renew a token: see ``connectors.oauth.renewal``."""

    def ask(order: Mapping[str, str]) -> requests.Response:
        return wire.post(f"https://{subdomain}.zendesk.com/oauth/tokens", json=order)

    return oauth.renewal(ask, settings.client_id, settings.client_secret, "Zendesk", clock)
