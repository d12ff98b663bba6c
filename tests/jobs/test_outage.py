"""Vendors that are away, rows that are at fault, events that poison: nothing is lost and nobody else is held up."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest
from structlog.testing import capture_logs

from core.jobs import sweeping
from core.store import dead
from tests.conftest import MakeWorld
from tests.talk import ANGRY, CALM, Talk, connect, judge, rows, write
from tests.world import World


@pytest.fixture
def talk(make_world: MakeWorld) -> Talk:
    return connect(make_world(only=("zendesk",)))


def letters(made: World) -> list[dead.Letter]:
    with made.store.tenant(made.tenant) as connection:
        return dead.all_of(connection, made.installations["zendesk"])


def revive(made: World, *ids: str) -> int:
    with made.store.tenant(made.tenant) as connection:
        return dead.revive(connection, made.installations["zendesk"], ids, made.clock.now()).count


def raised(talk: Talk) -> dict[str, bool]:
    """Return the cases that were scored, and whether their flag is raised."""
    found = {id_: case.get("attune_risk_flag") for id_, case in talk.box.records()["case"].items()}
    return {id_: flag in {"high", "critical"} for id_, flag in found.items() if flag is not None}


def pause(talk: Talk) -> tuple[float, str]:
    place = talk.made.place("zendesk")
    left = place.paused_until - talk.made.clock.now() if place.paused_until else timedelta()
    return left.total_seconds(), place.pause_cause


def long(talk: Talk, seconds: int, step: float = 20.0) -> int:
    """Let time go by, sweeping and working as the workers do; return how many vendor calls were made."""
    before = sum(talk.box.calls().values())
    for _ in range(int(seconds / step)):
        talk.made.advance(step)
        judge(talk.made)
        write(talk.made)
        sweeping.sweep(talk.made.runtime)
    return int(sum(talk.box.calls().values()) - before)


def test_ten_minutes_away_lose_nothing(talk: Talk) -> None:
    talk.say(ANGRY)
    judge(talk.made)
    talk.box.faults({"down": True})
    long(talk, 300)
    talk.say("And now this!", case="c2", at="2026-11-20T11:30:00Z")
    talk.say(ANGRY, case="c3", at="2026-11-20T11:31:00Z")
    long(talk, 300)
    assert rows(talk.made, "SELECT 1 FROM outbox WHERE tries > 0 OR state = 'dead'") == []
    assert rows(talk.made, "SELECT 1 FROM inbox WHERE tries > 0 OR state = 'dead'") == []
    assert pause(talk)[0] <= 360
    talk.box.faults({"down": False})
    long(talk, 400)
    assert raised(talk).keys() == {"1", "2", "3"}
    assert rows(talk.made, "SELECT 1 FROM outbox") == rows(talk.made, "SELECT 1 FROM inbox WHERE state <> 'done'") == []
    assert pause(talk) == (0, "")


def test_the_waits_grow_to_five_minutes(talk: Talk) -> None:
    talk.say(ANGRY)
    judge(talk.made)
    talk.box.faults({"down": True})
    waits = []
    for _ in range(12):
        talk.made.advance(400)
        write(talk.made)
        waits.append(pause(talk)[0])
    assert waits[0] < 2
    assert all(later > earlier for earlier, later in pairwise(waits[:7]))
    assert max(waits) <= 360


def test_retry_after_is_honoured(talk: Talk) -> None:
    talk.say(ANGRY)
    judge(talk.made)
    talk.made.advance(6)
    talk.box.faults({"rate_limit": {"next": 1, "retry_after": 42}})
    write(talk.made)
    assert pause(talk)[0] == pytest.approx(42)
    assert write(talk.made) == 0
    talk.made.advance(43)
    write(talk.made)
    assert raised(talk) == {"1": True}


def test_a_revoked_grant_holds_everything_and_uses_up_no_tries(talk: Talk) -> None:
    talk.say(ANGRY)
    talk.box.gate.access, talk.box.gate.refresh = {}, "revoked"
    judge(talk.made)
    seconds, cause = pause(talk)
    assert seconds > 0
    assert cause
    long(talk, 600, 60)
    assert letters(talk.made) == []
    assert len(rows(talk.made, "SELECT 1 FROM inbox WHERE state = 'pending'")) == 1


# --- rows at fault --------------------------------------------------------------------------------


def test_a_refused_row_has_eight_tries_and_holds_up_nobody(talk: Talk) -> None:
    talk.say(ANGRY)
    talk.say(ANGRY, case="c2")
    talk.box.faults({"validation": ["1"]})
    talk.made.work(rounds=2)
    assert raised(talk) == {"2": True}
    talk.made.work(rounds=20, seconds=301)
    found = letters(talk.made)
    assert {letter.record for letter in found} == {"zendesk:case:1"}
    assert {(letter.tries, letter.cause) for letter in found} == {(8, "VALIDATION_RULE")}
    calls = talk.box.calls()["field_write"]
    talk.made.work(seconds=3600)
    assert talk.box.calls()["field_write"] == calls
    talk.box.faults({"validation": []})
    assert revive(talk.made) == len(found)
    talk.made.work()
    assert (raised(talk), letters(talk.made)) == ({"1": True, "2": True}, [])


def test_a_record_that_is_gone_ends_at_once(talk: Talk) -> None:
    talk.say(ANGRY)
    talk.box.faults({"gone": ["1"]})
    judge(talk.made)
    talk.made.advance(6)
    write(talk.made)
    found = letters(talk.made)
    assert {letter.cause for letter in found} == {"RECORD_GONE"}
    assert {letter.tries for letter in found} == {1}


def test_a_conflict_is_tried_again_and_gets_through(talk: Talk) -> None:
    talk.say(ANGRY)
    talk.box.faults({"conflict": {"next": 2}})
    talk.made.work(rounds=12, seconds=30)
    assert raised(talk) == {"1": True}
    assert rows(talk.made, "SELECT 1 FROM outbox") == []


# --- events that poison ---------------------------------------------------------------------------

POISON = "my secret words"


def poison(made: World, kind: str, subject: str) -> None:
    """Store an event whose content no reader can take."""
    with made.store.tenant(made.tenant) as connection:
        connection.exec_driver_sql(
            "INSERT INTO inbox (tenant_id, installation_id, shard, kind, subject, event_id, occurred_at, received_at,"
            " payload) SELECT tenant_id, installation_id, 0, %s, %s, 'poison', now(), now(), %s::jsonb"
            " FROM installation",
            (kind, subject, f'{{"detail": ["{POISON}"], "event": {{"comment": "{POISON}"}}}}'),
        )


@pytest.mark.parametrize(
    ("kind", "subject"),
    [("message_added", "zendesk:case:77"), ("signal_received", ""), ("case_created", "zendesk:case:x")],
)
def test_a_poisonous_event_holds_up_nobody(talk: Talk, kind: str, subject: str) -> None:
    talk.say(ANGRY)
    talk.say(CALM, case="c2")
    with capture_logs() as logs:
        poison(talk.made, kind, subject)
        talk.made.work()
        for _ in range(10):
            talk.made.advance(600)
            judge(talk.made)
    assert raised(talk).keys() == {"1", "2"}
    (letter,) = [letter for letter in letters(talk.made) if letter.id.startswith("in-")]
    assert (letter.tries, letter.record) == (8, subject)
    assert POISON not in str(logs)
    assert POISON not in letter.cause
    assert revive(talk.made, letter.id) == 1
