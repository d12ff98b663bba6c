from __future__ import annotations

from typing import Any

import pytest

from connectors.hubspot.client import Answered
from connectors.hubspot.nouns import outward, same
from core.fields import catalogue
from core.model import Outcome, Receipt, RecordChange
from core.ports import Known
from plugins.hubspot import planning
from plugins.hubspot.writer import _told
from tests.plugins.hubspot.conftest import World
from tests.plugins.hubspot.writing import case, outcomes, tickets


def test_a_thousand_changed_tickets_are_ten_calls_and_ten_reads(world: World) -> None:
    ids = tickets(world, 1000)
    changes = [RecordChange(case(id_), {"attune_distress": 40, "attune_risk_flag": "watch"}) for id_ in ids]
    told = outcomes(world.plugin.apply(changes))
    assert set(told.values()) == {(Outcome.WRITTEN, "")} and len(told) == 1000
    calls = world.box.calls()
    assert (calls["field_write"], calls["read"]) == (10, 10)
    assert world.budget.counts["write"] == 10
    again = outcomes(world.plugin.apply(changes))
    assert set(again.values()) == {(Outcome.UNCHANGED, "")} and world.box.calls()["field_write"] == 10


def test_only_what_differs_is_sent(world: World) -> None:
    (id_,) = tickets(world, 1)
    list(world.plugin.apply([RecordChange(case(id_), {"attune_distress": 40, "attune_sentiment": -0.5})]))
    world.box.configure({"subscriptions": "all"})
    change = RecordChange(case(id_), {"attune_distress": 41, "attune_sentiment": -0.5})
    world.events(lambda: list(world.plugin.apply([change])))
    assert world.echoes == 1


def test_values_are_cleared(world: World) -> None:
    (id_,) = tickets(world, 1)
    list(world.plugin.apply([RecordChange(case(id_), {"attune_distress": 40, "attune_emotion": "anger"})]))
    told = world.plugin.apply([RecordChange(case(id_), {"attune_distress": None, "attune_emotion": None})])
    assert [r.outcome for r in told] == [Outcome.WRITTEN]
    assert world.box.records()["case"][id_] == {"tags": []}


def test_a_tag_is_carried_by_the_flags_property_and_costs_nothing(world: World) -> None:
    (id_,) = tickets(world, 1)
    told = outcomes(world.plugin.apply([RecordChange(case(id_), tags_add=("attune_risk_high",))]))
    assert told == {(id_, "fields"): (Outcome.UNCHANGED, "")} and world.box.calls()["field_write"] == 0


def test_rows_of_a_207_are_told_apart(world: World) -> None:
    good, gone, ruled, busy = tickets(world, 4)
    world.box.faults({"gone": [gone], "validation": [ruled]})
    changes = [RecordChange(case(id_), {"attune_distress": 40}) for id_ in (good, gone, ruled)]
    told = {r.record.id: r for r in world.plugin.apply(changes)}
    assert (told[good].outcome, told[gone].outcome) == (Outcome.WRITTEN, Outcome.GONE)
    assert (told[ruled].outcome, told[ruled].code) == (Outcome.REFUSED, "VALIDATION_RULE")
    assert "required property" in told[ruled].detail
    world.box.faults({"partial": {"next": 1}})
    retried = outcomes(world.plugin.apply([RecordChange(case(busy), {"attune_distress": 40})]))
    assert retried == {(busy, "fields"): (Outcome.CONFLICT, "WRITE_CONFLICT")}


def test_a_record_that_goes_between_reading_and_writing_is_gone(world: World) -> None:
    (id_,) = tickets(world, 1)
    rows = planning.plan(
        [RecordChange(case(id_), {"attune_distress": 1})], {id_: {"properties": {}}}, world.plugin._book("tickets")
    ).rows
    error = {"category": "OBJECT_NOT_FOUND", "message": "gone", "context": {"ids": [id_]}}
    assert next(_told(rows, Answered((), (error,))))[1][:2] == (Outcome.GONE, "RECORD_GONE")
    assert next(_told(rows, Answered(())))[1][:2] == (Outcome.CONFLICT, "WRITE_CONFLICT")


def test_a_property_that_is_missing_is_named_and_the_rest_written(world: World) -> None:
    (id_,) = tickets(world, 1)
    del world.box.portal.definitions["tickets"]["attune_emotion"]
    world.plugin._book("tickets", at_once=True)
    change = RecordChange(case(id_), {"attune_distress": 40, "attune_emotion": "anger"})
    (receipt,) = world.plugin.apply([change])
    assert receipt == Receipt(case(id_), "fields", Outcome.REFUSED, "FIELD_MISSING", "attune_emotion")
    assert world.box.records()["case"][id_] == {"attune_distress": 40, "tags": []}


def test_a_property_removed_a_moment_ago_is_refused_by_hubspot_and_named(world: World) -> None:
    (id_,) = tickets(world, 1)
    del world.box.portal.definitions["tickets"]["attune_distress"]
    (receipt,) = world.plugin.apply([RecordChange(case(id_), {"attune_distress": 40})])
    assert (receipt.outcome, receipt.code) == (Outcome.REFUSED, "FIELD_MISSING")


def test_a_customers_property_of_the_same_name_is_never_written(world: World) -> None:
    (id_,) = tickets(world, 1)
    world.box.portal.definitions["tickets"]["attune_distress"]["groupName"] = "ticketinformation"
    world.plugin._book("tickets", at_once=True)
    (receipt,) = world.plugin.apply([RecordChange(case(id_), {"attune_distress": 40})])
    assert (receipt.outcome, receipt.code) == (Outcome.REFUSED, "FIELD_MISSING")
    assert "attune_distress" not in world.box.portal.objects["tickets"][id_]["properties"]


@pytest.mark.parametrize(
    ("key", "value", "text"),
    [
        ("attune_sentiment", -0.625, "-0.62"),
        ("attune_sentiment", 0, "0.00"),
        ("attune_distress", 73, "73"),
        ("attune_distress", None, ""),
        ("attune_risk_flag", "high", "high"),
        ("attune_expires_at", "2027-12-01", "2027-12-01"),
        ("attune_health_reasons", "x" * 300, "x" * 255),
    ],
)
def test_values_outward(key: str, value: Any, text: str) -> None:
    assert outward(catalogue()[key], value) == text


@pytest.mark.parametrize(
    ("key", "stored", "wanted", "equal"),
    [
        ("attune_sentiment", "-0.5", "-0.50", True),
        ("attune_sentiment", "-0.51", "-0.50", False),
        ("attune_sentiment", None, "", True),
        ("attune_sentiment", "", "0.00", False),
        ("attune_sentiment", "0", "", False),
        ("attune_distress", "x", "1", False),
        ("attune_risk_flag", "high", "high", True),
        ("attune_expires_at", "2027-12-01T00:00:00Z", "2027-12-01", True),
    ],
)
def test_values_compared(key: str, stored: Any, wanted: str, equal: bool) -> None:
    assert same(catalogue()[key], stored, wanted) is equal


def test_reading_after_writing_finds_the_case_unchanged(world: World) -> None:
    events = world.say({"text": "Hi"})
    list(world.plugin.apply([RecordChange(case(world.ticket()), {"attune_distress": 40})]))
    assert world.plugin.load(events, Known())[0].case.status == "new"
