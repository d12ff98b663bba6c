from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from core.fields import RISK_TAG
from core.model import Level, Outcome, RecordRef, Remark, TaskOrder, Value
from tests.plugins.salesforce.conftest import World, change

DUE = datetime(2026, 11, 2, 23, 30, tzinfo=UTC)
CASE_VALUES: dict[str, Value] = {
    "attune_sentiment": -0.52,
    "attune_distress": 73,
    "attune_risk_flag": "high",
    "attune_expires_at": "2027-12-01",
}
IN_RECORD = {
    "Attune_Sentiment__c": -0.52,
    "Attune_Distress__c": 73,
    "Attune_Risk_Flag__c": "high",
    "Attune_Expires_At__c": "2027-12-01",
}
SAID = Remark("attune-0123456789", "Attune marks this case high. [attune-0123456789]")


def order(owner: str | None = None, **parts: Any) -> TaskOrder:
    given: dict[str, Any] = {
        "external_id": "attune-high-1",
        "template": "high_risk_follow_up",
        "subject": "Call",
        "body": "Why",
        "owner_id": owner,
        "due_at": DUE,
        "priority": "high",
        **parts,
    }
    return TaskOrder(**given)


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
    parts = {"fields": CASE_VALUES, "remarks": (SAID,), "tasks": (order(),)}
    events = world.events(lambda: list(world.plugin.apply([change(case, **parts)])))
    assert events == [] and world.echoes == 3


# --- row by row -----------------------------------------------------------------------------------


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
    parts = {"remarks": (SAID,), "tasks": (order(),)}
    receipts = list(world.plugin.apply([change(case, **parts)]))
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


# --- remarks --------------------------------------------------------------------------------------


def test_a_remark_is_a_private_comment_and_is_said_once(world: World) -> None:
    (case,) = world.cases(1)
    (first,) = world.plugin.apply([change(case, fields={}, remarks=(SAID,))])
    (again,) = world.plugin.apply([change(case, fields={}, remarks=(SAID,), resumed=True)])
    assert (first.part, first.outcome, first.code) == ("remark:attune-0123456789", Outcome.WRITTEN, "")
    assert (again.outcome, again.code) == (Outcome.WRITTEN, "FOUND")
    assert [(r["case"], r["text"]) for r in world.box.records()["remarks"]] == [(case, SAID.text)]
    (comment,) = world.box.org.tables["CaseComment"].values()
    assert comment["IsPublished"] is False


def test_a_long_remark_is_cut_at_whole_characters(world: World) -> None:
    (case,) = world.cases(1)
    (receipt,) = world.plugin.apply([change(case, fields={}, remarks=(Remark("r", "ä" * 3000),))])
    (remark,) = world.box.records()["remarks"]
    assert receipt.outcome is Outcome.WRITTEN and remark["text"] == "ä" * 2000


def test_accounts_take_no_comments(world: World) -> None:
    firm = world.box.talk._accounts["firm"]
    (receipt,) = world.plugin.apply([change(firm, Level.ACCOUNT, remarks=(SAID,))])
    assert (receipt.outcome, receipt.code) == (Outcome.REFUSED, "VALIDATION_RULE")


def test_two_hundred_remarks_or_tasks_a_call(world: World) -> None:
    cases = world.cases(201)
    list(
        world.plugin.apply(
            [change(id_, fields={}, remarks=(SAID,), tasks=(order(external_id=f"t-{id_}"),)) for id_ in cases]
        )
    )
    calls = world.box.calls()
    assert (calls["remark"], calls["task"], calls["field_write"]) == (2, 2, 0)


# --- tasks ----------------------------------------------------------------------------------------


def test_a_task_has_owner_day_reminder_and_time(world: World) -> None:
    (case,) = world.cases(1)
    (receipt,) = world.plugin.apply([change(case, fields={}, tasks=(order(world.box.agent_id),))])
    (task,) = world.box.org.tables["Task"].values()
    assert (receipt.part, receipt.outcome, receipt.vendor_id) == ("task:attune-high-1", Outcome.WRITTEN, task["Id"])
    expected = {
        "WhatId": case,
        "OwnerId": world.box.agent_id,
        "ActivityDate": "2026-11-02",
        "IsReminderSet": True,
        "ReminderDateTime": "2026-11-02T23:30:00Z",
        "Attune_Due_At__c": "2026-11-02T23:30:00Z",
        "Priority": "High",
        "Subject": "Call",
        "Description": "Why",
        "Attune_External_Id__c": "attune-high-1",
        "Status": "Not Started",
    }
    assert {name: task[name] for name in expected} == expected


def test_a_repeated_task_is_the_same_one_and_keeps_what_people_did(world: World) -> None:
    (case,) = world.cases(1)
    wanted = change(case, fields={}, tasks=(order(),))
    (first,) = world.plugin.apply([wanted])
    world.box.org.tables["Task"][first.vendor_id]["Status"] = "Completed"
    (again,) = world.plugin.apply([replace(wanted, resumed=True)])
    (task,) = world.box.org.tables["Task"].values()
    assert again.vendor_id == first.vendor_id and task["Status"] == "Completed"


@pytest.mark.parametrize("owner", [None, "", "12345", "someone@firm.example"])
def test_an_owner_from_another_tool_is_left_to_salesforce(world: World, owner: str | None) -> None:
    (case,) = world.cases(1)
    (receipt,) = world.plugin.apply([change(case, fields={}, tasks=(order(owner),))])
    assert receipt.outcome is Outcome.WRITTEN


def test_an_owner_who_is_not_there_refuses_the_task_not_the_case(world: World) -> None:
    (case,) = world.cases(1)
    (receipt,) = world.plugin.apply([change(case, fields={}, tasks=(order("0055g0000000000AAA"),))])
    assert (receipt.outcome, receipt.code) == (Outcome.REFUSED, "VALIDATION_RULE")


def test_an_account_has_tasks_too(world: World) -> None:
    firm = world.box.talk._accounts["firm"]
    (receipt,) = world.plugin.apply([change(firm, Level.ACCOUNT, tasks=(order(),))])
    assert receipt.outcome is Outcome.WRITTEN
    assert [task["record"] for task in world.box.records()["tasks"]] == [firm]


def test_without_the_task_fields_tasks_are_refused_by_name(world: World) -> None:
    (case,) = world.cases(1)
    del world.box.org.fields["Task"]["Attune_External_Id__c"]
    (receipt,) = world.plugin.apply([change(case, fields={}, tasks=(order(),))])
    assert (receipt.outcome, receipt.code) == (Outcome.REFUSED, "FIELD_MISSING")


# --- erasure --------------------------------------------------------------------------------------


def test_erasure_empties_our_fields_and_takes_our_remarks_back(world: World) -> None:
    first, second = world.cases(2)
    world.say({"case": "n0", "role": "note", "text": "A note of an agent"})
    ada = world.box.talk._people["ada"]
    list(
        world.plugin.apply(
            [
                change(first, fields=CASE_VALUES, remarks=(SAID,)),
                change(ada, Level.PERSON, fields={"attune_consent_state": "x"}),
            ]
        )
    )
    receipts = world.plugin.erase(RecordRef("salesforce", Level.PERSON, ada))
    assert {receipt.outcome for receipt in receipts} == {Outcome.WRITTEN, Outcome.UNCHANGED}
    assert {receipt.record.id for receipt in receipts} == {first, second, ada}
    assert world.record(first) == {} and world.box.records()["person"][ada] == {}
    assert world.box.records()["remarks"] == []
    left = [c["CommentBody"] for c in world.box.org.tables["CaseComment"].values() if not c["IsDeleted"]]
    assert left == ["A note of an agent"]


def test_erasure_deletes_what_readers_answered_to_scores_of_the_person(world: World) -> None:
    (case,) = world.cases(1)
    ada = world.box.talk._people["ada"]
    about = {"mine": case, "hers": ada, "another": "5005g00000000ZZAAY"}
    for words, record in about.items():
        id_ = world.box.org.new_id("Attune_Feedback__c")
        row = {"Id": id_, "IsDeleted": False, "Attune_Record__c": record, "Attune_Words__c": words}
        world.box.org.tables["Attune_Feedback__c"][id_] = row
    world.plugin.erase(RecordRef("salesforce", Level.PERSON, ada))
    held = world.box.org.tables["Attune_Feedback__c"].values()
    assert [one["Attune_Words__c"] for one in held if not one["IsDeleted"]] == ["another"]


def test_erasure_without_the_package(world: World) -> None:
    world.cases(1)
    del world.box.org.fields["Attune_Feedback__c"], world.box.org.tables["Attune_Feedback__c"]
    receipts = world.plugin.erase(RecordRef("salesforce", Level.PERSON, world.box.talk._people["ada"]))
    assert all(receipt.outcome in (Outcome.WRITTEN, Outcome.UNCHANGED) for receipt in receipts)


def test_erasing_somebody_who_is_gone(world: World) -> None:
    (receipt,) = world.plugin.erase(RecordRef("salesforce", Level.PERSON, "0035g0000000000AAA"))
    assert (receipt.outcome, receipt.code) == (Outcome.GONE, "RECORD_GONE")
