"""Short words for the tests of the writer."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from core.model import Level, Outcome, Receipt, RecordChange, RecordRef, TaskOrder
from tests.plugins.zendesk.conftest import World

DUE = datetime(2026, 11, 2, 13, 15, tzinfo=UTC)


def tickets(world: World, count: int) -> list[RecordRef]:
    world.box.sender.url = ""
    said = world.box.say(
        [
            {"case": f"c{i}", "person": "ada", "role": "customer", "text": "Hello?", "channel": "email"}
            for i in range(count)
        ]
    )
    return [RecordRef("zendesk", Level.CASE, one["case"]) for one in said]


def write(world: World, *changes: RecordChange) -> list[Receipt]:
    return list(world.plugin.apply(changes))


def outcomes(receipts: list[Receipt]) -> list[tuple[str, Outcome, str]]:
    return [(receipt.part, receipt.outcome, receipt.code) for receipt in receipts]


def order(external_id: str = "t-1", **more: Any) -> TaskOrder:
    given = {
        "template": "critical_callback",
        "subject": "Call back",
        "body": "Please call.",
        "owner_id": None,
        "due_at": DUE,
        "priority": "urgent",
        **more,
    }
    return TaskOrder(external_id=external_id, **given)


WRITTEN = ("fields", Outcome.WRITTEN, "")
