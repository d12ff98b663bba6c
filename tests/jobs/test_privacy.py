"""Choices, refusals, erasure and expiry, through the whole pipe."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from connectors.zendesk import sandbox_events
from core.compliance.consent import Choice
from core.jobs import erasing, sweeping
from core.model import Outcome, RecordRef
from core.store import audit, erasure, ledger
from core.store.tables import TENANT_TABLES
from tests.conftest import MakeWorld
from tests.talk import ANGRY, CALM, Talk, connect, judge, only_person, person_of, rows, values, write
from tests.world import World

SCORES = ("attune_sentiment", "attune_emotion", "attune_distress", "attune_risk_flag")
MARK = "Zarathustra"


@pytest.fixture
def talk(make_world: MakeWorld) -> Talk:
    return connect(make_world(only=("zendesk",)))


def choose(made: World, choice: str, at: datetime, purposes: tuple[str, ...] = ("service_analysis",)) -> None:
    person = only_person(made)
    with made.store.tenant(made.tenant) as connection:
        for purpose in purposes:
            entry = Choice(purpose, choice, at, notice_version="2026-1")
            ledger.record(connection, made.tenant, person, entry, made.clock.now())


def user(talk: Talk) -> dict[str, Any]:
    """Ada's record at the vendor."""
    people = talk.box.records()["person"]
    return next(person for person in people.values() if person.get("attune_consent_state"))


def test_a_withdrawal_holds_from_the_next_message_on(talk: Talk) -> None:
    made = talk.made
    talk.say(CALM, at="2026-11-20T09:00:00Z")
    made.work()
    assert "service analysis: on" in user(talk)["attune_consent_state"]
    choose(made, "granted", datetime(2026, 3, 1, tzinfo=UTC))
    choose(made, "withdrawn", datetime(2026, 11, 20, 10, 0, tzinfo=UTC))
    (said,) = talk.say(ANGRY, at="2026-11-20T10:03:00Z")
    judge(made)
    made.advance(6)
    write(made)
    case = talk.case(said["case"])
    assert not set(SCORES) & set(case)
    assert "service analysis: off" in user(talk)["attune_consent_state"]
    assert [row.choice for row in rows(made, "SELECT choice FROM ledger ORDER BY at")] == ["granted", "withdrawn"]
    (turn,) = rows(made, "SELECT * FROM turn ORDER BY at DESC LIMIT 1")
    assert (turn.refused, turn.judgement) == ("NOT_PERMITTED", None)


def test_an_objection_at_the_vendor_clears_what_stands_there(talk: Talk) -> None:
    (said,) = talk.say(ANGRY)
    talk.made.work()
    assert set(SCORES) <= set(talk.case(said["case"]))
    ada = next(u for u in talk.box.desk.users.values() if u["role"] == "end-user")
    ada["user_fields"]["privacy_choice"] = "objected"
    talk.made.advance(86_401)
    talk.say("Another question.", at="2026-11-20T11:30:00Z")
    talk.made.work()
    case = talk.case(said["case"])
    assert not set(SCORES) & set(case)
    assert "attune_risk_high" not in case["tags"]
    assert "service analysis: off" in user(talk)["attune_consent_state"]


@pytest.mark.parametrize(("person", "code"), [({"minor": True}, "MINOR"), ({"objected": True}, "NOT_PERMITTED")])
def test_some_people_are_never_analysed(make_world: MakeWorld, person: dict[str, Any], code: str) -> None:
    talk = connect(make_world(only=("zendesk",)), **person)
    (said,) = talk.say(ANGRY)
    talk.made.work()
    assert not set(SCORES) & set(talk.case(said["case"]))
    assert values(talk.made)["attune_risk_flag"] is None
    assert {row.refused for row in rows(talk.made, "SELECT refused FROM observation WHERE subject LIKE 'case:%'")} == {
        code
    }
    records = talk.box.records()
    assert (records["tasks"], records["remarks"]) == ([], [])


def test_without_a_recorded_basis_nothing_is_judged(talk: Talk) -> None:
    rows(talk.made, "DELETE FROM basis RETURNING 1")
    (said,) = talk.say(ANGRY)
    talk.made.work()
    assert not set(SCORES) & set(talk.case(said["case"]))
    assert {row.refused for row in rows(talk.made, "SELECT refused FROM turn")} == {"NO_BASIS"}


@pytest.mark.parametrize("mode", ["observe", "paused"])
def test_only_a_live_tenant_is_written(make_world: MakeWorld, mode: str) -> None:
    talk = connect(make_world(only=("zendesk",), mode=mode))
    (said,) = talk.say(ANGRY)
    talk.made.work()
    assert set(talk.case(said["case"])) == {"tags"}
    assert talk.box.calls()["field_write"] == 0


def test_asking_to_stop_suspends_at_once(talk: Talk) -> None:
    (said,) = talk.say("Please stop analysing my messages. " + ANGRY)
    talk.made.work()
    assert not set(SCORES) & set(talk.case(said["case"]))
    assert {row.choice for row in rows(talk.made, "SELECT choice FROM ledger")} == {"pending"}


# --- erasure --------------------------------------------------------------------------------------


def where(made: World, *needles: str) -> list[str]:
    """Name the tables that still hold one of the words."""
    found = []
    for table in TENANT_TABLES:
        for needle in needles:
            sought = {"needle": f"%{needle}%"}
            if rows(made, f"SELECT 1 FROM {table} t WHERE t::text LIKE :needle LIMIT 1", **sought):
                found.append(f"{table}: {needle}")
    return found


def test_an_erased_person_is_not_found_again(make_world: MakeWorld) -> None:
    talk = connect(make_world(only=("zendesk",)), name=f"Ada {MARK}", email=f"{MARK.lower()}@firm.example")
    made, queued = talk.made, []
    (said,) = talk.say(f"{MARK} speaks. {ANGRY}")
    made.work()
    talk.say("More words are still waiting.", at="2026-11-20T11:30:00Z")
    ada = next(id_ for id_, u in talk.box.desk.users.items() if u["role"] == "end-user")
    entity = person_of(made, "zendesk", str(ada))
    runtime = replace(made.runtime, wake_erasure=lambda place, record: queued.append((place, record)))
    erased = erasing.erase_person(runtime, made.tenant, entity, actor="privacy_officer")
    assert erased.counts["turn"] == 1
    assert queued == [(made.installations["zendesk"], f"zendesk:person:{ada}")]
    assert where(made, MARK, MARK.lower()) == []
    made.advance(6)
    write(made)
    receipts = erasing.clear_at_vendor(runtime, queued[0][0], RecordRef.parse(queued[0][1]))
    assert {receipt.outcome for receipt in receipts} <= {Outcome.WRITTEN, Outcome.UNCHANGED}
    assert set(talk.case(said["case"])) == {"tags"}
    assert not [tag for tag in talk.case(said["case"])["tags"] if tag.startswith("attune")]
    assert not any(person.get("attune_consent_state") for person in talk.box.records()["person"].values())
    with made.store.tenant(made.tenant) as connection:
        assert erasure.left(connection, entity) == 0
        assert audit.verify(connection)[1] is None
    assert where(made, MARK, MARK.lower(), str(ada), f"zendesk:case:{said['case']}", f'person:{entity}"') == []
    (stone,) = rows(made, "SELECT * FROM tombstone")
    assert stone.pseudonym == made.seal.digest(made.tenant, f"person:{entity}")
    assert stone.counts["turn"] == 1
    made.work()
    assert rows(made, "SELECT 1 FROM person") == []


def test_a_deletion_at_the_vendor_erases_here(talk: Talk) -> None:
    talk.say(ANGRY)
    talk.made.work()
    ada = next(id_ for id_, u in talk.box.desk.users.items() if u["role"] == "end-user")
    body = {
        "type": "zen:event-type:user.deleted",
        "id": "del-1",
        "time": "2026-11-20T12:10:00Z",
        "detail": {"id": str(ada)},
        "event": {},
    }
    hook = sandbox_events.hook(body, talk.made.secret["zendesk"], talk.box.clock_.now)
    assert talk.post("", json.dumps(body).encode(), hook.sign(json.dumps(body).encode())) == 200
    judge(talk.made)
    assert rows(talk.made, "SELECT 1 FROM person") == rows(talk.made, "SELECT 1 FROM turn") == []
    assert len(rows(talk.made, "SELECT 1 FROM tombstone")) == 1


# --- expiry ---------------------------------------------------------------------------------------


def test_a_tag_fades_after_180_days_and_the_score_stays_until_month_13(talk: Talk) -> None:
    made = talk.made
    (said,) = talk.say(ANGRY)
    made.work()
    before = talk.case(said["case"])
    assert {"attune_emotion", "attune_distress"} <= set(before)
    made.advance(181 * 86_400)
    gone = sweeping.expire(made.runtime)
    write(made)
    after = talk.case(said["case"])
    assert "attune_emotion" not in after
    assert after["attune_distress"] == before["attune_distress"]
    assert "attune_emotion" not in values(made)
    assert values(made)["attune_distress"] == before["attune_distress"]
    assert gone["words"] > 0
    assert {row.words for row in rows(made, "SELECT words FROM turn")} == {""}
    assert {row.judgement for row in rows(made, "SELECT judgement FROM turn")} == {None}
    calls = talk.box.calls()["field_write"]
    sweeping.expire(made.runtime)
    write(made)
    assert talk.box.calls()["field_write"] == calls
    made.advance(215 * 86_400)
    sweeping.expire(made.runtime)
    write(made)
    assert not set(SCORES) & set(talk.case(said["case"]))


def test_nobodys_words_outlive_their_time_as_a_dead_letter(talk: Talk) -> None:
    made = talk.made
    talk.say("Words.")
    judge(made)
    for table in ("inbox", "outbox"):
        rows(made, f"UPDATE {table} SET state = 'dead' RETURNING 1")
    made.advance(29 * 86_400)
    sweeping.expire(made.runtime)
    assert rows(made, "SELECT 1 FROM inbox")
    assert rows(made, "SELECT 1 FROM outbox WHERE state = 'dead'")
    made.advance(2 * 86_400)
    sweeping.expire(made.runtime)
    assert rows(made, "SELECT 1 FROM inbox") == rows(made, "SELECT 1 FROM outbox WHERE state = 'dead'") == []


def test_an_expired_value_is_cleared_also_where_a_write_had_failed(talk: Talk) -> None:
    made = talk.made
    (said,) = talk.say(ANGRY)
    made.work()
    rows(
        made,
        "INSERT INTO outbox (tenant_id, installation_id, record, kind, name, value, purpose, reasons,"
        " rule_version, at, due_at, created_at, state) SELECT tenant_id, installation_id, record, kind, name,"
        " '\"anger\"', 'service_analysis', '[]', '', at, at, at, 'dead' FROM written"
        " WHERE name = 'attune_emotion' RETURNING 1",
    )
    made.advance(181 * 86_400)
    sweeping.expire(made.runtime)
    write(made)
    assert "attune_emotion" not in talk.case(said["case"])
