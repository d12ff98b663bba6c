"""From an outbound message to the case's fields, on the real database and the sandbox."""

from __future__ import annotations

from tests.conftest import MakeWorld
from tests.talk import ANGRY, connect, rows


def test_a_complaint_becomes_fields_a_remark_and_a_task(make_world: MakeWorld) -> None:
    made = make_world(only=("salesforce",))
    talk = connect(made, "salesforce")
    (answer,) = talk.say(ANGRY)
    made.work()
    records = talk.box.records()
    assert answer["status"] == 200
    assert records["case"][answer["case"]]["Attune_Risk_Flag__c"] == "high"
    assert len(records["remarks"]) == 1
    assert [task["external_id"].split("-")[1] for task in records["tasks"]] == ["high_risk_follow_up"]
    (account,) = records["account"].values()
    assert account["Attune_Health_Band__c"] in ("green", "amber", "red")
    assert talk.box.settle(10)
    written = talk.box.calls()
    made.work()
    # Our own writing came back and caused none.
    assert talk.counters()["ECHO"] > 0
    assert talk.box.calls()["field_write"] == written["field_write"]


def test_a_finished_task_is_closed(make_world: MakeWorld) -> None:
    made = make_world(only=("salesforce",))
    talk = connect(made, "salesforce")
    talk.say(ANGRY)
    made.work()
    (task,) = talk.box.records()["tasks"]
    assert [row.state for row in rows(made, "SELECT state FROM task")] == ["open"]
    talk.box.finish(task["id"])
    made.work()
    assert [row.state for row in rows(made, "SELECT state FROM task")] == ["closed"]
    assert len(rows(made, "SELECT id FROM case_file")) == 1


def test_whoever_objected_in_salesforce_is_not_analysed(make_world: MakeWorld) -> None:
    made = make_world(only=("salesforce",))
    talk = connect(made, "salesforce", objected=True)
    (answer,) = talk.say(ANGRY)
    made.work()
    records = talk.box.records()
    assert "Attune_Risk_Flag__c" not in records["case"][answer["case"]]
    assert records["tasks"] == [] and records["remarks"] == []
