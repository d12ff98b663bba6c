"""What the coach leaves behind: counts for a team, never for a person; and one interruption in ten minutes."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from core.store import coaching, expiry
from tests.conftest import MakeWorld
from tests.plugins.api.asking import Asking, ask
from tests.talk import ANGRY, connect, rows

TAKEN = {"accepted": ["HOLLOW_REPLY"], "ignored": ["NO_NEXT_STEP"]}


@pytest.fixture
def asking(make_world: MakeWorld) -> Asking:
    """A world in which ticket 1 is known and high."""
    made = make_world(only=("zendesk",))
    connect(made).say(ANGRY)
    made.work()
    return ask(made)


def send(asking: Asking, body: object, role: str = "agent", user: str = "501") -> int:
    return asking.call("POST", "/cases/1/draft/outcome", role, user, json=body).status_code


def test_outcomes_are_counted_by_day_without_case_or_person(asking: Asking) -> None:
    assert [send(asking, TAKEN, user=user) for user in ("501", "502")] == [200, 200]
    assert send(asking, {"unchecked": True}) == 200
    counted = {(row.code, row.outcome): row.n for row in rows(asking.made, "SELECT code, outcome, n FROM coach_count")}
    assert counted == {("HOLLOW_REPLY", "accepted"): 2, ("NO_NEXT_STEP", "ignored"): 2, ("", "unchecked"): 1}
    names = [row.column_name for row in rows(asking.made, COLUMNS)]
    assert sorted(names) == ["code", "day", "n", "outcome", "tenant_id"]


COLUMNS = "SELECT column_name FROM information_schema.columns WHERE table_name = 'coach_count'"


@pytest.mark.parametrize("body", [{"accepted": ["MADE_UP"]}, {"accepted": "HOLLOW_REPLY"}, {"user": "501"}, []])
def test_nothing_else_is_counted(asking: Asking, body: object) -> None:
    assert send(asking, body) == 422
    assert rows(asking.made, "SELECT * FROM coach_count") == []


def test_only_who_writes_replies_counts(asking: Asking) -> None:
    assert {role: send(asking, TAKEN, role) for role in ("lead", "csm", "collections")} == {
        "lead": 200,
        "csm": 403,
        "collections": 403,
    }


def test_a_small_team_sees_no_counts(asking: Asking) -> None:
    made = asking.made
    for _ in range(coaching.MIN_REPLIES):
        send(asking, TAKEN)
    with made.store.tenant(made.tenant) as connection:
        assert coaching.uptake(connection, made.clock.now()) == ()
        for number in range(coaching.MIN_PEOPLE):
            connection.execute(text(COPY), {"id": f"copy-{number}", "who": f"agent-{number}", "at": made.clock.now()})
        found = coaching.uptake(connection, made.clock.now())
    assert [(one.code, one.accepted, one.ignored) for one in found] == [
        ("HOLLOW_REPLY", 20, 0),
        ("NO_NEXT_STEP", 0, 20),
    ]


COPY = """
INSERT INTO case_file (tenant_id, installation_id, vendor, external_id, assignee_id, as_of, last_turn_at)
SELECT tenant_id, installation_id, vendor, :id, :who, as_of, :at FROM case_file WHERE external_id = '1'
"""


def test_counts_go_after_their_time(asking: Asking) -> None:
    made = asking.made
    send(asking, TAKEN)
    made.advance(401 * 86_400)
    with made.store.tenant(made.tenant) as connection:
        assert expiry.purge(connection, made.tenant, made.clock.now())["hints"] == 2


def test_a_case_interrupts_once_in_ten_minutes_whoever_reads_it(asking: Asking) -> None:
    def interrupt(user: str) -> bool:
        return bool(asking.call("POST", "/cases/1/alert", "agent", user, json={}).get_json()["done"])

    assert [interrupt("501"), interrupt("501"), interrupt("502")] == [True, False, False]
    asking.made.advance(599)
    assert not interrupt("502")
    asking.made.advance(1)
    assert interrupt("502")
    assert asking.call("POST", "/cases/4711/alert", json={}).status_code == 404


def test_a_reply_that_went_out_unchecked_is_logged_without_words(asking: Asking) -> None:
    with capture_logs() as logged:
        assert send(asking, {"unchecked": True}) == 200
    assert logged == [{"event": "draft_sent_unchecked", "vendor": "zendesk", "log_level": "info"}]
