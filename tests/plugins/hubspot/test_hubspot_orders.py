from __future__ import annotations

import pytest

from core.errors import RetryLaterError
from core.model import Level, Outcome, RecordChange, RecordRef, Remark
from tests.plugins.hubspot.conftest import World
from tests.plugins.hubspot.writing import case, order, outcomes, tickets


def test_remarks_and_tasks_are_never_doubled(world: World) -> None:
    ids = tickets(world, 3)
    said = {i: (Remark(f"r-{i}", f"Why [r-{i}]"),) for i in ids}
    changes = [RecordChange(case(i), remarks=said[i], tasks=(order(f"t-{i}"),)) for i in ids]
    for _ in range(2):
        told = outcomes(world.plugin.apply(changes))
        assert set(told.values()) == {(Outcome.WRITTEN, "")} and len(told) == 6
    records = world.box.records()
    assert sorted(task["external_id"] for task in records["tasks"]) == sorted(f"t-{i}" for i in ids)
    assert sorted(remark["case"] for remark in records["remarks"]) == sorted(ids)
    # One call to keep them and one to hang them on their records, twice.
    assert (world.box.calls()["remark"], world.box.calls()["task"]) == (4, 4)


def test_a_crash_between_keeping_and_hanging_is_made_good(world: World) -> None:
    (id_,) = tickets(world, 1)
    change = RecordChange(case(id_), tasks=(order("t-1"),))
    world.budget.empty_after = sum(world.budget.spent.values()) + 1
    with pytest.raises(RetryLaterError):
        list(world.plugin.apply([change]))
    assert [task["records"] for task in world.box.records()["tasks"]] == [[]]
    world.budget.empty_after = None
    assert [r.outcome for r in world.plugin.apply([change])] == [Outcome.WRITTEN]
    assert [task["records"] for task in world.box.records()["tasks"]] == [[{"kind": "tickets", "id": id_}]]


def test_a_task_that_is_done_stays_done_when_it_is_sent_again(world: World) -> None:
    (id_,) = tickets(world, 1)
    change = RecordChange(case(id_), tasks=(order("t-1"),))
    list(world.plugin.apply([change]))
    (task,) = world.box.portal.objects["tasks"].values()
    task["properties"]["hs_task_status"] = "COMPLETED"
    list(world.plugin.apply([change]))
    assert [task["status"] for task in world.box.records()["tasks"]] == ["COMPLETED"]


def test_a_task_of_an_account_hangs_on_the_company(world: World) -> None:
    firm = RecordRef("hubspot", Level.ACCOUNT, world.ids["accounts"]["firm"])
    (receipt,) = world.plugin.apply([RecordChange(firm, tasks=(order("t", "49"),))])
    (task,) = world.box.records()["tasks"]
    assert task["records"] == [{"kind": "companies", "id": firm.id}]
    assert (task["owner"], task["id"]) == ("49", receipt.vendor_id)


def test_a_task_of_a_record_that_is_gone(world: World) -> None:
    good, gone = tickets(world, 2)
    world.box.faults({"gone": [gone]})
    told = outcomes(world.plugin.apply([RecordChange(case(i), tasks=(order(f"t-{i}"),)) for i in (good, gone)]))
    assert told[good, f"task:t-{good}"] == (Outcome.WRITTEN, "")
    assert told[gone, f"task:t-{gone}"] == (Outcome.GONE, "RECORD_GONE")


def test_without_our_unique_property_a_task_is_refused_not_doubled(world: World) -> None:
    (id_,) = tickets(world, 1)
    del world.box.portal.definitions["tasks"]["attune_external_id"]
    world.plugin._book("tasks", at_once=True)
    told = outcomes(world.plugin.apply([RecordChange(case(id_), tasks=(order("t"),))]))
    assert told == {(id_, "task:t"): (Outcome.REFUSED, "FIELD_MISSING")}
    assert world.box.records()["tasks"] == []


def test_erasing_clears_the_contact_and_its_tickets(world: World) -> None:
    (id_,) = tickets(world, 1)
    ada = RecordRef("hubspot", Level.PERSON, world.ids["people"]["ada"])
    list(
        world.plugin.apply(
            [
                RecordChange(case(id_), {"attune_distress": 40}),
                RecordChange(ada, {"attune_consent_state": "service: granted"}),
            ]
        )
    )
    told = outcomes(world.plugin.erase(ada))
    assert told == {(ada.id, "fields"): (Outcome.WRITTEN, ""), (id_, "fields"): (Outcome.WRITTEN, "")}
    records = world.box.records()
    assert (records["case"][id_], records["person"][ada.id]) == ({"tags": []}, {})
    assert {o for o, _ in outcomes(world.plugin.erase(ada)).values()} == {Outcome.UNCHANGED}


def test_a_ticket_of_somebody_who_is_gone_may_be_named_itself(world: World) -> None:
    one, other = tickets(world, 2)
    list(world.plugin.apply([RecordChange(case(id_), {"attune_distress": 40}) for id_ in (one, other)]))
    assert outcomes(world.plugin.erase(case(one))) == {(one, "fields"): (Outcome.WRITTEN, "")}
    records = world.box.records()["case"]
    assert (records[one], records[other]) == ({"tags": []}, {"attune_distress": 40, "tags": []})


def test_erasing_somebody_who_is_gone(world: World) -> None:
    ada = RecordRef("hubspot", Level.PERSON, world.ids["people"]["ada"])
    (event,) = world.events(lambda: world.box.delete_contact(ada.id))
    assert str(event.kind) == "person_deleted" and event.subject == ada
    assert outcomes(world.plugin.erase(ada)) == {(ada.id, "fields"): (Outcome.GONE, "RECORD_GONE")}
