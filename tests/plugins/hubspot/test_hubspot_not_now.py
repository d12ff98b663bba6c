from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from connectors.hubspot.client import Answered
from core.errors import ConfigurationError, PermanentError, RetryLaterError
from core.model import Outcome, Receipt, RecordChange
from tests.plugins.hubspot.conftest import World
from tests.plugins.hubspot.writing import case, outcomes, tickets


@pytest.mark.parametrize(
    ("fault", "wait"),
    [
        ({"rate_limit": {"next": 1, "retry_after": 7}}, 7.0),
        ({"rate_limit": {"next": 1}}, 10.0),
        ({"rate_limit": {"next": 1, "policy": "SECONDLY"}}, 1.0),
        ({"rate_limit": {"next": 1, "policy": "DAILY"}}, 900.0),
        ({"locked": {"next": 1}}, 2.0),
        ({"server_error": {"next": 1}}, None),
        ({"down": True}, None),
    ],
)
def test_not_now_is_retry_later(world: World, fault: dict[str, Any], wait: float | None) -> None:
    (id_,) = tickets(world, 1)
    change = RecordChange(case(id_), {"attune_distress": 40})
    world.box.faults(fault)
    with pytest.raises(RetryLaterError) as caught:
        list(world.plugin.apply([change]))
    assert caught.value.after_seconds == wait
    assert bool(world.budget.blocked) == ("rate_limit" in fault)
    world.box.faults({"down": False})
    assert [r.outcome for r in world.plugin.apply([change])] == [Outcome.WRITTEN]


def test_what_went_through_before_an_outage_is_told(world: World) -> None:
    ids = tickets(world, 250)
    seen: list[Receipt] = []
    with pytest.raises(RetryLaterError):
        for receipt in world.plugin.apply([RecordChange(case(i), {"attune_distress": 40}) for i in ids]):
            seen.append(receipt)
            if len(seen) == 100:
                world.box.faults({"down": True})
    assert len(seen) == 100 and {r.outcome for r in seen} == {Outcome.WRITTEN}


def test_a_token_that_ends_in_the_middle_is_renewed_once(world: World) -> None:
    ids = tickets(world, 250)
    world.box.gate._token_calls = 0
    world.box.faults({"token_expires_after_calls": 4})
    changes = [RecordChange(case(i), {"attune_distress": 40}) for i in ids]
    assert {o for o, _ in outcomes(world.plugin.apply(changes)).values()} == {Outcome.WRITTEN}
    assert world.vault.renewals == 1 and world.vault.token.refresh == "sandbox-refresh"
    assert world.box.calls()["field_write"] == 3


def test_a_grant_that_is_refused_is_for_a_person(world: World) -> None:
    world.box.gate.access.clear()
    world.access.options["client_secret"] = "wrong"  # type: ignore[index]
    plugin = type(world.plugin)(world.access)
    with pytest.raises(ConfigurationError, match="connect it again"):
        plugin.people(["1"])


def test_the_budget_learns_from_headers_and_searches_are_counted_apart(world: World) -> None:
    world.box.configure({"limits": {"burst": 110, "search": 5}})
    world.box.gate.clear()
    world.plugin.people(["1"])
    assert world.budget.learned[-1] == ("burst", 110, 109, 10.0)
    learned = len(world.budget.learned)
    world.plugin.history(datetime(2026, 1, 1, tzinfo=UTC), 1)
    assert len(world.budget.learned) == learned and world.budget.spent["search"] == 1


def test_over_the_limit_the_sandbox_answers_like_hubspot(world: World) -> None:
    world.box.configure({"limits": {"burst": 2, "search": 5}})
    world.box.gate.clear()
    world.plugin.people(["1"])
    world.plugin.people(["1"])
    with pytest.raises(RetryLaterError):
        world.plugin.people(["1"])
    assert world.budget.blocked == [("burst", 10.0)]
    world.box.clock({"advance": 11})
    world.plugin.people(["1"])


def test_one_faulty_row_of_a_batch_that_is_refused_as_a_whole_harms_no_other(world: World) -> None:
    ids = tickets(world, 5)
    client = world.plugin._client
    whole = client.update

    def update(plural: str, rows: Any) -> Answered:
        if any(row["id"] == ids[3] for row in rows):
            raise PermanentError("VALIDATION_RULE", "no")
        return whole(plural, rows)

    client.update = update  # type: ignore[method-assign]
    told = outcomes(world.plugin.apply([RecordChange(case(i), {"attune_distress": 40}) for i in ids]))
    assert [told[i, "fields"][0] for i in ids] == [Outcome.WRITTEN] * 3 + [Outcome.REFUSED, Outcome.WRITTEN]
