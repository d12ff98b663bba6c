"""Budgets that all workers share: never overspent, held back by the vendor's word, believed from its headers."""

from __future__ import annotations

import secrets
from concurrent.futures import ThreadPoolExecutor

import pytest

from core.clock import ManualClock
from core.errors import RetryLaterError
from core.store.budgets import PgBudget
from core.store.embedded import Addresses
from core.store.engine import Store
from tests.world import NOON

LIMITS = {"requests": (100.0, 60.0), "slow": (2.0, 86_400.0)}


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOON)


@pytest.fixture
def budget(store: Store, clock: ManualClock) -> PgBudget:
    name = secrets.token_hex(4)
    return PgBudget(store, clock, f"t-{name}", f"i-{name}", LIMITS)


def spent(budget: PgBudget, limit: str = "requests", most: int = 500) -> int:
    """Spend until the budget says no; return how often it said yes."""
    for count in range(most):
        try:
            budget.spend(limit)
        except RetryLaterError:
            return count
    return most


def wait_of(budget: PgBudget, limit: str = "requests", cost: int = 1) -> float:
    with pytest.raises(RetryLaterError) as caught:
        budget.spend(limit, cost)
    assert caught.value.after_seconds is not None
    return caught.value.after_seconds


def test_what_is_spent_comes_back_with_time(budget: PgBudget, clock: ManualClock) -> None:
    assert spent(budget) == 100
    assert wait_of(budget) == pytest.approx(0.6)
    clock.advance(6)
    assert spent(budget) == 10
    clock.advance(3600)
    assert spent(budget) == 100


def test_two_workers_on_connections_of_their_own_never_overspend(
    budget: PgBudget, clock: ManualClock, database: Addresses
) -> None:
    other = Store(database.app, pool_size=4)
    both = [budget, PgBudget(other, clock, budget.tenant, budget.installation, LIMITS)]
    with ThreadPoolExecutor(8) as pool:
        counts = list(pool.map(lambda n: spent(both[n % 2], most=40), range(8)))
    assert sum(counts) == 100
    other.close()


def test_a_block_holds_everybody_for_its_time(budget: PgBudget, clock: ManualClock) -> None:
    budget.block("requests", 30)
    assert wait_of(budget) == pytest.approx(30)
    budget.block("requests", 10)
    clock.advance(29)
    assert wait_of(budget) == pytest.approx(1)
    clock.advance(1)
    budget.spend("requests")


def test_the_vendors_headers_are_believed(budget: PgBudget, clock: ManualClock) -> None:
    budget.spend("requests")
    budget.learn("requests", capacity=700, remaining=5, resets_in=60)
    assert spent(budget) == 5
    clock.advance(60)
    assert spent(budget, most=800) in range(690, 701)


def test_headers_never_give_back_what_others_have_just_taken(budget: PgBudget) -> None:
    for _ in range(60):
        budget.spend("requests")
    budget.learn("requests", capacity=100, remaining=90, resets_in=60)
    assert spent(budget) == 40


@pytest.mark.parametrize(("capacity", "remaining", "resets"), [(100, 100, 60), (100, 0, 0), (0, 0, 0), (10, 50, -5)])
def test_odd_headers_break_nothing(
    budget: PgBudget, clock: ManualClock, capacity: int, remaining: int, resets: float
) -> None:
    budget.learn("requests", capacity=capacity, remaining=remaining, resets_in=resets)
    spent(budget)
    clock.advance(600)
    budget.spend("requests")


def test_a_dear_call_waits_for_its_whole_price(budget: PgBudget, clock: ManualClock) -> None:
    budget.spend("requests", 95)
    wait = wait_of(budget, cost=50)
    clock.advance(wait)
    budget.spend("requests", 50)


def test_a_limit_that_nobody_declared_is_free(budget: PgBudget) -> None:
    budget.spend("unheard-of", 1_000_000)
    budget.learn("unheard-of", capacity=1, remaining=0, resets_in=60)
    budget.block("unheard-of", 60)
    budget.spend("unheard-of")


def test_limits_and_installations_are_apart(budget: PgBudget, store: Store, clock: ManualClock) -> None:
    other = PgBudget(store, clock, budget.tenant, f"{budget.installation}-b", LIMITS)
    budget.block("requests", 60)
    assert spent(budget, "slow") == 2
    assert spent(other, "slow") == 2
    other.spend("requests")


def test_calls_are_counted_by_purpose_and_day(budget: PgBudget, store: Store, clock: ManualClock) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: budget.count("write", 3), range(10)))
    clock.advance(86_400)
    budget.count("write")
    with store.tenant(budget.tenant) as connection:
        found = connection.exec_driver_sql("SELECT operation, n FROM call ORDER BY day").fetchall()
    assert [tuple(row) for row in found] == [("write", 30), ("write", 1)]


def test_a_header_read_early_in_a_window_starves_nobody(budget: PgBudget, clock: ManualClock) -> None:
    budget.spend("requests")
    budget.learn("requests", capacity=100, remaining=99, resets_in=59.0)
    assert spent(budget) == 99
    clock.advance(60)
    assert spent(budget) == 100


def test_no_call_is_left_until_the_window_ends(budget: PgBudget, clock: ManualClock) -> None:
    budget.learn("requests", capacity=100, remaining=0, resets_in=30.0)
    clock.advance(29)
    assert spent(budget) == 0
    clock.advance(1)
    assert spent(budget) > 0
