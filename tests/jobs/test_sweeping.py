"""Work that nobody was told of is found: each stage of it, of every tenant, but not of who is paused or has left."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text

from core.jobs import accounts
from core.store import waiting
from core.store.waiting import Backlog
from tests.conftest import MakeWorld
from tests.talk import ANGRY, Talk, connect, judge


@pytest.fixture
def talk(make_world: MakeWorld) -> Talk:
    return connect(make_world(only=("zendesk",)))


def backlog(*talks: Talk) -> list[Backlog]:
    places = [(one.made.installations["zendesk"], one.made.tenant, "zendesk") for one in talks]
    made = talks[0].made
    return waiting.backlog(made.store, places, made.clock.now() + timedelta(minutes=1))


def found(talk: Talk) -> tuple[int, bool, bool]:
    (one,) = backlog(talk)
    return len(one.shards), one.writes, one.scores


def test_each_stage_of_the_way_is_found(talk: Talk) -> None:
    assert found(talk) == (0, False, False)
    talk.say(ANGRY)
    assert found(talk) == (1, False, False)
    judge(talk.made)
    assert found(talk) == (0, True, True)
    accounts.drain(talk.made.runtime, talk.made.tenant)
    assert found(talk) == (0, True, False)
    talk.made.work()
    assert found(talk) == (0, False, False)


@pytest.mark.parametrize(
    ("changed", "known"),
    [
        ("paused_until = now() + interval '300 years'", False),
        ("stage = 'ended'", False),
        ("paused_until = now() - interval '1 year'", True),
    ],
)
def test_who_is_paused_or_has_left_is_not_woken(talk: Talk, changed: str, known: bool) -> None:
    talk.say(ANGRY)
    with talk.made.store.tenant(talk.made.tenant) as connection:
        connection.execute(text(f"UPDATE installation SET {changed}"))
    assert bool(backlog(talk)) is known


def test_tenants_are_told_apart(make_world: MakeWorld) -> None:
    busy, calm = connect(make_world(only=("zendesk",))), connect(make_world(only=("zendesk",)))
    busy.say(ANGRY)
    told = {one.tenant: bool(one.shards) for one in backlog(busy, calm)}
    assert told == {busy.made.tenant: True, calm.made.tenant: False}
