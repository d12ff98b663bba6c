from __future__ import annotations

from datetime import UTC, datetime

from core.model import Level, Outcome, RecordChange, RecordRef, Remark, Role, TaskOrder
from core.ports import Known
from tests.plugins.hubspot.conftest import World

DUE = datetime(2026, 11, 2, 13, 0, tzinfo=UTC)


def test_a_ticket_becomes_a_conversation_and_scores_become_properties(world: World) -> None:
    events = world.say(
        {"text": "This is the third time I ask.", "at": "2026-11-02T09:15:00Z", "locale": "en-GB"},
        {"role": "agent", "text": "I am looking into it.", "at": "2026-11-02T09:20:00Z"},
        {"role": "note", "text": "Angry.", "at": "2026-11-02T09:21:00Z"},
    )
    (conversation,) = world.plugin.load(events, Known())
    assert [(m.role, m.text, m.public) for m in conversation.messages] == [
        (Role.CUSTOMER, "This is the third time I ask.", True),
        (Role.AGENT, "I am looking into it.", True),
        (Role.NOTE, "Angry.", False),
    ]
    assert conversation.person is not None and conversation.person.email == "ada@firm.example"
    assert conversation.account is not None and conversation.account.domains == ("firm.example",)
    assert conversation.account.signals == {"usage": 60.0, "adoption": 50.5}
    assert (conversation.case.channel, conversation.case.locale, conversation.case.status) == ("email", "en-gb", "new")
    case, account = conversation.case.ref, conversation.account.ref
    order = TaskOrder("attune-x-1", "high_risk_follow_up", "Follow up", "Please <read>\nit", "77", DUE, "high")
    receipts = list(
        world.plugin.apply(
            [
                RecordChange(
                    case,
                    {"attune_distress": 73, "attune_risk_flag": "high", "attune_sentiment": -0.62},
                    tags_add=("attune_risk_high",),
                    remarks=(Remark("r-1", "Why: <b>\n[r-1]"),),
                    tasks=(order,),
                ),
                RecordChange(account, {"attune_health_score": 50.5, "attune_health_band": "not enough data"}),
            ]
        )
    )
    assert {(str(r.record), r.part, r.outcome) for r in receipts} == {
        (str(case), "fields", Outcome.WRITTEN),
        (str(case), "remark:r-1", Outcome.WRITTEN),
        (str(case), "task:attune-x-1", Outcome.WRITTEN),
        (str(account), "fields", Outcome.WRITTEN),
    }
    records = world.box.records()
    assert records["case"][case.id] == {
        "attune_distress": 73,
        "attune_risk_flag": "high",
        "attune_sentiment": -0.62,
        "tags": [],
    }
    assert records["account"][account.id] == {"attune_health_score": 50.5, "attune_health_band": "not enough data"}
    assert [(r["case"], r["text"]) for r in records["remarks"]] == [(case.id, "Why: &lt;b&gt;<br>[r-1]")]
    (task,) = records["tasks"]
    assert task == {
        "id": task["id"],
        "external_id": "attune-x-1",
        "subject": "Follow up",
        "due_at": "2026-11-02T13:00:00.000Z",
        "priority": "HIGH",
        "status": "NOT_STARTED",
        "owner": "77",
        "records": [{"kind": "tickets", "id": case.id}],
    }
    assert next(r.vendor_id for r in receipts if r.part.startswith("task")) == task["id"]


def test_our_own_writing_comes_back_as_nothing(world: World) -> None:
    world.box.configure({"subscriptions": "all"})
    world.say({"text": "Hello?"})
    change = RecordChange(RecordRef("hubspot", Level.CASE, world.ticket()), {"attune_distress": 40})
    assert world.events(lambda: list(world.plugin.apply([change]))) == []
    assert world.echoes == 1
