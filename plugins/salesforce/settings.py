"""What an admin may map in a Salesforce org: read from an installation's options."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any


@dataclass(frozen=True, slots=True)
class MappingSettings:
    """API names of the customer's own fields. Help texts stand in the vendor's manifest.

    An empty name turns the mapping off; a field that the org does not have is left out.
    """

    external_id_field: str = "External_Id__c"
    minor_field: str = "Minor__c"
    locale_field: str = "Language__c"
    usage_field: str = "Attune_Usage__c"
    adoption_field: str = "Attune_Adoption__c"
    engagement_field: str = "Attune_Engagement__c"

    @classmethod
    def from_options(cls, options: Mapping[str, Any]) -> MappingSettings:
        """Take the options that are ours, as text."""
        return cls(**{entry.name: str(options[entry.name]) for entry in fields(cls) if entry.name in options})

    @property
    def signals(self) -> dict[str, str]:
        """Return the fields behind the mapped health inputs, by component."""
        named = {"usage": self.usage_field, "adoption": self.adoption_field, "engagement": self.engagement_field}
        return {component: name for component, name in named.items() if name}
