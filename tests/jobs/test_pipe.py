"""From a signed webhook to the vendor's record, on the real database and the sandbox."""

from __future__ import annotations

from tests.conftest import MakeWorld
from tests.talk import ANGRY, connect


def test_a_complaint_becomes_fields_a_tag_a_remark_and_a_task(make_world: MakeWorld) -> None:
    made = make_world(only=("zendesk",))
    talk = connect(made)
    (answer,) = talk.say(ANGRY)
    made.work()
    records = talk.box.records()
    ticket = records["case"][answer["case"]]
    assert answer["status"] == 200
    assert ticket["attune_risk_flag"] == "high"
    assert "attune_risk_high" in ticket["tags"]
    assert len(records["remarks"]) == 1
    assert [task["external_id"].split("-")[1] for task in records["tasks"]] == ["high_risk_follow_up"]
