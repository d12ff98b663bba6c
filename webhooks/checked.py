"""Takes parts out of parsed JSON, checked: a wrong shape is a ``DriftError`` that names the part, never its content."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

RECORD_ID = re.compile(r"[0-9]{1,20}", re.ASCII)
EVENT_ID = re.compile(r"[!-~]{1,128}", re.ASCII)
FRACTION = re.compile(r"(\.[0-9]{6})[0-9]+")


class DriftError(ValueError):
    """A part has not the shape that the vendor documents."""


def object_(owner: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Return an object inside another; one that is absent or null is empty."""
    value = owner.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise DriftError(name)
    return value


def list_(owner: Mapping[str, Any], name: str) -> list[Any]:
    """Return a list inside an object; empty for anything else."""
    value = owner.get(name)
    return value if isinstance(value, list) else []


def record_id(value: object) -> str | None:
    """Return a vendor's numeric record id as text; ``None`` for anything else."""
    text = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    return text if RECORD_ID.fullmatch(text) else None


def event_id(value: object) -> str:
    """Return an event id: printable ASCII, at most 128 characters."""
    if not isinstance(value, str) or not EVENT_ID.fullmatch(value):
        raise DriftError("id")
    return value


def required_time(value: object, name: str) -> datetime:
    """Return a time that has to be there."""
    at = time(value)
    if at is None:
        raise DriftError(name)
    return at


def time(value: object) -> datetime | None:
    """Read RFC 3339 with up to nanoseconds (cut to microseconds); ``None`` for anything else."""
    if not isinstance(value, str) or not 10 < len(value) < 64:
        return None
    try:
        at = datetime.fromisoformat(FRACTION.sub(r"\1", value))
        return at.astimezone(UTC) if at.tzinfo else None
    except (ValueError, OverflowError):
        return None
