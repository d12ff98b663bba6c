"""CORE-2's pure half: which intents go to which records, and which changes are worth a call."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.fields import catalogue
from core.model import Intent, IntentKind, RecordRef, Value


@dataclass(frozen=True, slots=True)
class Target:
    """A vendor's record that an entity of ours stands for. ``home`` ranks where its one recovery task goes."""

    installation: str
    record: RecordRef
    owner_id: str | None = None
    home: int = 0


@dataclass(frozen=True, slots=True)
class Wish:
    """One part of one record that should become ``value``."""

    target: Target
    kind: IntentKind
    name: str
    value: Any
    intent: Intent


def fan_out(intents: Iterable[Intent], targets: Mapping[str, Sequence[Target]]) -> list[Wish]:
    """Spread intents over the records of their subject. A task or a remark goes to one record only: its home."""
    wishes: list[Wish] = []
    for intent in intents:
        records = sorted(targets.get(intent.subject, ()), key=lambda target: target.home)
        chosen = records[:1] if intent.kind in {IntentKind.TASK, IntentKind.REMARK} else records
        wishes.extend(Wish(target, intent.kind, intent.name, intent.value, intent) for target in chosen)
    return wishes


def worth_writing(wanted: Mapping[str, Value], written: Mapping[str, Value]) -> dict[str, Value]:
    """Return the fields whose change is large enough, or whose band changed with them."""
    fields = catalogue()
    large = {key: value for key, value in wanted.items() if _large(key, written, value)}
    for key, value in wanted.items():
        band = fields[key].min_delta_band
        if band in large and value != written.get(key):
            large[key] = value
    return large


def _large(key: str, written: Mapping[str, Value], value: Value) -> bool:
    if key not in written:
        return value is not None
    return catalogue()[key].changed(written[key], value)
