"""Loads the field catalogue (``fields.toml``): the only place that names what stands in a vendor's record."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from core.model import Level, Value

TAG_PREFIX = "attune_"
RISK_TAG = "attune_risk_high"


@dataclass(frozen=True, slots=True)
class Field:
    """One catalogue entry; see the head of ``fields.toml`` for the meaning of each part."""

    key: str
    level: Level
    type: str
    label: str
    help: str
    purpose: str
    data_class: str
    shown_to: tuple[str, ...]
    keep_days: int
    min: float | None = None
    max: float | None = None
    places: int = 0
    max_length: int | None = None
    choices: tuple[str, ...] = ()
    min_delta: float | None = None
    min_delta_band: str | None = None

    @property
    def salesforce_name(self) -> str:
        """The custom field's name in Salesforce: ``attune_risk_flag`` -> ``Attune_Risk_Flag__c``."""
        return "_".join(word.capitalize() for word in self.key.split("_")) + "__c"

    def changed(self, old: Value, new: Value) -> bool:
        """Say whether ``new`` differs from ``old`` enough to be written."""
        if old == new:
            return False
        if self.min_delta is None or not isinstance(old, int | float) or not isinstance(new, int | float):
            return True
        return round(abs(float(new) - float(old)), 6) >= self.min_delta


@cache
def catalogue() -> dict[str, Field]:
    """Return every field by key, in the order of the file."""
    entries = tomllib.loads(files("core").joinpath("fields.toml").read_text(encoding="utf-8"))
    return {key: _field(key, entry) for key, entry in entries.items()}


def at_level(level: Level) -> tuple[Field, ...]:
    """Return the fields of one level."""
    return tuple(entry for entry in catalogue().values() if entry.level is level)


def _field(key: str, entry: dict[str, Any]) -> Field:
    listed: dict[str, Any] = {name: tuple(entry[name]) for name in ("choices", "shown_to") if name in entry}
    values = {**entry, **listed, "key": key, "level": Level(entry["level"])}
    return Field(**values)
