from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from core.model import Level, Outcome, RecordChange, RecordRef, Remark
from core.ports import Known
from tests.plugins.zendesk.conftest import World
from tests.plugins.zendesk.writing import WRITTEN, order, outcomes, tickets, write

# --- how many calls -------------------------------------------------------------------------------


def test_a_thousand_changed_tickets_cost_ten_reads_and_ten_updates(world: World) -> None:
    refs = tickets(world, 1000)
    changes = [
        RecordChange(
            ref,
            {"attune_distress": 10 + i % 80, "attune_risk_flag": "watch"},
            tags_add=("attune_risk_high",),
            remarks=(Remark(f"r{i}", f"Why [r{i}]"),),
        )
        for i, ref in enumerate(refs)
    ]
    before = world.box.calls()
    receipts = write(world, *changes)
    made = {name: count - before[name] for name, count in world.box.calls().items() if count != before[name]}
    assert len(receipts) == 2000 and {receipt.outcome for receipt in receipts} == {Outcome.WRITTEN}
    polls = made.pop("poll")
    assert made == {"read": 10, "field_write": 10}
    assert polls <= 4
    assert len(world.box.records()["remarks"]) == 1000


def test_what_stands_there_already_is_not_sent(world: World) -> None:
    (ref,) = tickets(world, 1)
    change = RecordChange(
        ref,
        {
            "attune_distress": 40,
            "attune_sentiment": -0.5,
            "attune_emotion": "anger",
            "attune_expires_at": "2027-12-01",
            "attune_reply_empathy": None,
        },
        tags_add=("vip",),
        tags_remove=("absent",),
    )
    assert outcomes(write(world, change)) == [WRITTEN]
    before = world.box.calls()["field_write"]
    assert outcomes(write(world, change)) == [("fields", Outcome.UNCHANGED, "")]
    assert world.box.calls()["field_write"] == before


def test_none_empties_a_field(world: World) -> None:
    (ref,) = tickets(world, 1)
    write(world, RecordChange(ref, {"attune_emotion": "anger", "attune_distress": 40}, tags_add=("attune_risk_high",)))
    write(world, RecordChange(ref, {"attune_emotion": None}, tags_remove=("attune_risk_high",)))
    assert world.box.records()["case"][ref.id] == {"attune_distress": 40, "tags": []}


def test_people_and_accounts(world: World) -> None:
    records = world.box.records()
    person = RecordRef("zendesk", Level.PERSON, next(i for i, p in records["person"].items() if p.get("crm_id")))
    account = RecordRef("zendesk", Level.ACCOUNT, next(iter(records["account"])))
    receipts = write(
        world,
        RecordChange(person, {"attune_consent_state": "service analysis: on"}),
        RecordChange(account, {"attune_health_band": "red", "attune_health_reasons": "x" * 400}, tags_add=("a",)),
    )
    assert outcomes(receipts) == [WRITTEN, WRITTEN]
    after = world.box.records()
    assert after["person"][person.id]["attune_consent_state"] == "service analysis: on"
    assert after["account"][account.id]["attune_health_band"] == "red"
    assert after["account"][account.id]["attune_health_reasons"] == "x" * 255
    assert outcomes(write(world, RecordChange(account, remarks=(Remark("r", "r"),)))) == [
        ("remark:r", Outcome.REFUSED, "VALIDATION_RULE")
    ]


# --- rows that fail -------------------------------------------------------------------------------


def test_a_faulty_row_does_not_touch_its_neighbours(world: World) -> None:
    refs = tickets(world, 4)
    world.box.faults({"gone": [refs[0].id], "validation": [refs[1].id]})
    receipts = write(world, *(RecordChange(ref, {"attune_distress": 40}) for ref in refs))
    found = {receipt.record: (receipt.outcome, receipt.code) for receipt in receipts}
    assert [found[ref] for ref in refs] == [
        (Outcome.GONE, "RECORD_GONE"),
        (Outcome.REFUSED, "VALIDATION_RULE"),
        (Outcome.WRITTEN, ""),
        (Outcome.WRITTEN, ""),
    ]


@pytest.mark.parametrize("fault", ["conflict", "partial"])
def test_a_row_changed_meanwhile_is_a_conflict(world: World, fault: str) -> None:
    refs = tickets(world, 2)
    world.box.faults({fault: {"next": 1}})
    receipts = write(world, *(RecordChange(r, {"attune_distress": 4}, remarks=(Remark("r", "r"),)) for r in refs))
    assert outcomes(receipts) == [
        ("fields", Outcome.CONFLICT, "WRITE_CONFLICT"),
        ("remark:r", Outcome.CONFLICT, "WRITE_CONFLICT"),
        WRITTEN,
        ("remark:r", Outcome.WRITTEN, ""),
    ]
    assert len(world.box.records()["remarks"]) == 1


def test_a_real_change_between_read_and_write_is_a_conflict(world: World) -> None:
    (ref,) = tickets(world, 1)
    ticket = world.box.desk.tickets[int(ref.id)]
    ticket["updated_at"] = "2026-01-01T00:00:00Z"
    original = world.box.updates.apply

    def meanwhile(object_type: str, row: dict[str, Any], actor_id: int, now: datetime) -> dict[str, Any]:
        ticket["updated_at"] = "2026-01-01T00:00:09Z"
        return original(object_type, row, actor_id, now)

    world.box.updates.apply = meanwhile  # type: ignore[method-assign]
    try:
        assert outcomes(write(world, RecordChange(ref, {"attune_distress": 4}))) == [
            ("fields", Outcome.CONFLICT, "WRITE_CONFLICT")
        ]
    finally:
        del world.box.updates.apply


def test_a_closed_ticket_is_gone_for_good(world: World) -> None:
    (ref,) = tickets(world, 1)
    world.box.status([{"case": "c0", "status": "closed"}])
    gone = ("fields", Outcome.GONE, "RECORD_GONE")
    assert outcomes(write(world, RecordChange(ref, {"attune_distress": 4}))) == [gone]


def test_thirty_updates_of_one_ticket_in_ten_minutes_are_all(world: World) -> None:
    (ref,) = tickets(world, 1)
    for value in range(30):
        assert outcomes(write(world, RecordChange(ref, {"attune_distress": value}))) == [WRITTEN]
    last = RecordChange(ref, {"attune_distress": 99})
    assert outcomes(write(world, last)) == [("fields", Outcome.CONFLICT, "RATE_LIMITED")]
    world.box.clock({"advance": 601})
    assert outcomes(write(world, last)) == [WRITTEN]


def test_five_updates_of_one_user_in_a_minute_are_all(world: World) -> None:
    user = next(u for u in world.box.desk.users.values() if u["role"] == "end-user")
    ref = RecordRef("zendesk", Level.PERSON, str(user["id"]))
    for value in "abcde":
        assert outcomes(write(world, RecordChange(ref, {"attune_consent_state": value}))) == [WRITTEN]
    last = RecordChange(ref, {"attune_consent_state": "f"})
    assert outcomes(write(world, last)) == [("fields", Outcome.CONFLICT, "RATE_LIMITED")]
    world.box.clock({"advance": 61})
    assert outcomes(write(world, last)) == [WRITTEN]


def test_a_field_that_was_removed_is_missing_and_the_rest_is_written(world: World) -> None:
    (ref,) = tickets(world, 1)
    kind = world.box.desk.fields["ticket_fields"]
    gone = next(i for i, f in kind.items() if "[attune_distress]" in (f["agent_description"] or ""))
    del kind[gone]
    ticket = world.box.desk.tickets[int(ref.id)]
    ticket["custom_fields"] = [item for item in ticket["custom_fields"] if item["id"] != gone]
    (receipt,) = write(world, RecordChange(ref, {"attune_distress": 4, "attune_risk_flag": "watch"}))
    assert (receipt.outcome, receipt.code, receipt.detail) == (Outcome.REFUSED, "FIELD_MISSING", "attune_distress")
    assert world.box.records()["case"][ref.id]["attune_risk_flag"] == "watch"
    (receipt,) = write(world, RecordChange(ref, {"attune_distress": 4}))
    assert receipt.code == "FIELD_MISSING"


def test_fields_that_were_made_anew_are_found_again(world: World) -> None:
    (ref,) = tickets(world, 1)
    assert outcomes(write(world, RecordChange(ref, {"attune_distress": 4}))) == [WRITTEN]
    world.box.desk.fields["ticket_fields"].clear()
    world.box.desk.tickets[int(ref.id)].update(custom_fields=[], fields=[])
    other = type(world.plugin)(world.access)
    other.provision()
    assert outcomes(write(world, RecordChange(ref, {"attune_distress": 5}))) == [WRITTEN]


# --- remarks and tasks ----------------------------------------------------------------------------


def test_a_remark_whose_answer_was_lost_is_not_said_twice(world: World) -> None:
    (ref,) = tickets(world, 1)
    change = RecordChange(ref, {"attune_distress": 4}, remarks=(Remark("r-77", "Because [r-77]"),))
    write(world, change)
    again = RecordChange(ref, change.fields, remarks=change.remarks, resumed=True)
    assert outcomes(write(world, again)) == [
        ("fields", Outcome.UNCHANGED, ""),
        ("remark:r-77", Outcome.WRITTEN, "FOUND"),
    ]
    assert len(world.box.records()["remarks"]) == 1


def test_a_remark_is_private(world: World) -> None:
    (ref,) = tickets(world, 1)
    write(world, RecordChange(ref, remarks=(Remark("a", "A [a]"), Remark("b", "B [b]"))))
    assert [(c["body"], c["public"]) for c in world.box.desk.comments[int(ref.id)][1:]] == [("A [a]\n\nB [b]", False)]
    assert world.box.calls()["remark"] == 1


def test_a_task_is_a_ticket_of_type_task_that_links_to_its_case(world: World) -> None:
    (ref,) = tickets(world, 1)
    (receipt,) = write(world, RecordChange(ref, tasks=(order(owner_id=str(world.box.agent_id)),)))
    assert (receipt.part, receipt.outcome) == ("task:t-1", Outcome.WRITTEN)
    ticket = world.box.desk.tickets[int(receipt.vendor_id)]
    assert {name: ticket[name] for name in ("type", "external_id", "due_at", "priority", "assignee_id", "tags")} == {
        "type": "task",
        "external_id": "t-1",
        "due_at": "2026-11-02T13:15:00Z",
        "priority": "urgent",
        "assignee_id": world.box.agent_id,
        "tags": ["attune_task"],
    }
    first = world.box.desk.comments[int(receipt.vendor_id)][0]
    assert not first["public"] and f"/agent/tickets/{ref.id}" in first["body"]
    assert world.box.records()["tasks"][0]["owner"] == str(world.box.agent_id)


@pytest.mark.parametrize("resumed", [True, False])
@pytest.mark.parametrize("body", ["Please call.", "Please call at once."])
def test_a_task_is_opened_once(world: World, resumed: bool, body: str) -> None:
    (ref,) = tickets(world, 1)
    first = write(world, RecordChange(ref, tasks=(order(),)))
    second = write(world, RecordChange(ref, tasks=(order(body=body),), resumed=resumed))
    assert first[0].vendor_id == second[0].vendor_id
    assert len(world.box.records()["tasks"]) == 1


def test_an_owner_whom_zendesk_does_not_know_is_told(world: World) -> None:
    (ref,) = tickets(world, 1)
    (receipt,) = write(world, RecordChange(ref, tasks=(order(owner_id="1"),)))
    assert (receipt.outcome, receipt.code) == (Outcome.REFUSED, "VALIDATION_RULE")


def test_our_task_is_no_conversation(world: World) -> None:
    (ref,) = tickets(world, 1)
    world.box.configure({"webhook_url": "http://127.0.0.1/"})
    assert world.events(lambda: write(world, RecordChange(ref, tasks=(order(),)))) == []


def test_a_person_who_works_on_our_task_only_tells_whether_it_is_done(world: World) -> None:
    (ref,) = tickets(world, 1)
    (receipt,) = write(world, RecordChange(ref, tasks=(order(owner_id=str(world.box.agent_id)),)))
    world.box.configure({"webhook_url": "http://127.0.0.1/"})
    world.box.talk._cases["task"] = int(receipt.vendor_id)
    events = world.events(lambda: world.box.status([{"case": "task", "status": "solved"}]))
    events += world.say({"case": "task", "role": "agent", "text": "They were very angry."})
    (conversation,) = world.plugin.load(events, Known())
    assert (conversation.case.ref.id, conversation.case.status) == (receipt.vendor_id, "solved")
    assert (conversation.messages, conversation.person, conversation.account) == ((), None, None)
