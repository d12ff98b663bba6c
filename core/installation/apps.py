"""What the vendors know our app by: one JSON file, given by whoever runs Attune, the same for all its tenants."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from core.errors import ConfigurationError
from core.installation.ports import App

UNREADABLE = "ATTUNE_APPS_FILE must name a JSON file: an object by vendor, each with client_id and what else it needs"


def load(path: str) -> dict[str, App]:
    """Return the apps by vendor; none without a file. Raises ``ConfigurationError`` for one that cannot be read."""
    if not path:
        return {}
    try:
        found = json.loads(Path(path).read_text(encoding="utf-8"))
        return {str(vendor): _app(given) for vendor, given in found.items()}
    except (OSError, ValueError, AttributeError, TypeError):
        raise ConfigurationError(UNREADABLE) from None


def _app(given: Mapping[str, Any]) -> App:
    known = {entry.name for entry in fields(App)}
    if set(given) - known:
        raise ValueError(given)
    return App(**{name: str(value) for name, value in given.items()})
