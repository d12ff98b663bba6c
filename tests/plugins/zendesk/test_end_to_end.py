from __future__ import annotations

from core.model import Level, Outcome, RecordChange, RecordRef, Remark, Role
from core.ports import Known
from tests.plugins.zendesk.conftest import World


def test_a_ticket_becomes_a_conversation_and_scores_become_fields(world: World) -> None:
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
    assert (conversation.case.channel, conversation.case.locale) == ("email", "en-GB")
    case, account = conversation.case.ref, conversation.account.ref
    receipts = list(
        world.plugin.apply(
            [
                RecordChange(
                    case,
                    {"attune_distress": 73, "attune_risk_flag": "high", "attune_sentiment": -0.62},
                    tags_add=("attune_risk_high",),
                    remarks=(Remark("r-1", "Why: [r-1]"),),
                ),
                RecordChange(account, {"attune_health_score": 50.5, "attune_health_band": "not enough data"}),
            ]
        )
    )
    assert {(str(r.record), r.part, r.outcome) for r in receipts} == {
        (str(case), "fields", Outcome.WRITTEN),
        (str(case), "remark:r-1", Outcome.WRITTEN),
        (str(account), "fields", Outcome.WRITTEN),
    }
    records = world.box.records()
    assert records["case"][case.id] == {
        "attune_distress": 73,
        "attune_risk_flag": "high",
        "attune_sentiment": -0.62,
        "tags": ["attune_risk_flag_high", "attune_risk_high"],
    }
    assert records["account"][account.id] == {
        "crm_id": "001A",
        "attune_health_score": 50.5,
        "attune_health_band": "not enough data",
    }
    assert [remark["text"] for remark in records["remarks"]] == ["Why: [r-1]"]


def test_our_own_writing_comes_back_as_nothing(world: World) -> None:
    world.box.configure({"subscriptions": "all"})
    events = world.say({"text": "Hello?"})
    ref = RecordRef("zendesk", Level.CASE, events[0].subject.id if events[0].subject else "")
    before = len(world.deliveries)
    change = RecordChange(ref, {"attune_distress": 40}, tags_add=("attune_x",), remarks=(Remark("r", "r"),))
    assert world.events(lambda: list(world.plugin.apply([change]))) == []
    kinds = [
        b'"zen:event-type:ticket.' + name in d.body
        for d in world.deliveries[before:]
        for name in (b"custom_field_changed", b"comment_added", b"tags_changed")
    ]
    assert sum(kinds) == 3
