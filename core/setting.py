"""One setting that a person may change: its kind, range and default, and how a value of it is checked."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from core.errors import ConfigurationError
from core.roles import ROLES

LONGEST = 200
USER = re.compile(r"[0-9A-Za-z]{1,40}", re.ASCII)
MOST_ROLES = 5_000


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting. ``default`` is ``None`` where the vendor's code has it. ``range``: what is allowed, in words."""

    key: str
    label: str
    help: str
    kind: str
    default: Any
    range: str
    check: Callable[[Any], Any] = field(repr=False, compare=False)
    choices: Mapping[str, str] = field(default_factory=dict)
    min: float | None = None
    max: float | None = None

    def checked(self, value: Any) -> Any:
        """Return a value in its own type; raise ``ConfigurationError`` that names the setting and its range."""
        try:
            return self.check(value)
        except (ValueError, TypeError, ConfigurationError):
            raise ConfigurationError(f"{self.label} is {self.range}") from None


def number(key: str, label: str, said: str, default: Any, low: float, high: float) -> Setting:
    """Return a setting that is a number of two decimals."""

    def check(value: Any) -> float:
        return round(_within(float(_no_flag(value)), low, high), 4)

    return Setting(key, label, said, "number", default, f"{low:g} to {high:g}", check, min=low, max=high)


def integer(key: str, label: str, said: str, default: Any, low: int, high: int) -> Setting:
    """Return a setting that is a whole number."""

    def check(value: Any) -> int:
        return int(_within(int(_no_flag(value)), low, high))

    return Setting(
        key, label, said, "integer", default, f"a whole number from {low} to {high}", check, min=low, max=high
    )


def choice(key: str, label: str, said: str, default: Any, choices: Mapping[str, str]) -> Setting:
    """Return a setting that is one of a few words."""

    def check(value: Any) -> str:
        if value not in choices:
            raise ValueError
        return str(value)

    return Setting(key, label, said, "choice", default, f"one of {len(choices)} choices", check, choices)


def flag(key: str, label: str, said: str, default: Any) -> Setting:
    """Return a setting that is on or off."""
    words = {"true": True, "false": False}
    shown = {"true": "yes", "false": "no"}

    def check(value: Any) -> bool:
        if value not in (True, False, *words):
            raise ValueError
        return words.get(value, bool(value))

    return Setting(key, label, said, "flag", default, "yes or no", check, shown)


def text(key: str, label: str, said: str, default: Any, pattern: str = "", form: str = "") -> Setting:
    """Return a setting that is a short text on one line; ``form`` says in words what ``pattern`` asks for."""

    def check(value: Any) -> str:
        if not isinstance(value, str) or len(value) > LONGEST or not value.isprintable():
            raise ValueError
        if pattern and not re.fullmatch(pattern, value, re.ASCII):
            raise ValueError
        return value.strip()

    return Setting(key, label, said, "text", default, form or f"text of up to {LONGEST} characters", check)


def person(key: str, label: str, said: str) -> Setting:
    """Return a setting that is a vendor's user."""

    def check(value: Any) -> str:
        given = str(value or "").strip()
        if given and not USER.fullmatch(given):
            raise ValueError
        return given

    return Setting(key, label, said, "person", "", "letters and digits, or empty", check)


def roles(key: str, label: str, said: str, default: Any) -> Setting:
    """Return the setting that gives roles to a vendor's users."""

    def check(value: Any) -> dict[str, str]:
        if not isinstance(value, Mapping) or len(value) > MOST_ROLES:
            raise ValueError
        if not all(USER.fullmatch(str(user)) and role in ROLES for user, role in value.items()):
            raise ValueError
        return {str(user): str(role) for user, role in sorted(value.items())}

    return Setting(key, label, said, "roles", default, "user id to role", check)


def _no_flag(value: Any) -> Any:
    if isinstance(value, bool):
        raise ValueError
    return value


def _within(value: float, low: float, high: float) -> float:
    # Also refuses what is no number at all.
    if not low <= value <= high:
        raise ValueError
    return value
