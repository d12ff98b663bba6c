"""How to reach one Zendesk account: read from an installation's options."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any


@dataclass(frozen=True, slots=True)
class ConnectionSettings:
    """The client we are registered as, and how patient we are. Help texts stand in the vendor's manifest."""

    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    marketplace_name: str = ""
    marketplace_organization_id: str = ""
    marketplace_app_id: str = ""
    connect_seconds: float = 5.0
    read_seconds: float = 60.0
    poll_seconds: float = 1.0
    poll_times: int = 120

    @classmethod
    def from_options(cls, options: Mapping[str, Any]) -> ConnectionSettings:
        """Take the options that are ours, each in its own type."""
        given = {entry.name: options[entry.name] for entry in fields(cls) if entry.name in options}
        return cls(**{name: type(getattr(cls(), name))(value) for name, value in given.items()})

    @property
    def headers(self) -> dict[str, str]:
        """Return the headers that Zendesk asks of marketplace apps.

        https://developer.zendesk.com/documentation/marketplace/building-a-marketplace-app/
        """
        named = {
            "X-Zendesk-Marketplace-Name": self.marketplace_name,
            "X-Zendesk-Marketplace-Organization-Id": self.marketplace_organization_id,
            "X-Zendesk-Marketplace-App-Id": self.marketplace_app_id,
        }
        return {name: value for name, value in named.items() if value}
