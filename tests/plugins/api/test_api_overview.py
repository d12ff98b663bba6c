"""The overview: leads see cases and tasks, admins whether everything arrives, everybody else nothing."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from core.roles import ROLES
from tests.conftest import MakeWorld
from tests.plugins.api.asking import Asking, ask
from tests.talk import ANGRY, CALM, Talk, connect, judge, rows


def overview(asking: Asking, role: str = "lead") -> dict[str, Any]:
    answer = asking.call("GET", "/overview", role)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.get_json()
    return found


@pytest.fixture
def busy(make_world: MakeWorld) -> tuple[Asking, Talk]:
    """One angry case, one calm one."""
    made = make_world(only=("zendesk",))
    talk = connect(made)
    talk.say(ANGRY)
    talk.say(CALM, case="c2")
    made.work()
    return ask(made), talk


def test_a_lead_sees_cases_at_risk_tasks_and_delivery(busy: tuple[Asking, Talk]) -> None:
    asking, _ = busy
    found = overview(asking)
    (case,) = found["cases"]
    assert (found["code"], found["words"]) == ("risk", "At risk now: 1 high")
    assert (case["id"], case["band"], case["words"]) == ("1", "high", "High: needs attention")
    assert case["more"] and ANGRY[:20] not in str(found), "reasons in words, no quotes"
    assert [one["level"] for one in found["tasks"]] == ["case"] and found["tasks"][0]["clock"]["words"].startswith(
        "Due"
    )
    assert (
        found["delivery"] == "All is well; nothing is waiting." and found["healthy"] and found["console"] == "/console"
    )


def test_roles_see_their_part_only(busy: tuple[Asking, Talk]) -> None:
    asking, _ = busy
    shown = {role: overview(asking, role) for role in (*ROLES, "made-up")}
    assert {role for role, one in shown.items() if one["cases"] or one["tasks"]} == {"lead"}
    assert {role for role, one in shown.items() if one["delivery"]} == {"lead", "admin"}
    assert {role for role, one in shown.items() if one["code"] == "no_view"} == set(shown) - {"lead", "admin"}
    assert shown["admin"]["code"] == "only_delivery" and "at risk" not in str(shown["admin"]).lower()


def test_whose_scores_were_read_is_in_the_trail_first(busy: tuple[Asking, Talk]) -> None:
    asking, _ = busy
    before = rows(asking.made, "SELECT count(*) AS n FROM audit WHERE action = 'read'")[0].n
    overview(asking, "admin")
    assert rows(asking.made, "SELECT count(*) AS n FROM audit WHERE action = 'read'")[0].n == before
    overview(asking)
    found = rows(asking.made, "SELECT detail FROM audit WHERE action = 'read' ORDER BY seq")[before:]
    assert [one.detail["keys"] for one in found] == [["attune_risk_flag"]]


def test_solved_cases_are_no_longer_at_risk(busy: tuple[Asking, Talk]) -> None:
    asking, talk = busy
    talk.box.status([{"case": "c1", "status": "solved", "at": "2026-11-20T12:30:00Z"}])
    asking.made.work()
    found = overview(asking)
    assert (found["code"], found["cases"]) == ("calm", [])


def test_what_waits_is_dead_or_paused_is_said(busy: tuple[Asking, Talk]) -> None:
    asking, talk = busy
    made = asking.made
    talk.say("And one more thing.")
    assert overview(asking)["delivery"].startswith("All is well; ")
    made.advance(16 * 60)
    waited = overview(asking)
    assert waited["stale"] and not waited["healthy"] and "the oldest for 16 minutes" in waited["delivery"]
    judge(made)
    with made.store.tenant(made.tenant) as connection:
        connection.execute(text("UPDATE inbox SET state = 'dead'"))
    assert "could not be processed" in overview(asking, "admin")["delivery"]
    with made.store.tenant(made.tenant) as connection:
        connection.execute(text("UPDATE installation SET paused_until = :at"), {"at": "2027-01-01T00:00:00Z"})
    assert overview(asking)["delivery"].startswith("Your tool cannot be reached")


def test_a_trial_shows_delivery_and_no_scores(make_world: MakeWorld) -> None:
    made = make_world(only=("zendesk",), mode="observe")
    connect(made).say(ANGRY)
    made.work()
    found = overview(ask(made))
    assert (found["code"], found["cases"], found["tasks"]) == ("observing", [], []) and found["delivery"]


def test_another_tenant_sees_nothing_of_it(busy: tuple[Asking, Talk], make_world: MakeWorld) -> None:
    assert overview(ask(make_world(only=("zendesk",))))["code"] == "calm"
