"""How to reach one HubSpot account: read from an installation's options."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any


@dataclass(frozen=True, slots=True)
class ConnectionSettings:
    """The app we are registered as, and how patient we are. Help texts stand in the vendor's manifest."""

    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    connect_seconds: float = 5.0
    read_seconds: float = 30.0

    @classmethod
    def from_options(cls, options: Mapping[str, Any]) -> ConnectionSettings:
        """Take the options that are ours, each in its own type."""
        given = {entry.name: options[entry.name] for entry in fields(cls) if entry.name in options}
        return cls(**{name: type(getattr(cls(), name))(value) for name, value in given.items()})
