"""From an outbound message to the case's fields, on the real database and the sandbox."""

from __future__ import annotations

from connectors.salesforce import sandbox_messages as messages
from core.jobs import erasing
from core.model import Level, RecordRef
from tests.conftest import MakeWorld
from tests.talk import ANGRY, connect, person_of, rows


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


def test_a_status_that_our_own_writing_overtook_arrives_and_only_once(make_world: MakeWorld) -> None:
    made = make_world(only=("salesforce",))
    talk = connect(made, "salesforce")
    (answer,) = talk.say(ANGRY)
    made.work()
    box, case = talk.box, talk.box.org.tables["Case"][answer["case"]]
    # The agent closes the case; before Salesforce has sent that, we have written our fields.
    box.talk.status({"case": "c1", "status": "closed"})
    case["LastModifiedById"] = box.integration_id
    for _ in range(2):
        box.sender.deliver(messages.hooks(box.org, [("Case", case)]))
        made.work()
    assert [row.status for row in rows(made, "SELECT status FROM case_file")] == ["closed"]
    assert talk.counters()["DUPLICATE"] == 1


def test_a_contact_that_is_deleted_is_forgotten(make_world: MakeWorld) -> None:
    made = make_world(only=("salesforce",))
    talk = connect(made, "salesforce")
    (answer,) = talk.say(ANGRY)
    made.work()
    contact = talk.box.org.tables["Case"][answer["case"]]["ContactId"]
    person = person_of(made, "salesforce", contact)
    talk.box.delete_contact(contact)
    made.work()
    assert rows(made, "SELECT 1 FROM person WHERE id = :id", id=person) == rows(made, "SELECT 1 FROM turn") == []
    installation = made.installations["salesforce"]
    erasing.clear_at_vendor(made.runtime, installation, RecordRef("salesforce", Level.PERSON, contact))
    notes = talk.box.org.tables["Attune_Deleted__c"].values()
    assert [note["IsDeleted"] for note in notes] == [True]


def test_of_two_contacts_with_one_address_one_may_go(make_world: MakeWorld) -> None:
    made = make_world(only=("salesforce",))
    talk = connect(made, "salesforce")
    (answer,) = talk.say(ANGRY)
    made.work()
    contacts = talk.box.org.tables["Contact"]
    first = contacts[talk.box.org.tables["Case"][answer["case"]]["ContactId"]]
    twin = talk.box.org.add("Contact", talk.box.clock_.now(), talk.box.agent_id, LastName="A", Email=first["Email"])
    talk.box.delete_contact(twin["Id"])
    made.work()
    assert len(rows(made, "SELECT 1 FROM turn")) == 1 and not talk.box.org.tables["Attune_Deleted__c"]
