"""What a Zendesk account needs once: a look at what we may do there, and a webhook that tells us what happens.

https://developer.zendesk.com/api-reference/webhooks/webhooks-api/webhooks/
"""

from __future__ import annotations

from typing import Any

from connectors.zendesk.client import ZendeskClient
from core.errors import PermanentError
from core.installation.ports import Listening, Setup, Standing
from core.ports import Access
from manifests import declarations

NAME = "Attune"
NO_ADMIN = "Whoever allowed this is no admin: fields and the webhook cannot be created. Let an admin connect it again."


class ZendeskSetup:
    """See ``core.installation.ports.Setup``."""

    def __init__(self, access: Access) -> None:
        self._client = ZendeskClient(access)

    def examine(self, granted: frozenset[str]) -> Standing:
        """Ask who we are, for only an admin may define fields and webhooks, and what the token may do."""
        user = self._client.call("GET", "users/me", "other")["user"]
        warning = "" if user.get("role") == "admin" else NO_ADMIN
        return Standing(self._scopes(granted), "", str(user["id"]), warning)

    def _scopes(self, granted: frozenset[str]) -> frozenset[str] | None:
        """Return the token's scopes as Zendesk knows them; as the grant said where it does not tell."""
        try:
            known = self._client.call("GET", "oauth/tokens/current", "other").get("token") or {}
        except PermanentError:
            known = {}
        return frozenset(map(str, known.get("scopes") or granted)) or None

    def listen(self, address: str, held: str) -> Listening:
        """Make the webhook, or bring the one that is there to this address; Zendesk makes its signing secret."""
        found = self._find(held, address)
        body = {"webhook": _webhook(address)}
        if found is None:
            found = self._client.call("POST", "webhooks", "provision", body)["webhook"]
        elif found.get("endpoint") != address or found.get("status") != "active":
            self._client.call("PATCH", f"webhooks/{found['id']}", "provision", body)
        signing = self._client.call("GET", f"webhooks/{found['id']}/signing_secret", "provision")
        return Listening(str(found["id"]), str(signing["signing_secret"]["secret"]))

    def hush(self, held: str) -> None:
        """Delete the webhook."""
        if held:
            try:
                self._client.call("DELETE", f"webhooks/{held}", "provision")
            except PermanentError:
                return

    def _find(self, held: str, address: str) -> dict[str, Any] | None:
        """Return our webhook: the one made before or, after a crash in the very making, one with our address."""
        listed = self._client.call("GET", "webhooks", "provision", query={"filter[name_contains]": NAME})["webhooks"]
        ours = [one for one in listed if one.get("id") == held or one.get("endpoint") == address]
        return ours[0] if ours else None


def build(access: Access) -> Setup:
    """Return the set-up of one installation."""
    return ZendeskSetup(access)


def _webhook(address: str) -> dict[str, Any]:
    return {
        "name": NAME,
        "description": "Tells Attune what happens on tickets, users and organizations.",
        "endpoint": address,
        "http_method": "POST",
        "request_format": "json",
        "status": "active",
        "subscriptions": list(declarations()["zendesk"]["webhook"]["events"]),
    }
