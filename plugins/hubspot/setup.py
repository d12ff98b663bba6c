"""What a HubSpot account needs once: a look at it. Its webhooks belong to the app and need nothing."""

from __future__ import annotations

from typing import Any

from connectors.hubspot.client import HubSpotClient
from connectors.hubspot.grants import HubSpotGrants
from core.errors import RejectedError
from core.installation.ports import App, Listening, Setup, Standing
from core.ports import Access


class HubSpotSetup:
    """See ``core.installation.ports.Setup``."""

    def __init__(self, access: Access) -> None:
        self._client = HubSpotClient(access)
        self._access = access

    def examine(self, granted: frozenset[str]) -> Standing:
        """Ask for the account's details; its kind is all that HubSpot says of its plan."""
        account = self._client.plain("other", "account-info/v3/details") or {}
        known = self._known()
        scopes = frozenset(map(str, known.get("scopes") or granted)) or None
        plan = str(account.get("accountType") or "").replace("_", " ").lower()
        return Standing(scopes, plan, str(known.get("app_id") or ""))

    def _known(self) -> dict[str, Any]:
        """Return what HubSpot tells of our token; nothing for one that no app of OAuth was given."""
        token = self._access.vault.current()
        app = App(token.extra.get("client_id", ""), token.extra.get("client_secret", ""), "", self._access.base_url)
        try:
            return HubSpotGrants(app, (), self._access.clock).about(token)
        except RejectedError:
            return {}

    def listen(self, address: str, held: str) -> Listening:
        """Do nothing: the app's one address serves all accounts, and the app's own secret signs."""
        return Listening()

    def hush(self, held: str) -> None:
        """Do nothing: without a grant HubSpot sends no more events of this account."""


def build(access: Access) -> Setup:
    """Return the set-up of one installation."""
    return HubSpotSetup(access)
