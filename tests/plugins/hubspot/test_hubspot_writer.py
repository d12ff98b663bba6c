from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from connectors.hubspot.client import Answered
from connectors.hubspot.nouns import outward, same
from core.errors import ConfigurationError, PermanentError, RetryLaterError
from core.fields import catalogue
from core.model import Level, Outcome, Receipt, RecordChange, RecordRef, Remark, TaskOrder
from core.ports import Known
from plugins.hubspot import planning
from plugins.hubspot.writer import _told
from tests.plugins.hubspot.conftest import World

DUE = datetime(2026, 11, 2, 13, 0, tzinfo=UTC)


def case(id_: str) -> RecordRef:
    return RecordRef("hubspot", Level.CASE, id_)


def order(id_: str, owner: str | None = None) -> TaskOrder:
    return TaskOrder(id_, "t", "Follow up", "Please", owner, DUE, "urgent")


def tickets(world: World, many: int) -> list[str]:
    said = [{"case": f"c{n}", "person": "ada", "text": "x", "channel": "web"} for n in range(many)]
    return [one["case"] for one in world.box.say(said)]


def outcomes(receipts: Any) -> dict[tuple[str, str], tuple[Outcome, str]]:
    return {(r.record.id, r.part): (r.outcome, r.code) for r in receipts}


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


# --- remarks and tasks --------------------------------------------------------------------------------


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


# --- erasing ------------------------------------------------------------------------------------------


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


# --- faults -------------------------------------------------------------------------------------------


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


# --- values -------------------------------------------------------------------------------------------


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
