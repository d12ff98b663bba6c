"""Limits, outages and tokens: nothing is lost, nothing is sent twice."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.errors import ConfigurationError, RetryLaterError
from core.model import Outcome, Receipt, RecordChange
from core.ports import Token
from tests.plugins.salesforce.conftest import Vault, World, change


def gathered(world: World, changes: list[RecordChange]) -> tuple[list[Receipt], RetryLaterError | None]:
    """Apply, and return what was told before it stopped."""
    told: list[Receipt] = []
    try:
        for receipt in world.plugin.apply(changes):
            told.append(receipt)
    except RetryLaterError as later:
        return told, later
    return told, None


@pytest.mark.parametrize("fault", [{"down": True}, {"server_error": {"next": 1}}])
def test_an_outage_is_not_now(world: World, fault: dict[str, object]) -> None:
    (case,) = world.cases(1)
    world.box.faults(fault)
    told, later = gathered(world, [change(case)])
    assert told == [] and later is not None


def test_the_daily_limit_blocks_the_budget_and_is_not_now(world: World) -> None:
    (case,) = world.cases(1)
    world.box.faults({"request_limit": {"next": 1}})
    told, later = gathered(world, [change(case)])
    assert told == [] and later is not None and later.cause == "REQUEST_LIMIT_EXCEEDED"
    assert [limit for limit, _ in world.budget.blocked] == ["api"]
    assert gathered(world, [change(case)])[0][0].outcome is Outcome.WRITTEN


def test_the_limit_in_the_header_is_believed(world: World) -> None:
    (case,) = world.cases(1)
    world.box.configure({"limits": {"api_daily": 500}})
    world.budget.learned.clear()
    list(world.plugin.apply([change(case)]))
    (first, *_) = world.budget.learned
    assert first[:2] == ("api", 500) and 0 < first[2] < 500


def test_a_used_up_day_refuses_at_the_sandbox(world: World) -> None:
    (case,) = world.cases(1)
    world.box.configure({"limits": {"api_daily": 1}})
    assert gathered(world, [change(case)])[1] is not None


def test_an_empty_budget_stops_before_the_call(world: World) -> None:
    (case,) = world.cases(1)
    world.budget.spent, world.budget.empty_after = 0, 0
    told, later = gathered(world, [change(case)])
    assert told == [] and later is not None and later.after_seconds == 2.0
    assert world.box.calls()["read"] == 0


def test_what_got_through_is_told_before_an_outage_in_the_middle(world: World) -> None:
    cases = world.cases(600)
    world.budget.spent, world.budget.empty_after = 0, 3
    told, later = gathered(world, [change(id_) for id_ in cases])
    # Read and write of the first batch, read of the second.
    assert later is not None and len(told) == 200
    world.budget.empty_after = None
    rest, later = gathered(world, [change(id_) for id_ in cases])
    assert later is None and [r.outcome for r in rest].count(Outcome.UNCHANGED) == 200
    assert world.box.calls()["field_write"] == 3


def test_a_session_that_ends_in_the_middle_of_a_batch_is_renewed_once(world: World) -> None:
    cases = world.cases(600)
    world.box.faults({"token_expires_after_calls": world.box._token_calls + 3})
    told, later = gathered(world, [change(id_) for id_ in cases])
    assert later is None and len(told) == 600 and {r.outcome for r in told} == {Outcome.WRITTEN}
    assert world.vault.renewals == 1
    assert world.box.calls()["field_write"] == 3 and world.box.calls()["token"] == 1
    assert world.vault.token.extra["user_id"] == world.box.integration_id


def test_the_first_login_tells_where_the_org_is(world: World) -> None:
    extra = {name: world.vault.token.extra[name] for name in ("client_id", "username", "private_key")}
    vault = Vault(Token("", extra=extra))
    plugin = type(world.plugin)(replace(world.access, vault=vault, installation="new"))
    assert plugin.accounts([world.box.talk._accounts["firm"]])
    assert vault.renewals == 1 and vault.token.extra["instance_url"].startswith("https://")


@pytest.mark.parametrize(
    "extra",
    [{}, {"private_key": "no key"}, {"client_id": "somebody"}, {"username": "somebody@firm.example"}],
)
def test_a_refused_login_is_the_admins_business(world: World, extra: dict[str, str]) -> None:
    given = {**world.vault.token.extra, **extra} if extra else {}
    plugin = type(world.plugin)(replace(world.access, vault=Vault(Token("", extra=given)), installation="bad"))
    with pytest.raises(ConfigurationError) as caught:
        plugin.accounts([world.box.talk._accounts["firm"]])
    assert "somebody" not in str(caught.value) and "no key" not in str(caught.value)


def test_a_query_comes_in_pages(world: World) -> None:
    cases = world.cases(7)
    world.box.configure({"page_size": 3})
    told, _ = gathered(world, [change(id_) for id_ in cases])
    assert len(told) == 7 and {r.outcome for r in told} == {Outcome.WRITTEN}
