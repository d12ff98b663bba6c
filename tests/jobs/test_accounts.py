"""Accounts are scored by a job of their own: over all that happened, in whatever order and in however many pieces."""

from __future__ import annotations

import pytest

from core.jobs import accounts, erasing, sweeping
from core.store import due, waiting
from tests.conftest import MakeWorld
from tests.talk import ANGRY, CALM, Talk, connect, judge, only_person, rows, values

SAID = ((ANGRY, "a"), (CALM, "b"), (ANGRY, "c"), (CALM, "a"))


@pytest.fixture
def talk(make_world: MakeWorld) -> Talk:
    return connect(make_world(only=("zendesk",)))


def say(talk: Talk, number: int) -> None:
    text, case = SAID[number]
    talk.say(text, case=case, at=f"2026-11-20T11:0{number}:00Z")


def parts(talk: Talk) -> dict[str, float]:
    """What the account's score rests on: a number where the account has signals, 'not enough data' where it has not."""
    (found,) = rows(talk.made, "SELECT value -> 'parts' AS parts FROM observation WHERE key = 'attune_health_score'")
    assert set(found.parts) == {"support_sentiment", "support_burden"}
    return {name: round(value, 6) for name, value in found.parts.items()}


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 1, 0), (1, 3, 0, 2)])
@pytest.mark.parametrize("together", [True, False])
def test_the_score_does_not_depend_on_order_or_batches(
    make_world: MakeWorld, order: tuple[int, ...], together: bool
) -> None:
    undisturbed = connect(make_world(only=("zendesk",)))
    for number in range(len(SAID)):
        say(undisturbed, number)
    undisturbed.made.work()
    other = connect(make_world(only=("zendesk",)))
    for number in order:
        say(other, number)
        judge(other.made)
        if not together:
            accounts.drain(other.made.runtime, other.made.tenant)
    other.made.work()
    assert parts(other) == parts(undisturbed)


def test_many_cases_cost_one_score_and_one_audit_row(talk: Talk) -> None:
    for number in range(len(SAID)):
        say(talk, number)
    judge(talk.made)
    assert accounts.drain(talk.made.runtime, talk.made.tenant) == 1
    assert len(rows(talk.made, "SELECT 1 FROM audit WHERE action = 'account_scored'")) == 1
    assert accounts.drain(talk.made.runtime, talk.made.tenant) == 0


def test_nothing_counts_as_done_while_an_account_waits(talk: Talk) -> None:
    say(talk, 0)
    judge(talk.made)
    talk.made.work()
    assert waiting.left(talk.made.store, talk.made.tenant, talk.made.clock.now()) == 0
    with talk.made.store.tenant(talk.made.tenant) as connection:
        due.touch_all(connection, talk.made.tenant)
    assert waiting.left(talk.made.store, talk.made.tenant, talk.made.clock.now()) == 1


def test_a_crash_in_the_middle_leaves_the_account_waiting(talk: Talk) -> None:
    say(talk, 0)
    judge(talk.made)
    with pytest.raises(KeyboardInterrupt), talk.made.store.tenant(talk.made.tenant) as connection:
        assert due.take(connection, 10)
        raise KeyboardInterrupt
    talk.made.work()
    assert parts(talk)["support_sentiment"] < 50


def test_contacts_of_last_month_no_longer_burden_the_account(talk: Talk) -> None:
    say(talk, 0)
    talk.made.work()
    assert parts(talk)["support_burden"] < 100
    talk.made.advance(31 * 86_400)
    sweeping.age(talk.made.runtime)
    talk.made.work()
    assert parts(talk)["support_burden"] == 100


def test_what_an_erased_person_said_leaves_the_account(talk: Talk) -> None:
    say(talk, 0)
    talk.made.work()
    before = values(talk.made, "account:%")
    erasing.erase_person(talk.made.runtime, talk.made.tenant, only_person(talk.made), actor="test")
    talk.made.work()
    after = values(talk.made, "account:%")
    assert after["attune_health_confidence"] < before["attune_health_confidence"]
