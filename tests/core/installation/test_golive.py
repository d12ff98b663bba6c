"""What has to be true before anything is written, and that nothing is written a moment earlier."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from core.errors import RejectedError
from core.installation import golive
from core.installation.checklist import ITEMS
from core.installation.modules import Stage
from core.installation.steps import CATCH_UP
from core.store import setup, stages
from tests.conftest import MakeWorld
from tests.core.installation.setting_up import NOTES, connected, detail, do, place
from tests.talk import ANGRY, Talk, rows
from tests.world import World

VENDOR = "zendesk"
DAY = 86_400


def ready(make_world: MakeWorld) -> World:
    """A tenant whose tool is connected and observed; nothing is confirmed yet."""
    made = make_world(only=(VENDOR,), joined=False, mode="observe")
    connected(made, VENDOR)
    do(made, VENDOR, "connect", "fields", "observe")
    return made


def codes(made: World) -> list[str]:
    with made.store.tenant(made.tenant) as connection:
        return [gap.code for gap in golive.gaps(connection, place(made, VENDOR), made.clock.now())]


def confirm(made: World, **notes: str) -> None:
    with made.store.tenant(made.tenant) as connection:
        golive.confirm(connection, made.tenant, made.clock.now(), actor="ada", notes=notes)


def go_live(made: World, **more: Any) -> None:
    with made.store.tenant(made.tenant) as connection:
        golive.go_live(connection, place(made, VENDOR), made.clock.now(), actor="ada", **more)


def mode(made: World) -> str:
    (row,) = rows(made, "SELECT mode FROM tenant")
    return str(row.mode)


def listening(made: World) -> Talk:
    """The sandbox sends to this world's application, by the webhook that observing made."""
    made.secret[VENDOR] = made.runtime.directory.find(made.installations[VENDOR]).secrets.live[0]
    talk = Talk(made, VENDOR, made.app(), f"/webhooks/{VENDOR}/{made.installations[VENDOR]}")
    talk.box.sender.post = talk.post
    talk.box.configure({"tries": 1})
    talk.box.seed([], [{"key": "ada", "name": "Ada", "email": "ada@firm.example"}])
    return talk


def test_everything_that_is_missing_is_named(make_world: MakeWorld) -> None:
    made = make_world(only=(VENDOR,), joined=False, mode="observe")
    connected(made, VENDOR)
    assert codes(made) == ["NOT_READY", "NOT_READY", *["CHECKLIST_OPEN"] * len(ITEMS)]
    do(made, VENDOR, "connect", "fields", "observe")
    assert codes(made) == ["OBSERVING", *["CHECKLIST_OPEN"] * len(ITEMS)]
    with made.store.tenant(made.tenant) as connection:
        connection.exec_driver_sql("DELETE FROM basis")
    assert codes(made)[:2] == ["NO_BASIS", "NO_BASIS"]


@pytest.mark.parametrize("missing", list(ITEMS))
def test_each_point_of_the_checklist_gates(make_world: MakeWorld, missing: str) -> None:
    made = ready(make_world)
    made.clock.advance(15 * DAY)
    confirm(made, **{name: note for name, note in NOTES.items() if name != missing})
    with pytest.raises(RejectedError, match="CHECKLIST_OPEN"):
        go_live(made)
    assert (mode(made), place(made, VENDOR).stage) == ("observe", Stage.OBSERVING)
    confirm(made, **{missing: "noted"})
    go_live(made)
    assert (mode(made), place(made, VENDOR).stage) == ("live", Stage.WRITING)


def test_a_confirmation_can_be_taken_back(make_world: MakeWorld) -> None:
    made = ready(make_world)
    confirm(made, **NOTES)
    confirm(made, overseer="  ")
    assert codes(made).count("CHECKLIST_OPEN") == 1


def test_the_time_of_observing_gates_and_an_earlier_start_is_on_record(make_world: MakeWorld) -> None:
    made = ready(make_world)
    confirm(made, **NOTES)
    with pytest.raises(RejectedError, match="OBSERVING: 4 Dec 2026"):
        go_live(made)
    go_live(made, early="pilot group has agreed")
    (entry,) = rows(made, "SELECT actor, detail FROM audit WHERE action = 'went_live'")
    assert (entry.actor, entry.detail["early"]) == ("ada", "pilot group has agreed")


def test_writing_begins_with_going_live_and_tasks_with_automation(make_world: MakeWorld) -> None:
    made = ready(make_world)
    talk = listening(made)
    seen = []
    steps: list[Callable[[], object]] = [lambda: None, lambda: _live(made), lambda: _automate(made, on=True)]
    for number, step in enumerate(steps):
        step()
        (said,) = talk.say(ANGRY, case=f"c{number}", at=made.clock.now().isoformat())
        made.work()
        records = talk.box.records()
        seen.append((bool(talk.case(said["case"]).get("attune_risk_flag")), len(records["tasks"])))
    assert seen == [(False, 0), (True, 0), (True, 1)]
    with made.store.tenant(made.tenant) as connection:
        seen_so_far = setup.readiness(connection, made.installations[VENDOR])
    assert (seen_so_far.cases, set(seen_so_far.flags), seen_so_far.refused) == (3, {"high", "critical"}, 0)


def test_what_was_scored_while_observing_is_written_without_remarks_and_tasks_of_days_gone_by(
    make_world: MakeWorld,
) -> None:
    made = ready(make_world)
    talk = listening(made)
    (said,) = talk.say(ANGRY, at=made.clock.now().isoformat())
    made.work()
    assert not talk.case(said["case"]).get("attune_risk_flag")
    _live(made)
    _automate(made, on=True)
    for _ in range(2):
        do(made, VENDOR, CATCH_UP)
        made.work()
    assert detail(made, VENDOR, CATCH_UP) == {"cases": 1}
    assert talk.case(said["case"])["attune_risk_flag"] in {"high", "critical"}
    assert (talk.box.records()["remarks"], talk.box.records()["tasks"]) == ([], [])


def test_going_back_to_observing_stops_writing(make_world: MakeWorld) -> None:
    made = ready(make_world)
    talk = listening(made)
    _live(made)
    with made.store.tenant(made.tenant) as connection:
        golive.step_back(connection, place(made, VENDOR), made.clock.now(), actor="ada")
    (said,) = talk.say(ANGRY, at=made.clock.now().isoformat())
    made.work()
    assert not talk.case(said["case"]).get("attune_risk_flag")


def test_automation_comes_after_writing(make_world: MakeWorld) -> None:
    with pytest.raises(RejectedError, match="NOT_READY"):
        _automate(ready(make_world), on=True)


@pytest.mark.parametrize(
    ("chosen", "fields", "remarks"), [(("cases",), True, 0), (("cases", "follow_up"), True, 1)], ids=["cases", "both"]
)
def test_a_part_that_is_off_writes_nothing(
    make_world: MakeWorld, chosen: tuple[str, ...], fields: bool, remarks: int
) -> None:
    made = ready(make_world)
    talk = listening(made)
    _live(made)
    with made.store.tenant(made.tenant) as connection:
        stages.change(connection, made.installations[VENDOR], modules=list(chosen))
    (said,) = talk.say(ANGRY, at=made.clock.now().isoformat())
    made.work()
    records = talk.box.records()
    assert bool(talk.case(said["case"]).get("attune_risk_flag")) == fields
    assert len(records["remarks"]) == remarks


def _live(made: World) -> None:
    confirm(made, **NOTES)
    go_live(made, early="test")


def _automate(made: World, *, on: bool) -> None:
    with made.store.tenant(made.tenant) as connection:
        choices = {"owners": {VENDOR: dict.fromkeys(("admin", "on_call"), made.sandbox(VENDOR).credentials()["agent"])}}
        connection.exec_driver_sql("UPDATE tenant SET choices = %s::jsonb", (json.dumps(choices),))
        golive.automate(connection, place(made, VENDOR), made.clock.now(), actor="ada", on=on)
