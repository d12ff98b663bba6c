"""Delivery health: figures, states in words, dead letters tried again."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, update

from core.store.intake import count
from core.store.tables import InboxRow, InstallationRow
from tests.plugins.console.dead_letters import bury
from tests.plugins.console.visiting import Console
from tests.talk import ANGRY, connect
from tests.world import NOON

EVIL = "<script>alert(1)</script>"


def counted(console: Console, hours_ago: int, **names: int) -> None:
    made = console.made
    count(made.store, made.tenant, made.installations["zendesk"], NOON - timedelta(hours=hours_ago), names)


def change(console: Console, **values: object) -> None:
    with console.made.store.tenant(console.made.tenant) as connection:
        connection.execute(update(InstallationRow).values(**values))


def kill(console: Console, n: int = 1) -> None:
    said = {"record": f"zendesk:case:{EVIL}", "cause": "VALIDATION_RULE", "detail": EVIL}
    bury(console.made, [{**said, "name": f"attune_{i}"} for i in range(n)])


def state(console: Console) -> str:
    visit = console.visit()
    assert visit.get("/health").status_code == 200
    note = visit.page.select_one(".card .note")
    assert note is not None
    return " ".join(note.get_text(" ").split())


def test_figures_chart_and_table_say_the_same(console: Console) -> None:
    counted(console, 0, received=40, accepted=40)
    counted(console, 3, received=1_200, accepted=1_190, DUPLICATE=10, BAD_SIGNATURE=7, SCHEMA_DRIFT=2)
    counted(console, 30, received=99, STALE_TIMESTAMP=5)
    visit = console.visit()
    visit.get("/health")
    said = visit.text()
    assert "Events in the last 24 hours 1,240 40 in this hour" in said
    assert "Refused in 24 hours 9" in said
    assert "STALE_TIMESTAMP" not in said and "DUPLICATE" not in said
    rows = [[cell.get_text() for cell in row.select("td")] for row in visit.page.select("details tbody tr")]
    assert len(rows) == 24 and ["20 Nov, 09:00", "1,200", "9"] in rows
    assert len(visit.page.select("rect.bar")) == 24 and len(visit.page.select("rect.bad")) == 1
    assert "20 Nov" not in said or "9:00 to 9:59 UTC" not in said
    assert visit.page.select_one("g title") is not None


def test_states_are_said_in_words(console: Console) -> None:
    assert state(console).startswith("Nothing has come in the last 24 hours")
    counted(console, 1, received=5)
    assert state(console) == "Everything arrives and is written"
    for ago in range(2, 14):
        counted(console, ago, received=5)
    console.made.clock.advance(12 * 3600)
    assert state(console).startswith("Nothing has come for 13 hours")
    kill(console)
    assert state(console).startswith("1 dead letter waits for a person")
    now = console.made.clock.now()
    paused = {"paused_until": now + timedelta(minutes=4), "outage_since": now - timedelta(hours=2)}
    change(console, pause_cause=EVIL, **paused)
    assert state(console).startswith(f"Waiting for the tool: {EVIL}")
    assert "away for 2 hours" in state(console) and "Asked again in 4 minutes" in state(console)


def test_waiting_events_are_counted_with_their_age(console: Console) -> None:
    connect(console.made).say(ANGRY)
    console.made.clock.advance(20 * 60)
    counted(console, 0, received=1)
    visit = console.visit()
    visit.get("/health/now")
    assert "Oldest waits 20 minutes" in visit.text() and "Events wait longer than they should" in visit.text()


def test_dead_letters_are_tried_again(console: Console) -> None:
    kill(console, 3)
    made, visit = console.made, console.visit()
    visit.get("/health")
    ids = [box["value"] for box in visit.page.select('[name="id"]')]
    place = made.installations["zendesk"]
    assert visit.post("/health/retry", {"installation": place}).location.endswith("told=NOTHING_CHOSEN")
    assert visit.post("/health/retry", {"installation": place, "id": ids[0]}).location.endswith("told=RETRIED")
    assert visit.post("/health/retry", {"installation": place, "id": "out-x"}).location.endswith("told=GONE_ALREADY")
    visit.get("/health")
    assert len(visit.page.select('[name="id"]')) == 2
    visit.post("/health/retry", {"installation": place, "all": "yes"})
    visit.get("/health")
    assert not visit.page.select('[name="id"]') and ("outbox", place) in console.woken
    assert visit.post("/health/retry", {"installation": "nowhere", "all": "yes"}).status_code == 404


def test_a_lead_looks_and_does_not_touch(console: Console) -> None:
    kill(console)
    visit = console.visit("lead")
    visit.get("/health")
    assert visit.page.select("tbody") and not visit.page.select('[name="id"]')


def test_a_tenant_without_tools_is_told_so(console: Console) -> None:
    with console.made.store.tenant(console.made.tenant) as connection:
        connection.execute(delete(InboxRow))
        connection.execute(delete(InstallationRow))
    visit = console.visit()
    visit.get("/health")
    assert "No tool is connected yet" in visit.text()
