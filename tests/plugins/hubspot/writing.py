"""Short words for the tests of the writer."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from core.model import Level, Outcome, RecordRef, TaskOrder
from tests.plugins.hubspot.conftest import World

DUE = datetime(2026, 11, 2, 13, 0, tzinfo=UTC)


def case(id_: str) -> RecordRef:
    return RecordRef("hubspot", Level.CASE, id_)


def order(id_: str, owner: str | None = None) -> TaskOrder:
    return TaskOrder(id_, "t", "Follow up", "Please", owner, DUE, "urgent")


def tickets(world: World, many: int) -> list[str]:
    said = [{"case": f"c{n}", "person": "ada", "text": "x", "channel": "web"} for n in range(many)]
    return [one["case"] for one in world.box.say(said)]


def outcomes(receipts: Any) -> dict[tuple[str, str], tuple[Outcome, str]]:
    return {(r.record.id, r.part): (r.outcome, r.code) for r in receipts}
