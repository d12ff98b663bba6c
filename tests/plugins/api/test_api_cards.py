"""What each role gets of a case, a person and an account: the card is built and filtered on the server."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text, update

from core import roles
from core.compliance.consent import Choice
from core.fields import catalogue
from core.store import enrolment, ledger
from core.store.tables import InstallationRow
from tests.conftest import MakeWorld
from tests.plugins.api.asking import Asking, ask
from tests.talk import ANGRY, CALM, Talk, connect, only_person, rows

EMOTION = {key for key, one in catalogue().items() if one.purpose == "service_analysis"}


def keys(card: dict[str, Any]) -> set[str]:
    return {one["key"] for one in card["values"]}


def test_an_agent_sees_state_reasons_with_phrases_next_step_and_clock(angry: tuple[Asking, Talk, str]) -> None:
    asking, _, case = angry
    card = asking.card(f"/cases/{case}")
    assert card["state"] == {"code": "scored", "words": "High: needs attention", "band": "high"}
    assert 1 <= len(card["reasons"]) <= 3
    quoted = [one for one in card["reasons"] if one["phrase"]]
    assert quoted and all((one["before"] + one["phrase"] + one["after"]).strip("…") in ANGRY for one in quoted)
    assert card["next_step"].startswith("Solve the stated problem first")
    assert card["tasks"][0]["subject"] == "Follow up: case needs attention"
    assert card["clock"]["words"].startswith("Due in") and not card["clock"]["late"]
    assert card["alert"] is True and card["stale"] is False
    assert {one["purpose"]: (one["state"], one["words"]) for one in card["consent"]}["service analysis"] == (
        "on",
        "Allowed",
    )
    assert card["rule_version"].startswith("2026.1/")
    assert set(card["may"]) == {"draft", "disagree", "dismiss", "call"}


@pytest.mark.parametrize("role", [*roles.ROLES, roles.LEAST, "unheard-of"])
def test_no_role_gets_a_value_that_the_catalogue_does_not_show_it(angry: tuple[Asking, Talk, str], role: str) -> None:
    asking, talk, case = angry
    person, account = talk.box.records()["person"], talk.box.records()["account"]
    for path in (f"/cases/{case}", f"/people/{next(iter(person))}", f"/accounts/{next(iter(account))}"):
        card = asking.card(path, role)
        assert {key for key in keys(card) if role not in catalogue()[key].shown_to} == set()
        if role not in catalogue()["attune_risk_flag"].shown_to:
            assert not card["reasons"] or path.startswith("/accounts"), "reasons speak of the flag"
        if role not in {"agent", "lead"}:
            assert not any(one["phrase"] or one["before"] or one["after"] for one in card["reasons"])


@pytest.mark.parametrize("role", ["collections", "sales"])
def test_collections_get_the_health_band_and_nothing_else(angry: tuple[Asking, Talk, str], role: str) -> None:
    asking, talk, case = angry
    account = next(iter(talk.box.records()["account"]))
    card = asking.card(f"/accounts/{account}", role)
    assert keys(card) == {"attune_health_band"}
    for part in ("reasons", "tasks", "trend", "next_step", "clock", "notes"):
        assert not card[part], part
    told = asking.call("GET", f"/cases/{case}", role).text
    assert not [key for key in EMOTION if key in told]
    assert "cancel" not in told and "disappointed" not in told


def test_an_unknown_role_sees_no_value(angry: tuple[Asking, Talk, str]) -> None:
    asking, _, case = angry
    card = asking.card(f"/cases/{case}", "unheard-of")
    assert card["state"]["code"] == "no_view"
    assert [name for name, part in card.items() if part and name not in {"level", "id", "state"}] == []


def test_only_its_author_reads_a_reply_score(angry: tuple[Asking, Talk, str]) -> None:
    asking, talk, case = angry
    talk.say("I am sorry about the trouble, I have reset it and will write to you by Friday.", role="agent")
    asking.made.work()
    owner = rows(asking.made, "SELECT assignee_id FROM case_file")[0].assignee_id or "77"
    with asking.made.store.tenant(asking.made.tenant) as connection:
        connection.execute(text("UPDATE case_file SET assignee_id = :owner"), {"owner": owner})
    assert "attune_reply_empathy" in keys(asking.card(f"/cases/{case}", "agent", owner))
    assert "attune_reply_empathy" not in keys(asking.card(f"/cases/{case}", "agent", "other"))
    assert "attune_reply_empathy" not in keys(asking.card(f"/cases/{case}", "lead", "other"))


def test_a_case_that_nobody_knows_is_empty_and_a_draft_is_still_coached(angry: tuple[Asking, Talk, str]) -> None:
    asking, _, _ = angry
    card = asking.card("/cases/999999")
    assert card["state"]["code"] == "empty" and card["values"] == []
    answer = asking.call("POST", "/cases/999999/draft", json={"text": "You will get it tomorrow, I promise you that."})
    assert answer.status_code == 200


def test_an_objection_leaves_a_card_that_says_so(make_world: MakeWorld) -> None:
    made = make_world(only=("zendesk",))
    talk = connect(made)
    case = talk.say(CALM)[0]["case"]
    made.work()
    with made.store.tenant(made.tenant) as connection:
        at = made.clock.now()
        ledger.record(connection, made.tenant, only_person(made), Choice("service_analysis", "objected", at), at)
    talk.say(ANGRY)
    made.work()
    card = ask(made).card(f"/cases/{case}")
    assert card["state"] == {"code": "not_permitted", "words": "Not analysed: no permission.", "band": None}
    assert keys(card) & EMOTION == set() and card["reasons"] == []
    assert "call" in card["may"] and "disagree" not in card["may"]


def test_in_observe_mode_nothing_is_shown(make_world: MakeWorld) -> None:
    made = make_world(only=("zendesk",), mode="observe")
    talk = connect(made)
    case = talk.say(ANGRY)[0]["case"]
    made.work()
    asking = ask(made)
    card = asking.card(f"/cases/{case}")
    assert card["state"]["code"] == "observing" and card["values"] == [] and card["may"] == []
    assert asking.call("POST", f"/cases/{case}/supervisor", json={}).status_code == 409


def test_stale_after_a_quarter_of_an_hour_and_while_the_tool_is_away(angry: tuple[Asking, Talk, str]) -> None:
    asking, talk, case = angry
    talk.say("And another thing.")
    made = asking.made
    made.advance(14 * 60)
    assert asking.card(f"/cases/{case}")["stale"] is False
    made.advance(2 * 60)
    card = asking.card(f"/cases/{case}")
    assert card["stale"] is True and card["degraded"] is False and "15 minutes" in card["notes"][0]
    made.work()
    assert asking.card(f"/cases/{case}")["stale"] is False
    with made.store.tenant(made.tenant) as connection:
        until = made.clock.now() + timedelta(minutes=5)
        connection.execute(update(InstallationRow).values(paused_until=until))
    card = asking.card(f"/cases/{case}")
    assert card["stale"] and card["degraded"] and "cannot be reached" in card["notes"][0]


def test_the_course_of_the_score_is_told_in_words(angry: tuple[Asking, Talk, str]) -> None:
    asking, talk, case = angry
    talk.say("Thank you so much, this is wonderful and everything works now.", at="2026-11-20T11:40:00Z")
    asking.made.work()
    trend = asking.card(f"/cases/{case}")["trend"]
    assert trend["direction"] == "falling" and len(trend["points"]) == 2
    assert trend["words"].startswith("Falling: ")


def test_every_reading_of_a_persons_scores_is_in_the_trail(angry: tuple[Asking, Talk, str]) -> None:
    asking, _, case = angry
    for role in ("agent", "lead", "csm", "collections"):
        asking.card(f"/cases/{case}", role)
    found = rows(asking.made, "SELECT actor, subject, detail FROM audit WHERE action = 'read' ORDER BY seq")
    assert [row.detail["role"] for row in found] == ["agent", "lead", "csm"]
    ada = asking.made.seal.digest(asking.made.tenant, f"person:{only_person(asking.made)}")
    assert {row.subject for row in found} == {ada}
    assert all(row.actor.startswith("user:") and "501" not in row.actor for row in found)
    assert "attune_distress" in found[0].detail["keys"]


def test_a_paused_tenant_says_so(angry: tuple[Asking, Talk, str]) -> None:
    asking, _, case = angry
    with asking.made.store.tenant(asking.made.tenant) as connection:
        enrolment.change_tenant(connection, asking.made.tenant, asking.made.clock.now(), mode="paused")
    assert "paused" in asking.card(f"/cases/{case}")["notes"][0]
