"""The outbox: newest wish, one row a part, what is on its way is remembered."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from core.model import Intent, IntentKind, Level, RecordRef
from core.store import dead, outbox, standing, tasks
from core.store.engine import Store
from core.store.tables import OutboxRow
from core.writing import Target, Wish
from tests.world import NOON

RECORD = RecordRef("zendesk", Level.CASE, "5")
ORDER = {
    "external_id": "attune-high-1",
    "template": "high_risk_follow_up",
    "subject": "s",
    "body": "b",
    "owner_id": None,
    "due_at": NOON,
    "priority": "high",
}


@dataclass
class Box:
    """The outbox of one made-up installation."""

    store: Store
    tenant: str = field(default_factory=lambda: f"t-{secrets.token_hex(6)}")

    @property
    def place(self) -> str:
        return f"{self.tenant}-zendesk"

    def wish(self, kind: IntentKind, name: str, value: Any, subject: str = "case:1", minute: int = 0) -> Wish:
        intent = Intent(kind, subject, name, value, "service_analysis", NOON + timedelta(minutes=minute))
        return Wish(Target(self.place, RECORD), kind, name, value, intent)

    def put(self, kind: IntentKind, name: str, value: Any, minute: int = 0) -> None:
        wishes = [self.wish(kind, name, value, minute=minute)]
        with self.store.tenant(self.tenant) as connection:
            outbox.put(connection, self.tenant, wishes, person_of={}, now=NOON, coalesce_seconds=5)

    def rows(self) -> list[Any]:
        with self.store.tenant(self.tenant) as connection:
            return list(connection.execute(select(OutboxRow.__table__)))

    def send(self) -> list[Any]:
        """Take what is due, as a worker does that is about to call the vendor."""
        with self.store.tenant(self.tenant) as connection:
            taken = list(outbox.due(connection, self.place, NOON + timedelta(seconds=6), 100).rows)
            outbox.mark_sending(connection, [row.id for row in taken])
        return taken

    def written(self, rows: list[Any]) -> None:
        with self.store.tenant(self.tenant) as connection:
            standing.note_written(connection, self.tenant, rows, NOON)
            outbox.drop(connection, rows)

    def refused(self, rows: list[Any], *, final: bool = False, times: int = 1) -> None:
        for _ in range(times):
            given = self.rows() if times > 1 else rows
            with self.store.tenant(self.tenant) as connection:
                outbox.fail(connection, given, code="VALIDATION_RULE", detail="d", now=NOON, max_tries=8, final=final)

    def field(self, value: Any, minute: int = 0) -> None:
        self.put(IntentKind.SET_FIELD, "attune_distress", value, minute)


@pytest.fixture
def box(store: Store) -> Box:
    return Box(store)


def test_the_newest_wish_takes_the_row(box: Box) -> None:
    for minute, value in enumerate((10, 40, 70)):
        box.field(value, minute)
    box.field(99, -5)
    (row,) = box.rows()
    assert (row.value, row.revision, row.state) == (70, 3, "pending")


def test_a_wish_that_comes_while_another_is_on_its_way_is_written_after_it(box: Box) -> None:
    box.field(10)
    sending = box.send()
    box.field(70, 1)
    box.written(sending)
    (row,) = box.rows()
    assert (row.value, row.state) == (70, "pending")


def test_a_value_that_goes_back_while_the_other_is_on_its_way_is_written_too(box: Box) -> None:
    box.field(10)
    box.written(box.send())
    box.field(70, 1)
    sending = box.send()
    box.field(10, 2)
    box.written(sending)
    (row,) = box.rows()
    assert row.value == 10


@pytest.mark.parametrize(("first", "then"), [(True, False), (False, True)])
def test_so_is_a_tag(box: Box, first: bool, then: bool) -> None:
    box.put(IntentKind.TAG, "attune_risk_high", then)
    box.written(box.send())
    box.put(IntentKind.TAG, "attune_risk_high", first, 1)
    sending = box.send()
    box.put(IntentKind.TAG, "attune_risk_high", then, 2)
    box.written(sending)
    assert [row.value for row in box.rows()] == [then]


@pytest.mark.parametrize("near", [10, 11, 9])
def test_a_waiting_value_is_forgotten_when_it_comes_near_what_stands(box: Box, near: int) -> None:
    box.field(10)
    box.written(box.send())
    box.field(70, 1)
    box.field(near, 0)
    assert [row.value for row in box.rows()] == [70]
    box.field(near, 2)
    assert box.rows() == []


def test_a_failure_of_the_old_value_does_not_bury_the_new_one(box: Box) -> None:
    box.field(10)
    sending = box.send()
    box.field(70, 1)
    box.refused(sending, final=True)
    (row,) = box.rows()
    assert (row.value, row.state, row.tries) == (70, "pending", 0)


def test_eight_tries_and_a_dead_letter_that_can_be_revived(box: Box) -> None:
    box.field(10)
    box.refused(box.rows(), times=7)
    assert [row.state for row in box.rows()] == ["pending"]
    box.refused(box.rows())
    with box.store.tenant(box.tenant) as connection:
        (letter,) = dead.all_of(connection, box.place)
        assert (letter.tries, letter.cause, letter.detail) == (8, "VALIDATION_RULE", "d")
        assert outbox.next_due(connection, box.place) is None
    assert box.send() == []
    with box.store.tenant(box.tenant) as connection:
        assert dead.revive(connection, box.place, ["in-1", "out-x", "out-0"], NOON).count == 0
        assert dead.revive(connection, box.place, [letter.id], NOON).count == 1
    assert len(box.send()) == 1


def test_a_dead_letter_whose_value_went_back_is_gone(box: Box) -> None:
    box.field(10)
    box.written(box.send())
    box.field(70, 1)
    box.refused(box.rows(), final=True)
    box.field(10, 2)
    assert box.rows() == []


def test_a_remark_is_said_once(box: Box) -> None:
    box.put(IntentKind.REMARK, "ref-1", "text")
    box.written(box.send())
    box.put(IntentKind.REMARK, "ref-1", "text", 1)
    assert box.rows() == []


# --- tasks ----------------------------------------------------------------------------------------


def admitted(box: Box, *, subject: str = "case:1", template: str = "high_risk_follow_up", times: int = 1) -> list[str]:
    wishes = [box.wish(IntentKind.TASK, template, ORDER, subject)] * times
    with box.store.tenant(box.tenant) as connection:
        return [wish.value["external_id"] for wish in tasks.admit(connection, box.tenant, wishes, NOON)]


def closed(box: Box, external_id: str, vendor_id: str) -> None:
    with box.store.tenant(box.tenant) as connection:
        tasks.sent(connection, {external_id: vendor_id})
        tasks.close(connection, box.place, [vendor_id])


def test_one_open_task_for_each_record_and_template(box: Box) -> None:
    assert admitted(box, times=3) == ["attune-high-1"]
    assert admitted(box) == []
    closed(box, "attune-high-1", "901")
    assert admitted(box) == ["attune-high-1-2"]
    assert admitted(box) == []
    closed(box, "attune-high-1-2", "902")
    assert admitted(box) == ["attune-high-1-3"]


def test_our_own_tasks_are_known(box: Box) -> None:
    admitted(box)
    with box.store.tenant(box.tenant) as connection:
        tasks.sent(connection, {"attune-high-1": "901"})
        assert tasks.ours(connection, box.place, ["901", "5", ""]) == {"901"}
        assert tasks.ours(connection, "another", ["901"]) == set()
