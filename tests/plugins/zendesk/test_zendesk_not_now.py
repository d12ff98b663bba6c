from __future__ import annotations

import logging
from typing import Any

import pytest

from core.errors import ConfigurationError, RetryLaterError
from core.model import Level, Outcome, Receipt, RecordChange, RecordRef, Remark, Value
from core.ports import LinkKeys
from tests.plugins.zendesk.conftest import World
from tests.plugins.zendesk.writing import order, tickets, write

# --- not now --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("faults", "after"),
    [
        ({"down": True}, None),
        ({"server_error": {"next": 1}}, None),
        ({"rate_limit": {"next": 1, "retry_after": 7}}, 7.0),
    ],
)
def test_an_outage_is_retry_later(world: World, faults: dict[str, Any], after: float | None) -> None:
    (ref,) = tickets(world, 1)
    world.box.faults(faults)
    with pytest.raises(RetryLaterError) as caught:
        write(world, RecordChange(ref, {"attune_distress": 4}))
    assert caught.value.after_seconds == after
    assert world.budget.blocked == ([("requests", 7.0)] if after else [])


def test_what_got_through_before_an_outage_is_told(world: World) -> None:
    refs = tickets(world, 250)
    world.box.configure({"limits": {"jobs": 2}, "job_seconds": 60})
    told: list[Receipt] = []
    with pytest.raises(RetryLaterError):
        told.extend(world.plugin.apply([RecordChange(ref, {"attune_distress": 4}) for ref in refs]))
    told = []
    with pytest.raises(RetryLaterError):
        for receipt in world.plugin.apply([RecordChange(ref, {"attune_distress": 5}) for ref in refs]):
            told.append(receipt)
    assert len(told) == 200 and {receipt.outcome for receipt in told} == {Outcome.WRITTEN}


def test_a_job_that_never_ends_is_put_off(world: World) -> None:
    refs = tickets(world, 1)
    world.box.configure({"job_seconds": 3600})
    world.box.jobs.polled = world.box.jobs.view  # type: ignore[method-assign]
    try:
        with pytest.raises(RetryLaterError, match="not finished"):
            write(world, RecordChange(refs[0], {"attune_distress": 4}))
    finally:
        del world.box.jobs.polled


def test_a_token_that_ends_in_the_middle_repeats_only_that_call(world: World) -> None:
    refs = tickets(world, 300)
    before = world.box.calls()
    world.box.gate._token_calls = 0
    world.box.faults({"token_expires_after_calls": 4})
    receipts = write(world, *(RecordChange(ref, {"attune_distress": 4}) for ref in refs))
    assert len(receipts) == 300 and {receipt.outcome for receipt in receipts} == {Outcome.WRITTEN}
    after = world.box.calls()
    assert after["field_write"] - before["field_write"] == 3 and after["read"] - before["read"] == 3
    assert world.vault.renewals == after["token"] >= 1
    assert world.vault.token.refresh not in ("sandbox-refresh", "")


def test_a_grant_that_was_revoked_asks_for_a_person(world: World) -> None:
    (ref,) = tickets(world, 1)
    world.box.gate.access, world.box.gate.refresh = {}, "another"
    with pytest.raises(ConfigurationError):
        write(world, RecordChange(ref, {"attune_distress": 4}))


def test_the_budget_is_asked_and_learns(world: World) -> None:
    (ref,) = tickets(world, 1)
    assert ("requests", 2500) in {(limit, capacity) for limit, capacity, _ in world.budget.learned}
    world.budget.empty_after = world.budget.spent
    with pytest.raises(RetryLaterError, match="budget"):
        write(world, RecordChange(ref, {"attune_distress": 4}))


def test_no_word_and_no_address_reaches_the_log(world: World, caplog: pytest.LogCaptureFixture) -> None:
    (ref,) = tickets(world, 1)
    with caplog.at_level(logging.DEBUG):
        write(world, RecordChange(ref, {"attune_distress": 4}, remarks=(Remark("r", "SECRETWORD"),), tasks=(order(),)))
        world.plugin.find(Level.PERSON, [LinkKeys("k", email="ada@firm.example")])
    assert "SECRETWORD" not in caplog.text and "ada@" not in caplog.text and "Bearer" not in caplog.text


# --- erase ----------------------------------------------------------------------------------------


def test_erase_empties_a_persons_records_and_no_others(world: World) -> None:
    refs = tickets(world, 2)
    world.box.say([{"case": "other", "person": "kid", "role": "customer", "text": "Hi"}])
    everyone = [RecordRef("zendesk", Level.CASE, id_) for id_ in world.box.records()["case"]]
    ada = RecordRef("zendesk", Level.PERSON, str(world.box.desk.tickets[int(refs[0].id)]["requester_id"]))
    values: dict[str, Value] = {"attune_distress": 4, "attune_emotion": "anger"}
    scored = [RecordChange(ref, values, tags_add=("attune_risk_high", "vip")) for ref in everyone]
    write(world, *scored, RecordChange(ada, {"attune_consent_state": "on"}))
    receipts = world.plugin.erase(ada)
    assert {receipt.outcome for receipt in receipts} == {Outcome.WRITTEN}
    records = world.box.records()
    assert [records["case"][ref.id] for ref in refs] == [{"tags": ["vip"]}, {"tags": ["vip"]}]
    assert records["case"][everyone[-1].id]["attune_distress"] == 4
    assert "attune_consent_state" not in records["person"][ada.id]


def test_erasing_somebody_who_is_gone(world: World) -> None:
    (receipt,) = world.plugin.erase(RecordRef("zendesk", Level.PERSON, "1"))
    assert (receipt.outcome, receipt.code) == (Outcome.GONE, "RECORD_GONE")
