"""Who may see what through HubSpot's cards: an installation's options."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class AccessSettings:
    """Help texts stand in the vendor's manifest. Without a default role, whoever is not named sees nothing."""

    default_role: str = ""
    roles: Mapping[str, str] = field(default_factory=dict)
