"""Reason codes: why something was refused, and why a score is what it is. Their words stand in ``reasons.toml``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from importlib.resources import files


class Severity(StrEnum):
    """How much a refusal matters to the admin."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A named 'no': what happened and what to do, in words for the user and for the admin."""

    code: str
    user: str
    admin: str
    severity: Severity


@dataclass(frozen=True, slots=True)
class Driver:
    """A named 'because': the words an agent and an account manager read beside a score."""

    code: str
    agent: str
    account: str


_TOLD = tomllib.loads(files("core").joinpath("reasons.toml").read_text(encoding="utf-8"))

REFUSALS: dict[str, Refusal] = {
    code: Refusal(code, told["user"], told["admin"], Severity(told["severity"]))
    for code, told in _TOLD["refusal"].items()
}
DRIVERS: dict[str, Driver] = {code: Driver(code, **told) for code, told in _TOLD["driver"].items()}


def words(code: str, *, account: bool = False) -> str:
    """Return the plain words of a driver or a refusal; an unknown code is returned as it is."""
    driver = DRIVERS.get(code)
    if driver is not None:
        return driver.account if account else driver.agent
    refusal = REFUSALS.get(code)
    return refusal.user if refusal is not None else code
