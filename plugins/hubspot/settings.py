"""What an admin may map in a HubSpot account: read from an installation's options."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any


@dataclass(frozen=True, slots=True)
class MappingSettings:
    """Names of properties. Help texts stand in the vendor's manifest. An empty name turns a mapping off."""

    account_crm_id_property: str = "salesforceaccountid"
    person_crm_id_property: str = "salesforcecontactid"
    external_id_property: str = "external_id"
    usage_property: str = "attune_usage"
    adoption_property: str = "attune_adoption"
    engagement_property: str = "attune_engagement"
    minor_property: str = "minor"
    privacy_property: str = "privacy_choice"
    privacy_objected: str = "objected"
    escalation_property: str = ""
    escalation_value: str = "true"
    closed_stages: str = "4"
    email_is_verified: bool = True

    @classmethod
    def from_options(cls, options: Mapping[str, Any]) -> MappingSettings:
        """Take the options that are ours, each in its own type."""
        given = {entry.name: options[entry.name] for entry in fields(cls) if entry.name in options}
        return cls(**{name: _as_in(getattr(cls(), name), value) for name, value in given.items()})

    @property
    def signals(self) -> Mapping[str, str]:
        """Return the health inputs that are mapped: component -> company property."""
        named = {
            "usage": self.usage_property,
            "adoption": self.adoption_property,
            "engagement": self.engagement_property,
        }
        return {component: name for component, name in named.items() if name}

    @property
    def person_properties(self) -> tuple[str, ...]:
        """Return what is read of a contact."""
        mapped = (self.person_crm_id_property, self.external_id_property, self.minor_property, self.privacy_property)
        return ("firstname", "lastname", "email", "hs_language", *(name for name in mapped if name))

    @property
    def account_properties(self) -> tuple[str, ...]:
        """Return what is read of a company."""
        mapped = (self.account_crm_id_property, self.external_id_property, *self.signals.values())
        return ("name", "domain", "hubspot_owner_id", *(name for name in mapped if name))

    @property
    def case_properties(self) -> tuple[str, ...]:
        """Return what is read of a ticket."""
        own = (
            "subject",
            "content",
            "hs_pipeline_stage",
            "closed_date",
            "hubspot_owner_id",
            "createdate",
            "source_type",
            "hs_conversations_originating_thread_id",
        )
        return (*own, *((self.escalation_property,) if self.escalation_property else ()))


def _as_in(default: Any, value: Any) -> Any:
    """Return a value in its default's type; a switch may come as a word."""
    if isinstance(default, bool):
        return str(value).strip().lower() in ("true", "yes", "on", "1")
    return type(default)(value)
