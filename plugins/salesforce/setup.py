"""What a Salesforce org needs once: a look at our user's rights, and our address in the package's outbound messages.

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
from manifests import declarations

FLAGS: Mapping[str, str] = {"read": "queryable", "update": "updateable", "create": "createable"}
# The objects of which the package tells us.
SENT = frozenset(one.partition(":")[0] for one in declarations()["salesforce"]["webhook"]["events"])
PLAN = "SELECT OrganizationType FROM Organization"
# https://developer.salesforce.com/docs/atlas.en-us.api_tooling.meta/api_tooling/tooling_api_objects_workflowoutboundmessage.htm
MESSAGE = "WorkflowOutboundMessage"
MESSAGES = "SELECT Id FROM WorkflowOutboundMessage WHERE Name LIKE 'Attune%'"
DEPLOY = "Install the package (manifests/salesforce/README.md) and do this step again: until then nothing arrives."
LACKING = "The package is older than Attune: it tells nothing of {}. Install the newest, then do this step again."
REFUSED = (
    "Salesforce does not let the integration user change outbound messages: give it the right 'Customize Application' "
    "and do this step again, or enter the address that `attune install` prints into its outbound messages in Setup."
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
        """Put our address into the package's outbound messages; say what is left for an admin to do."""
        try:
            told = {self._point(str(row["Id"]), address) for row in self._client.tooling_query(MESSAGES)} - {""}
        except (PermanentError, ConfigurationError):
            return Listening(by_hand=REFUSED)
        lacking = sorted(set(SENT) - told)
        if not told:
            return Listening(by_hand=DEPLOY)
        return Listening(by_hand=LACKING.format(", ".join(lacking)) if lacking else "")

    def _point(self, id_: str, address: str) -> str:
        """Have one message sent to an address; return the object it tells of, empty where it is none of ours."""
        found = self._client.definition(MESSAGE, id_)
        sobject, _, name = str(found.get("FullName") or "").partition(".")
        if sobject not in SENT or not name.startswith("Attune_"):
            return ""
        metadata = {key: value for key, value in (found.get("Metadata") or {}).items() if value is not None}
        if metadata.get("endpointUrl") != address:
            self._client.change_definition(MESSAGE, id_, {**metadata, "endpointUrl": address})
        return sobject

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
