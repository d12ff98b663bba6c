from __future__ import annotations

from dataclasses import replace

import pytest

from core.fields import RISK_TAG
from core.model import Level, Outcome
from tests.plugins.salesforce.conftest import World, change
from tests.plugins.salesforce.writing import CASE_VALUES, IN_RECORD, SAID, order


def test_fields_of_all_three_levels(world: World) -> None:
    (case,) = world.cases(1)
    ada, firm = world.box.talk._people["ada"], world.box.talk._accounts["firm"]
    receipts = list(
        world.plugin.apply(
            [
                change(case, fields=CASE_VALUES, tags_add=(RISK_TAG,)),
                change(ada, Level.PERSON, fields={"attune_consent_state": "service_analysis: granted"}),
                change(
                    firm, Level.ACCOUNT, fields={"attune_health_score": 50.5, "attune_health_band": "not enough data"}
                ),
            ]
        )
    )
    assert [(r.part, r.outcome) for r in receipts] == [("fields", Outcome.WRITTEN)] * 3
    records = world.box.records()
    assert world.record(case) == IN_RECORD
    assert records["person"][ada] == {"Attune_Consent_State__c": "service_analysis: granted"}
    assert records["account"][firm] == {"Attune_Health_Score__c": 50.5, "Attune_Health_Band__c": "not enough data"}


def test_a_thousand_changed_cases_cost_five_writes_and_five_reads(world: World) -> None:
    changes = [change(id_, fields=CASE_VALUES, tags_add=(RISK_TAG,)) for id_ in world.cases(1000)]
    world.budget.counts.clear()
    receipts = list(world.plugin.apply(changes))
    assert {receipt.outcome for receipt in receipts} == {Outcome.WRITTEN} and len(receipts) == 1000
    assert (world.budget.counts["write"], world.budget.counts["read"]) == (5, 5)
    assert world.box.calls()["field_write"] == 5
    again = list(world.plugin.apply(changes))
    assert {receipt.outcome for receipt in again} == {Outcome.UNCHANGED}
    assert world.box.calls()["field_write"] == 5


def test_only_what_differs_is_sent(world: World) -> None:
    (case,) = world.cases(1)
    list(world.plugin.apply([change(case, fields=CASE_VALUES)]))
    world.box.org.tables["Case"][case]["Attune_Distress__c"] = 73.0
    (same,) = world.plugin.apply([change(case, fields=CASE_VALUES)])
    (changed,) = world.plugin.apply([change(case, fields={**CASE_VALUES, "attune_distress": 20})])
    assert (same.outcome, changed.outcome) == (Outcome.UNCHANGED, Outcome.WRITTEN)
    (emptied,) = world.plugin.apply([change(case, fields={"attune_distress": None})])
    assert emptied.outcome is Outcome.WRITTEN and "Attune_Distress__c" not in world.record(case)


def test_a_tag_alone_needs_no_call(world: World) -> None:
    (case,) = world.cases(1)
    (receipt,) = world.plugin.apply([change(case, fields={}, tags_remove=(RISK_TAG,))])
    assert (receipt.part, receipt.outcome) == ("fields", Outcome.UNCHANGED)
    assert world.box.calls()["field_write"] == 0


def test_our_own_writing_comes_back_as_an_echo_only(world: World) -> None:
    (case,) = world.cases(1)
    ours = change(case, fields=CASE_VALUES, remarks=(SAID,), tasks=(order(),))
    events = world.events(lambda: list(world.plugin.apply([ours])))
    assert events == [] and world.echoes == 3


@pytest.mark.parametrize(
    ("fault", "outcome", "code"),
    [
        ("gone", Outcome.GONE, "RECORD_GONE"),
        ("validation", Outcome.REFUSED, "VALIDATION_RULE"),
        ("conflict", Outcome.CONFLICT, "WRITE_CONFLICT"),
        ("partial", Outcome.CONFLICT, "WRITE_CONFLICT"),
    ],
)
def test_one_row_at_fault_leaves_the_others_alone(world: World, fault: str, outcome: Outcome, code: str) -> None:
    first, second = world.cases(2)
    counted = fault in ("conflict", "partial")
    world.box.faults({fault: {"next": 1} if counted else [first]})
    bad, good = sorted(world.plugin.apply([change(first), change(second)]), key=lambda r: r.record.id != first)
    assert (bad.outcome, bad.code, good.outcome) == (outcome, code, Outcome.WRITTEN)
    assert fault == "gone" or bad.detail
    assert "Attune_Distress__c" not in world.record(first)


def test_a_lock_on_the_rows_is_a_conflict_and_the_next_try_writes(world: World) -> None:
    (case,) = world.cases(1)
    world.box.faults({"locked": {"next": 1}})
    (locked,) = world.plugin.apply([change(case)])
    (written,) = world.plugin.apply([change(case)])
    assert (locked.outcome, locked.code) == (Outcome.CONFLICT, "WRITE_CONFLICT")
    assert "UNABLE_TO_LOCK_ROW" in locked.detail and written.outcome is Outcome.WRITTEN


def test_a_case_in_the_bin_is_gone(world: World) -> None:
    (case,) = world.cases(1)
    world.box.org.tables["Case"][case]["IsDeleted"] = True
    receipts = list(world.plugin.apply([change(case, remarks=(SAID,), tasks=(order(),))]))
    assert {(r.outcome, r.code) for r in receipts} == {(Outcome.GONE, "RECORD_GONE")} and len(receipts) == 3


def test_a_field_that_is_not_there_is_named_and_the_rest_is_written(world: World) -> None:
    (case,) = world.cases(1)
    del world.box.org.fields["Case"]["Attune_Distress__c"]
    (receipt,) = world.plugin.apply([change(case, fields={"attune_distress": 1, "attune_risk_flag": "watch"})])
    assert (receipt.outcome, receipt.code) == (Outcome.REFUSED, "FIELD_MISSING")
    assert receipt.detail == "attune_distress" and world.record(case) == {"Attune_Risk_Flag__c": "watch"}


def test_a_field_of_the_customers_own_is_never_written(world: World) -> None:
    (case,) = world.cases(1)
    world.box.org.fields["Case"]["Attune_Distress__c"].help = "Their own number"
    plugin = type(world.plugin)(replace(world.access, installation="fresh"))
    (receipt,) = plugin.apply([change(case)])
    assert (receipt.outcome, receipt.code) == (Outcome.REFUSED, "FIELD_NOT_OWNED")
    assert world.box.org.tables["Case"][case].get("Attune_Distress__c") is None
