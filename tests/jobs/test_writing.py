"""What leaves for the vendor: little, together, and only while it is allowed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from core.compliance.consent import Choice
from core.jobs import judging
from core.model import Intent, IntentKind, Level, RecordRef
from core.store import ledger, outbox
from core.writing import Target, Wish
from tests.conftest import MakeWorld
from tests.talk import ANGRY, Talk, connect, judge, only_person, rows, score, write
from tests.world import World

RECORD_KEYS = ("attune_sentiment", "attune_emotion", "attune_distress", "attune_risk_flag")


@pytest.fixture
def talk(make_world: MakeWorld) -> Talk:
    return connect(make_world(only=("zendesk",)))


def writes(talk: Talk) -> int:
    return int(talk.box.calls()["field_write"])


def entries(made: World, action: str) -> list[Any]:
    return rows(made, "SELECT * FROM audit WHERE action = :action ORDER BY seq", action=action)


def wish(talk: Talk, values: dict[str, Any], at: datetime | None = None) -> None:
    """Ask for values in the firm's record, as a judgement would."""
    made = talk.made
    firm = str(next(iter(talk.box.desk.organizations)))
    target = Target(made.installations["zendesk"], RecordRef("zendesk", Level.ACCOUNT, firm))
    now = made.clock.now()
    wishes = [
        Wish(
            target,
            IntentKind.SET_FIELD,
            key,
            value,
            Intent(IntentKind.SET_FIELD, "account:1", key, value, "health_scoring", at or now),
        )
        for key, value in values.items()
    ]
    with made.store.tenant(made.tenant) as connection:
        outbox.put(connection, made.tenant, wishes, person_of={}, now=now, coalesce_seconds=5.0)


def health(talk: Talk, score: float, band: str = "amber", **more: Any) -> tuple[int, int]:
    """Wish for a health score; return the calls and audit rows that it cost."""
    before = writes(talk), len(entries(talk.made, "written"))
    wish(talk, {"attune_health_score": score, "attune_health_band": band}, **more)
    talk.made.advance(6)
    write(talk.made)
    return writes(talk) - before[0], len(entries(talk.made, "written")) - before[1]


def stands(talk: Talk) -> dict[str, Any]:
    (firm,) = talk.box.records()["account"].values()
    return {key.removeprefix("attune_health_"): value for key, value in firm.items() if key.startswith("attune")}


def test_a_point_of_health_is_not_written_and_three_points_are_once(talk: Talk) -> None:
    assert health(talk, 61.0) == (1, 1)
    assert health(talk, 62.0) == (0, 0)
    assert health(talk, 58.0) == (1, 1)
    assert stands(talk) == {"score": 58.0, "band": "amber"}


def test_a_change_of_band_is_always_written(talk: Talk) -> None:
    assert health(talk, 40.5) == (1, 1)
    assert health(talk, 39.9, "red") == (1, 1)
    assert stands(talk) == {"score": 39.9, "band": "red"}


def test_slow_drift_is_not_lost(talk: Talk) -> None:
    health(talk, 60.0)
    costs = [health(talk, 60.0 - n)[0] for n in range(1, 7)]
    assert costs == [0, 1, 0, 1, 0, 1]


def test_an_older_wish_does_not_replace_a_newer_one(talk: Talk) -> None:
    wish(talk, {"attune_health_score": 50.0})
    wish(talk, {"attune_health_score": 70.0}, talk.made.clock.now() - timedelta(minutes=1))
    talk.made.advance(6)
    write(talk.made)
    assert stands(talk)["score"] == 50.0


def test_a_value_that_went_back_costs_nothing(talk: Talk) -> None:
    health(talk, 60.0)
    wish(talk, {"attune_health_score": 80.0})
    assert health(talk, 60.0) == (0, 0)


def test_changes_within_five_seconds_are_written_together(talk: Talk) -> None:
    talk.say(ANGRY)
    judge(talk.made)
    assert write(talk.made) == 0
    talk.made.advance(2)
    talk.say("And nobody answers!", at="2026-11-20T11:01:00Z")
    judge(talk.made)
    before = talk.box.calls()
    talk.made.advance(4)
    score(talk.made)
    write(talk.made)
    after = talk.box.calls()
    # One call for tickets, one for users, one for organizations.
    assert after["field_write"] - before["field_write"] == 3
    assert len(entries(talk.made, "judged")) == 2


def test_judging_again_writes_nothing_new(talk: Talk) -> None:
    talk.say(ANGRY)
    talk.made.work()
    before = talk.box.calls()
    for _ in range(3):
        with talk.made.store.tenant(talk.made.tenant) as connection:
            ids = list(connection.exec_driver_sql("SELECT id FROM case_file").scalars())
            judging.rejudge(talk.made.runtime, connection, talk.made.place("zendesk"), ids, talk.made.clock.now())
        talk.made.work()
    assert talk.box.calls() == before
    assert rows(talk.made, "SELECT 1 FROM outbox") == []


def choose(made: World, choice: str) -> None:
    person = only_person(made)
    with made.store.tenant(made.tenant) as connection:
        for purpose in ("service_analysis", "health_scoring"):
            entry = Choice(purpose, choice, made.clock.now(), notice_version="1")
            ledger.record(connection, made.tenant, person, entry, made.clock.now())


def test_permission_is_asked_again_at_the_last_moment(talk: Talk) -> None:
    (said,) = talk.say(ANGRY)
    judge(talk.made)
    choose(talk.made, "withdrawn")
    talk.made.advance(6)
    write(talk.made)
    records = talk.box.records()
    assert not set(RECORD_KEYS) & set(records["case"][said["case"]])
    assert (records["remarks"], records["tasks"], records["case"][said["case"]]["tags"]) == ([], [], [])
    codes = {row.detail["code"] for row in entries(talk.made, "not_written")}
    assert codes == {"CONSENT_WITHDRAWN_BEFORE_WRITE"}
    assert rows(talk.made, "SELECT 1 FROM outbox") == []


def test_a_task_that_was_not_permitted_does_not_stand_in_the_way_of_a_later_one(talk: Talk) -> None:
    talk.say(ANGRY)
    judge(talk.made)
    choose(talk.made, "withdrawn")
    talk.made.advance(6)
    write(talk.made)
    choose(talk.made, "granted")
    talk.say(ANGRY, case="c2", at="2026-11-20T11:30:00Z")
    talk.say(ANGRY, at="2026-11-20T11:31:00Z")
    talk.made.work()
    assert rows(talk.made, "SELECT 1 FROM task WHERE vendor_id = ''") == []
    assert len(talk.box.records()["tasks"]) == len(rows(talk.made, "SELECT 1 FROM task")) > 0


def test_a_rising_case_opens_each_task_once(talk: Talk) -> None:
    for minute in range(6):
        talk.say(ANGRY, at=f"2026-11-20T11:0{minute}:00Z")
        talk.made.work(rounds=2)
    ids = [task["external_id"] for task in talk.box.records()["tasks"]]
    assert len(ids) == len(set(ids))
    assert len({id_.split("-")[1] for id_ in ids}) == len(ids)
