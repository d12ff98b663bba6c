"""Business hours: Monday to Friday, 9 to 17 in the tenant's zone, without its public holidays."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from core.errors import ConfigurationError

OPENS, CLOSES = time(9), time(17)
_SATURDAY = 5


class _Days(Protocol):
    def is_working_day(self, day: date) -> bool:
        """Say whether people work on that day."""
        ...


class _Weekdays:
    def is_working_day(self, day: date) -> bool:
        return day.weekday() < _SATURDAY


def add_business_hours(start: datetime, hours: float, *, zone: str = "UTC", holidays: str = "") -> datetime:
    """Return the moment (UTC) at which ``hours`` of business time have passed since ``start``.

    ``holidays`` is an ISO 3166 code (``DE``, ``US-CA``) or empty. Raises ``ConfigurationError`` if unknown.
    """
    tz, days = _zone(zone), _calendar(holidays)
    left = timedelta(hours=hours)
    local = _opening(start.astimezone(tz).replace(tzinfo=None), days)
    while True:
        close = datetime.combine(local.date(), CLOSES)
        if local + left <= close:
            return (local + left).replace(tzinfo=tz).astimezone(UTC)
        left -= close - local
        local = _opening(close, days)


def _opening(local: datetime, days: _Days) -> datetime:
    if days.is_working_day(local.date()) and local.time() < CLOSES:
        return max(local, datetime.combine(local.date(), OPENS))
    day = local.date() + timedelta(days=1)
    while not days.is_working_day(day):
        day += timedelta(days=1)
    return datetime.combine(day, OPENS)


@cache
def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ConfigurationError(f"unknown time zone: {name}") from error


@cache
def _calendar(code: str) -> _Days:
    if not code:
        return _Weekdays()
    # Loaded only when a tenant has set a country: the registry reads every calendar of the world.
    from workalendar.registry import registry

    found = registry.get(code)
    if found is None:
        raise ConfigurationError(f"unknown holiday calendar: {code}")
    days: _Days = found()
    return days
