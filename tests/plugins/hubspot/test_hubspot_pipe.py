"""HubSpot from its signed webhook to its records: the real store, jobs and judgement between."""

from __future__ import annotations

import pytest

from tests.conftest import MakeWorld
from tests.talk import ANGRY, connect, person_of, rows


@pytest.mark.parametrize("channel", ["email", "web"])
def test_a_complaint_becomes_properties_a_note_and_a_task(make_world: MakeWorld, channel: str) -> None:
    made = make_world(only=("hubspot",))
    talk = connect(made, "hubspot")
    (answer,) = talk.say(ANGRY, channel=channel)
    made.work()
    records = talk.box.records()
    assert answer["status"] == 200
    assert records["case"][answer["case"]]["attune_risk_flag"] == "high"
    assert [remark["case"] for remark in records["remarks"]] == [answer["case"]]
    (task,) = records["tasks"]
    assert (task["external_id"].split("-")[1], task["priority"]) == ("high_risk_follow_up", "HIGH")
    assert task["records"] == [{"kind": "tickets", "id": answer["case"]}]
    (company,) = records["account"].values()
    assert company["attune_health_band"] in {"green", "amber", "red"}


def test_a_second_message_and_a_resend_keep_one_task(make_world: MakeWorld) -> None:
    made = make_world(only=("hubspot",))
    talk = connect(made, "hubspot")
    talk.box.faults({"duplicate_webhooks": True})
    (first,) = talk.say(ANGRY)
    made.work()
    (second,) = talk.say("You do not answer. I will cancel now!", at="2026-11-20T11:30:00Z")
    made.work()
    assert first["case"] == second["case"]
    records = talk.box.records()
    assert len(records["tasks"]) == 1
    assert talk.counters()["DUPLICATE"] == talk.counters()["accepted"] == 3


def test_a_person_who_is_deleted_at_hubspot_is_forgotten(make_world: MakeWorld) -> None:
    made = make_world(only=("hubspot",))
    talk = connect(made, "hubspot")
    talk.say(ANGRY)
    made.work()
    person = person_of(made, "hubspot", next(iter(talk.box.portal.objects["contacts"])))
    assert talk.box.delete_contact(next(iter(talk.box.portal.objects["contacts"]))) == 200
    made.work()
    assert rows(made, "SELECT 1 FROM person WHERE id = :id", id=person) == []
    assert rows(made, "SELECT 1 FROM turn") == []
