from __future__ import annotations

from dataclasses import replace

import pytest

from core.model import Level, Outcome, RecordRef, Remark
from tests.plugins.salesforce.conftest import World, change
from tests.plugins.salesforce.writing import CASE_VALUES, SAID, order


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
