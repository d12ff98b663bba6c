"""How long a newly connected tool is only observed: one place for everybody who says or needs it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

CHOICE = "observe_days"
DAYS, SHORTEST, LONGEST = 14, 1, 90


def days(choices: Mapping[str, Any]) -> int:
    """Return the days that an organisation has chosen."""
    return max(SHORTEST, min(LONGEST, int(choices.get(CHOICE, DAYS))))


def ends(choices: Mapping[str, Any], now: datetime) -> datetime:
    """Return when observing ends that begins now."""
    return now + timedelta(days=days(choices))
