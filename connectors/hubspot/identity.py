"""Who somebody is at HubSpot: the token that they bought with their own consent says user and account.

HubSpot has no lesser consent than the app's whole list of scopes; nothing of the token is kept. It is not revoked
either: the refresh token of whoever installed the app may be the very same.
https://developers.hubspot.com/docs/api-reference/2026-03/authentication/oauth-tokens/token-introspect
"""

from __future__ import annotations

from collections.abc import Sequence

from connectors.hubspot.grants import HubSpotGrants
from core.errors import RejectedError
from core.installation.ports import App, Asked, Person, SignIn
from core.ports import Clock


class HubSpotSignIn:
    """See ``core.installation.ports.SignIn``. The account is chosen on HubSpot's own page."""

    def __init__(self, grants: HubSpotGrants) -> None:
        self._grants = grants

    def address(self, asked: Asked) -> str:
        """Return HubSpot's page."""
        return self._grants.address(asked)

    def person(self, asked: Asked, code: str) -> Person:
        """Buy a token, ask HubSpot whose it is, and drop it."""
        known = self._grants.about(self._grants.bought(asked, code)[0])
        user, account = str(known.get("user_id") or ""), str(known.get("hub_id") or "")
        if known.get("active") is not True or not user.isdigit() or not account.isdigit():
            raise RejectedError("GRANT_REFUSED", "HubSpot names nobody")
        return Person(account, user)


def build(app: App, scopes: Sequence[str], clock: Clock) -> SignIn:
    """Return HubSpot's half of signing in."""
    return HubSpotSignIn(HubSpotGrants(app, scopes, clock))
