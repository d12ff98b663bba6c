"""Who of an org may open the console; in Salesforce itself the package's permission sets decide who sees what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class AccessSettings:
    """Roles by user id. The help text stands in the vendor's manifest."""

    roles: Mapping[str, str] = field(default_factory=dict)
