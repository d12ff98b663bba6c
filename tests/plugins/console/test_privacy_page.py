"""Privacy: somebody is found by a tool's id; choices hold, exports are whole, erasure leaves nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import text

from core.jobs import erasing, inbox
from core.model import RecordRef
from core.store import audit, erasure
from tests.conftest import MakeWorld
from tests.plugins.console.visiting import Console, Visit, open_console
from tests.talk import ANGRY, connect, only_person, rows, values

EVIL = "<script>alert(1)</script>"


@pytest.fixture
def lived(console: Console) -> dict[str, str]:
    """Somebody has written; how the tool knows them."""
    connect(console.made).say(f"{ANGRY} {EVIL}")
    console.made.work()
    (link,) = rows(console.made, "SELECT external_id FROM link WHERE level = 'person'")
    return {"installation": console.made.installations["zendesk"], "person": link.external_id}


def page(console: Console, asked: dict[str, str]) -> Visit:
    visit = console.visit("privacy")
    assert visit.get("/privacy", query_string=asked).status_code == 200
    return visit


def test_somebody_is_found_and_their_state_said(console: Console, lived: dict[str, str]) -> None:
    visit = page(console, lived)
    assert "Service analysis: on; health scoring: on" in visit.text()
    for odd in ({"person": "404"}, {"installation": "nowhere"}, {"person": "a\0b"}, {"person": EVIL}):
        assert "Nobody with this id is known" in page(console, {**lived, **odd}).text(), odd


def test_an_objection_holds_at_once_and_reaches_the_tools(console: Console, lived: dict[str, str]) -> None:
    made, visit = console.made, console.visit("privacy")
    assert values(made)["attune_distress"] is not None
    given = {**lived, "purpose": "service_analysis", "choice": "objected"}
    answer = visit.post("/privacy/choice", given)
    assert "told=CHOICE_RECORDED" in answer.location
    assert console.woken == [("choices", made.tenant, str(only_person(made)))]
    inbox.rejudge_person(made.runtime, made.tenant, only_person(made))
    made.work()
    assert values(made)["attune_distress"] is None
    visit.get(answer.location.removeprefix("/console"))
    assert "Service analysis: off" in visit.text() and "service analysis objected person" in visit.text()


@pytest.mark.parametrize(
    "given",
    [
        {"purpose": "service_analysis", "choice": "granted"},
        {"purpose": "all", "choice": "granted", "notice": "v1"},
        {"purpose": "everything", "choice": "objected"},
        {"purpose": "service_analysis", "choice": "maybe"},
        {},
    ],
)
def test_what_is_no_choice_is_not_recorded(console: Console, lived: dict[str, str], given: dict[str, str]) -> None:
    visit = console.visit("privacy")
    assert visit.post("/privacy/choice", {**lived, **given}).status_code == 422
    assert rows(console.made, "SELECT 1 FROM ledger") == [] and console.woken == []


def test_a_consent_with_its_notice_is_recorded(console: Console, lived: dict[str, str]) -> None:
    visit = console.visit("privacy")
    given = {**lived, "purpose": "service_analysis", "choice": "granted", "notice": EVIL}
    assert visit.post("/privacy/choice", given).status_code == 303
    answer = visit.get("/privacy", query_string=lived)
    assert "<script>alert" not in answer.text and "&lt;script&gt;" in answer.text


def test_the_export_is_whole_and_explains_itself(console: Console, lived: dict[str, str]) -> None:
    made, visit = console.made, console.visit("privacy")
    visit.post("/privacy/choice", {**lived, "purpose": "marketing_email", "choice": "objected"})
    answer = visit.post("/privacy/export", lived)
    assert answer.headers["Content-Disposition"].startswith("attachment")
    held: dict[str, Any] = json.loads(answer.text)
    assert held["recipients"] == ["zendesk"] and held["records"] == [{"tool": "zendesk", "id": lived["person"]}]
    assert held["choices"][0]["purpose"] == "marketing_email"
    assert held["cases"][0]["messages"][0]["words"].startswith("This is the third time")
    assert held["cases"][0]["messages"][0]["judgement"]["sentiment"] < 0
    scores = {one["what"]: one for one in held["scores"]}
    assert scores["Attune: distress"]["meaning"] and scores["Attune: distress"]["because"]
    assert {"judged", "written"} <= {one["what"] for one in held["uses"]}
    assert held["written_into_records"] and held["logic"]
    assert rows(made, "SELECT 1 FROM audit WHERE action = 'exported'")


def test_an_export_holds_nothing_of_anybody_else(make_world: MakeWorld) -> None:
    console = open_console(make_world(only=("zendesk",)))
    talk = connect(console.made)
    talk.say(ANGRY)
    talk.box.seed([], [{"key": "bob", "name": "Bob", "email": "bob@firm.example", "account": "firm"}])
    talk.say("My own secret matter, please help me with that.", person="bob", case="c2")
    console.made.work()
    first = rows(console.made, "SELECT external_id FROM link WHERE level = 'person' ORDER BY entity_id")[0]
    asked = {"installation": console.made.installations["zendesk"], "person": first.external_id}
    said = console.visit("privacy").post("/privacy/export", asked).text
    assert "third time" in said and "secret matter" not in said


def test_erasing_asks_for_the_id_once_more_and_leaves_nothing(console: Console, lived: dict[str, str]) -> None:
    made, visit = console.made, console.visit("privacy")
    person = only_person(made)
    for again in ("", "yes", EVIL):
        answer = visit.post("/privacy/erase", {**lived, "again": again})
        assert answer.status_code == 422 and "Nothing was erased" in visit.text()
    assert visit.post("/privacy/erase", {**lived, "again": lived["person"]}).status_code == 200
    assert "A second search found nothing" in visit.text() and f"Zendesk {lived['person']}" in visit.text()
    record = RecordRef("zendesk", "person", lived["person"])  # type: ignore[arg-type]
    assert ("erasure", lived["installation"], str(record)) in console.woken
    with made.store.tenant(made.tenant) as connection:
        assert erasure.left(connection, person) == 0
        assert audit.verify(connection)[1] is None
    assert erasing.clear_at_vendor(made.runtime, lived["installation"], record)
    visit.get("/privacy", query_string=lived)
    assert "Nobody with this id is known" in visit.text() and len(visit.page.select('[aria-label="Erasures"] td')) == 3
    (entry,) = rows(made, "SELECT actor FROM audit WHERE action = 'erased'")
    assert entry.actor.startswith("user:")
    assert visit.post("/privacy/erase", {**lived, "again": lived["person"]}).status_code == 404


def test_a_foreign_person_is_out_of_reach(console: Console, lived: dict[str, str], make_world: MakeWorld) -> None:
    other = open_console(make_world(only=("zendesk",))).visit("privacy")
    for act in ("choice", "export", "erase"):
        given = {**lived, "again": lived["person"], "purpose": "all", "choice": "objected"}
        assert other.post(f"/privacy/{act}", given).status_code == 404
    assert only_person(console.made)


def test_retention_and_bases_are_shown(console: Console) -> None:
    visit = page(console, {})
    assert "The words of a message, redacted – 30" in visit.text()
    assert "Service analysis legitimate interest" in visit.text()
    with console.made.store.tenant(console.made.tenant) as connection:
        connection.execute(text("DELETE FROM basis"))
    assert "None: the gate denies everything" in page(console, {}).text()
