"""What a Salesforce org needs once: a look at our user's rights; outbound messages come with the package.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_sobject_describe.htm
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connectors.salesforce.client import SalesforceClient
from core.errors import ConfigurationError, PermanentError
from core.installation.modules import needs
from core.installation.ports import Listening, Setup, Standing
from core.ports import Access

FLAGS: Mapping[str, str] = {"read": "queryable", "update": "updateable", "create": "createable"}
PLAN = "SELECT OrganizationType FROM Organization"
BY_HAND = (
    "Deploy the package with this address as ATTUNE_WEBHOOK_URL (manifests/salesforce/README.md): Salesforce's "
    "outbound messages carry their address in themselves."
)


class SalesforceSetup:
    """See ``core.installation.ports.Setup``."""

    def __init__(self, access: Access) -> None:
        self._client = SalesforceClient(access)

    def examine(self, granted: frozenset[str]) -> Standing:
        """Ask what our user may do with each object that a module needs, and for the org's edition."""
        wanted = set().union(*needs("salesforce").values())
        rights = {one for one in wanted if ":" in one}
        described = {name: self._described(name) for name in {one.partition(":")[0] for one in rights}}
        held = {one for one in rights if described[one.partition(":")[0]].get(FLAGS[one.partition(":")[2]]) is True}
        scopes = {one for one in granted if ":" not in one} or {"api"}
        rows = self._client.query(PLAN, "other")
        plan = str(rows[0].get("OrganizationType") or "") if rows else ""
        return Standing(frozenset(scopes | held), plan, self._client.user_id)

    def listen(self, address: str, held: str) -> Listening:
        """Say what an admin has to do: nothing here can be made through the API."""
        return Listening(by_hand=BY_HAND)

    def hush(self, held: str) -> None:
        """Do nothing: the messages go with the package, and our door is shut to them."""

    def _described(self, sobject: str) -> Mapping[str, Any]:
        """Describe an object; one that our user may not see is as if it were not there."""
        try:
            return self._client.describe(sobject)
        except (PermanentError, ConfigurationError):
            return {}


def build(access: Access) -> Setup:
    """Return the set-up of one installation."""
    return SalesforceSetup(access)
