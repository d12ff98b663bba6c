"""What an admin may map in a Zendesk account: read from an installation's options."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any


@dataclass(frozen=True, slots=True)
class MappingSettings:
    """Names of the customer's own fields and tags. Help texts stand in the vendor's manifest.

    An empty name turns the mapping off.
    """

    crm_id_field: str = "crm_id"
    minor_field: str = "minor"
    privacy_field: str = "privacy_choice"
    privacy_objected: str = "objected"
    escalation_tag: str = "escalated"

    @classmethod
    def from_options(cls, options: Mapping[str, Any]) -> MappingSettings:
        """Take the options that are ours, as text."""
        return cls(**{entry.name: str(options[entry.name]) for entry in fields(cls) if entry.name in options})
