"""A reader's answer to a score, made as a record in Salesforce, comes back and is kept; nothing else gets in by it."""

from __future__ import annotations

from typing import Any

import pytest

from core.model import Kind, Level
from tests.conftest import MakeWorld
from tests.talk import ANGRY, Talk, connect, rows
from tests.webhooks.salesforce.bodies import CASE, message, notification, parse

USER = "005700000000009AAA"
AT = "2026-11-20T11:05:00.000Z"
DISAGREE: dict[str, str | None] = {
    "Id": "a00700000000001AAA",
    "Attune_Kind__c": "disagree",
    "Attune_Key__c": "attune_risk_flag",
    "Attune_Reason__c": "too_high",
    "Attune_Record__c": CASE,
    "Attune_Words__c": "Ada wrote to ada@firm.example",
    "CreatedById": USER,
    "CreatedDate": AT,
    "LastModifiedDate": AT,
}
CALL = {**DISAGREE, "Attune_Kind__c": "call", "Attune_Reason__c": None, "Attune_Words__c": None}
KEPT = "SELECT kind, key, reason, words, actor, value FROM feedback ORDER BY id"


def answered(**fields: str | None) -> str:
    return notification("Attune_Feedback__c", {**DISAGREE, **fields})


@pytest.mark.parametrize(
    ("record", "level"),
    [(CASE, Level.CASE), ("0017000000xicp7AAA", Level.ACCOUNT), ("0037000000xicp7AAA", Level.PERSON)],
)
def test_an_answer_speaks_of_the_record_that_it_names(record: str, level: Level) -> None:
    (event,) = parse(answered(Attune_Record__c=record)).events
    assert event.kind is Kind.FEEDBACK_GIVEN
    assert event.subject is not None and (event.subject.level, event.subject.id) == (level, record)
    assert event.raw == {
        "kind": "disagree",
        "key": "attune_risk_flag",
        "reason": "too_high",
        "words": "Ada wrote to ada@firm.example",
        "user": USER,
    }


@pytest.mark.parametrize("record", [None, "", "x", "00T700000000001AAA", "5007000000OFL5FAAX; DROP"])
def test_an_answer_to_nothing_of_ours_is_a_reject(record: str | None) -> None:
    parsed = parse(answered(Attune_Record__c=record))
    assert parsed.events == () and [reject.code for reject in parsed.rejects] == ["SCHEMA_DRIFT"]


def told(talk: Talk, fields: dict[str, str | None], id_: str) -> None:
    """Deliver an answer as Salesforce would."""
    body = message(notification("Attune_Feedback__c", fields, id_), organisation=organisation(talk))
    assert talk.post("", body, {"Content-Type": "text/xml"}) == 200
    talk.made.work()


def organisation(talk: Talk) -> str:
    with talk.made.store.tenant(talk.made.tenant):
        return str(talk.made.place("salesforce").account_ref)


@pytest.fixture
def talk(make_world: MakeWorld) -> Talk:
    made = make_world(only=("salesforce",))
    return connect(made, "salesforce")


def test_a_disagreement_is_kept_once_without_names(talk: Talk) -> None:
    (answer,) = talk.say(ANGRY)
    talk.made.work()
    given = {**DISAGREE, "Attune_Record__c": answer["case"]}
    told(talk, given, "04l7000000DjbKjAAJ")
    told(talk, given, "04l7000000DjbKkAAJ")
    (kept,) = rows(talk.made, KEPT)
    assert (kept.kind, kept.key, kept.reason, kept.value) == ("disagree", "attune_risk_flag", "too_high", "high")
    assert "firm.example" not in kept.words and USER not in kept.actor


def test_a_call_opens_one_task(talk: Talk) -> None:
    (answer,) = talk.say(ANGRY)
    talk.made.work()
    for id_ in ("04l7000000DjbKjAAJ", "04l7000000DjbKkAAJ"):
        told(talk, {**CALL, "Attune_Record__c": answer["case"]}, id_)
    templates = [task["external_id"].split("-")[1] for task in talk.box.records()["tasks"]]
    assert templates.count("supervisor_call") == 1


REFUSED: list[dict[str, Any]] = [
    {"Attune_Kind__c": "dismiss"},
    {"Attune_Kind__c": "erase"},
    {"Attune_Kind__c": None},
    {"Attune_Reason__c": "anything"},
    {"Attune_Reason__c": None},
    {"Attune_Record__c": CASE},
]


@pytest.mark.parametrize("wrong", REFUSED)
def test_what_is_no_answer_is_left_out(talk: Talk, wrong: dict[str, Any]) -> None:
    (answer,) = talk.say(ANGRY)
    talk.made.work()
    told(talk, {**DISAGREE, "Attune_Record__c": answer["case"], **wrong}, "04l7000000DjbKjAAJ")
    assert rows(talk.made, KEPT) == []
    assert {row.state for row in rows(talk.made, "SELECT state FROM inbox")} == {"done"}
