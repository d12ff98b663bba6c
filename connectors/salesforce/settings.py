"""How to reach one Salesforce org: read from an installation's options."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any


@dataclass(frozen=True, slots=True)
class ConnectionSettings:
    """The client we are registered as, and how patient we are. Help texts stand in the vendor's manifest."""

    consumer_key: str = ""
    username: str = ""
    private_key: str = field(default="", repr=False)
    login_url: str = "https://login.salesforce.com"
    instance_url: str = ""
    connect_seconds: float = 5.0
    read_seconds: float = 60.0
    limit_seconds: float = 5.0

    @classmethod
    def from_options(cls, options: Mapping[str, Any]) -> ConnectionSettings:
        """Take the options that are ours, each in its own type."""
        given = {entry.name: options[entry.name] for entry in fields(cls) if entry.name in options}
        return cls(**{name: type(getattr(cls(), name))(value) for name, value in given.items()})
