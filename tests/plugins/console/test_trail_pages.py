"""Corrections and the audit trail: decided once with a reason, found by person, kind and day, broken chains shown."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from core.model import Level
from core.store import audit, erasure, feedback
from core.store.feedback import Answer
from core.store.tables import AuditRow, FeedbackRow
from plugins.console.pages import audit as audit_page
from plugins.console.pages import corrections as corrections_page
from tests.plugins.api.asking import ask
from tests.plugins.console.visiting import Console
from tests.talk import ANGRY, connect, only_person

EVIL = "<script>alert(1)</script> it is wrong, mail ada@firm.example"


def disagree(console: Console, words: str = EVIL, user: str = "501", key: str = "attune_distress") -> None:
    made = console.made
    reader = ask(made).reader("agent", user)
    with made.store.tenant(made.tenant) as connection:
        subject = connection.execute(text("SELECT 'case:' || max(id) FROM case_file")).scalar_one()
        feedback.keep(
            connection,
            made.seal,
            reader,
            str(subject),
            Answer(feedback.DISAGREE, key, "too_high", words),
            made.clock.now(),
            about=str(subject),
        )


def judged(console: Console) -> str:
    """Let somebody write; return the case's id at the tool."""
    case: str = connect(console.made).say(ANGRY)[0]["case"]
    console.made.work()
    return case


def rows(console: Console, statement: Any) -> list[Any]:
    with console.made.store.tenant(console.made.tenant) as connection:
        return list(connection.execute(statement))


# --- corrections ----------------------------------------------------------------------------------


def test_a_disagreement_waits_with_value_record_and_words(console: Console) -> None:
    case = judged(console)
    disagree(console)
    visit = console.visit("lead")
    answer = visit.get("/corrections")
    assert "Distress: Too high" in visit.text() and f"Zendesk ticket {case}" in visit.text()
    assert "<script>alert(1)" not in answer.text and "&lt;script&gt;" in answer.text
    assert "ada@firm.example" not in answer.text
    admin = console.visit()
    assert "it is wrong" not in admin.get("/corrections").text and "for team leads" in admin.text()


def test_it_is_decided_once_with_a_reason(console: Console) -> None:
    judged(console)
    disagree(console)
    (row,) = rows(console, select(FeedbackRow.id))
    visit = console.visit("lead")
    assert visit.post(f"/corrections/{row.id}", {"state": "accepted", "why": "  "}).status_code == 422
    decided = visit.post(f"/corrections/{row.id}", {"state": "accepted", "why": EVIL})
    assert decided.location.endswith("told=DECIDED")
    again = visit.post(f"/corrections/{row.id}", {"state": "dismissed", "why": "no"})
    assert again.location.endswith("told=DECIDED_BEFORE")
    visit.get("/corrections?state=accepted")
    assert "Accepted (1)" in visit.text() and "mail [email-1]" in visit.text()
    assert "Distress Too high 0 1 0" in visit.text()
    entries = rows(console, select(AuditRow).where(AuditRow.action == "correction_decided"))
    assert [entry.detail for entry in entries] == [{"key": "attune_distress", "state": "accepted"}]


def test_said_again_it_is_open_again(console: Console) -> None:
    judged(console)
    disagree(console)
    (row,) = rows(console, select(FeedbackRow.id))
    console.visit("lead").post(f"/corrections/{row.id}", {"state": "dismissed", "why": "no"})
    disagree(console, "still wrong")
    visit = console.visit("lead")
    visit.get("/corrections")
    assert "Open (1)" in visit.text() and "still wrong" in visit.text()


def test_the_score_is_under_dispute_until_decided(console: Console) -> None:
    case = judged(console)
    asking = ask(console.made)

    def disputed() -> bool:
        return bool(asking.card(f"/cases/{case}")["disputed"])

    before = disputed()
    disagree(console)
    assert not before and disputed()
    (row,) = rows(console, select(FeedbackRow.id))
    console.visit("lead").post(f"/corrections/{row.id}", {"state": "dismissed", "why": "fits"})
    assert not disputed()


def test_a_long_queue_is_turned_page_by_page(console: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(corrections_page, "AT_ONCE", 2)
    judged(console)
    for user in range(5):
        disagree(console, f"words {user}", str(user))
    visit, seen = console.visit("lead"), []
    path: str | None = "/corrections"
    while path:
        visit.get(path)
        seen += [quote.get_text() for quote in visit.page.select("dd q")]
        further = visit.page.find("a", string="Further ones")
        path = str(further["href"]).removeprefix("/console") if further else None
    assert seen == [f"words {user}" for user in range(5)]


@pytest.mark.parametrize("path", ["?state=gone", "?after=x", "?after=-1", "?after=²", f"?after={'9' * 19}"])
def test_odd_pages_of_the_queue_are_not_there(console: Console, path: str) -> None:
    assert console.visit("lead").get(f"/corrections{path}").status_code == 404


@pytest.mark.parametrize(("number", "state"), [("1", "open"), ("x", "accepted"), ("9" * 19, "accepted"), ("1", "")])
def test_odd_decisions_are_not_there(console: Console, number: str, state: str) -> None:
    visit = console.visit("lead")
    assert visit.post(f"/corrections/{number}", {"state": state, "why": "x"}).status_code == 404


def test_a_foreign_correction_is_out_of_reach(console: Console, make_world: Any) -> None:
    judged(console)
    disagree(console)
    (row,) = rows(console, select(FeedbackRow.id))
    other = Console(make_world(only=("zendesk",)), console.web)
    answer = other.visit("lead").post(f"/corrections/{row.id}", {"state": "dismissed", "why": "mine"})
    assert answer.location.endswith("told=DECIDED_BEFORE")
    assert rows(console, select(FeedbackRow.state)) == [("open",)]


# --- audit ----------------------------------------------------------------------------------------


def found(console: Console, **asked: str) -> list[str]:
    visit = console.visit("privacy")
    assert visit.get("/audit", query_string=asked).status_code == 200
    return [row.select("td")[2].get_text() for row in visit.page.select("tbody tr") if len(row.select("td")) == 6]


def test_a_person_is_found_by_the_id_that_a_tool_has(console: Console) -> None:
    judged(console)
    place = console.made.installations["zendesk"]
    (link,) = rows(console, text(f"SELECT external_id FROM link WHERE level = '{Level.PERSON}'"))
    everything = found(console)
    mine = found(console, installation=place, person=link.external_id)
    assert mine and "judged" in mine and len(mine) < len(everything)
    assert found(console, installation=place, person="404404") == []
    disagree(console, user="777")
    assert found(console, installation=place, person="777") == ["disagree"], "as the one who acts"


def test_an_erased_person_is_found_no_more(console: Console) -> None:
    judged(console)
    made, place = console.made, console.made.installations["zendesk"]
    (link,) = rows(console, text(f"SELECT external_id FROM link WHERE level = '{Level.PERSON}'"))
    with made.store.tenant(made.tenant) as connection:
        erasure.erase(connection, made.tenant, only_person(made), "gone", made.clock.now())
    left = found(console, installation=place, person=link.external_id)
    assert set(left) <= {"written"}, "only what was done to the record at the tool, not to the person behind it"


def test_kind_and_days_narrow(console: Console) -> None:
    judged(console)
    console.made.clock.advance(timedelta(days=2).total_seconds())
    disagree(console)
    assert set(found(console, kind="disagree")) == {"disagree"}
    assert set(found(console, since="2026-11-22", kind="disagree")) == {"disagree"}
    assert found(console, until="2026-11-21", kind="disagree") == []
    assert "judged" in found(console, until="2026-11-20")
    assert found(console, kind="<b>nothing</b>") == []


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"since": "yesterday"}, "year-month-day"),
        ({"until": "2026-13-01"}, "year-month-day"),
        ({"person": "1"}, "which tool"),
        ({"person": "1", "installation": "not-ours"}, "which tool"),
        ({"since": "<script>alert(1)</script>"}, "year-month-day"),
    ],
)
def test_what_cannot_be_understood_is_said(console: Console, asked: dict[str, str], said: str) -> None:
    visit = console.visit("privacy")
    answer = visit.get("/audit", query_string=asked)
    assert answer.status_code == 422 and said in visit.text() and not visit.page.select("tbody tr")
    assert "<script>alert" not in answer.text


@pytest.mark.parametrize("asked", [{"before": "x"}, {"before": "9" * 19}, {"before": "-1"}])
def test_odd_places_in_the_trail_are_not_there(console: Console, asked: dict[str, str]) -> None:
    assert console.visit("privacy").get("/audit", query_string=asked).status_code == 404


@pytest.mark.parametrize(
    "asked", [{"person": "a\0b"}, {"kind": "\0"}, {"until": "9999-12-31"}, {"since": "0001-01-01"}]
)
def test_odd_words_find_nothing_and_break_nothing(console: Console, asked: dict[str, str]) -> None:
    asked = {**asked, "installation": console.made.installations["zendesk"]}
    assert console.visit("privacy").get("/audit", query_string=asked).status_code == 200


def test_older_rows_come_one_page_after_the_other(console: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_page, "AT_ONCE", 3)
    visit, made = console.visit("privacy"), console.made
    with made.store.tenant(made.tenant) as connection:
        entries = [audit.Entry("system", f"deed_{n}", "x", {}) for n in range(8)]
        audit.append(connection, made.tenant, made.clock.now(), entries)
    seen, path = [], "/audit"
    for _ in range(20):
        part = path != "/audit"
        visit.get(path, headers={"HX-Request": "true"} if part else {})
        assert (visit.page.select_one("nav") is None) == part, "htmx gets the rows only"
        seen += [int(row.select("td")[0].get_text()) for row in visit.page.select("tr") if len(row.select("td")) == 6]
        more = visit.page.select_one("a[hx-get]")
        if more is None:
            break
        path = str(more["hx-get"]).removeprefix("/console")
    assert seen == list(range(len(seen), 0, -1)) and len(seen) >= 8


def test_the_chain_is_checked_and_a_break_is_an_incident(console: Console, database: Any) -> None:
    judged(console)
    visit = console.visit("privacy")
    visit.get("/audit")
    assert visit.page.select_one('[hx-get="/console/audit/chain"]') is not None
    visit.get("/audit/chain")
    assert "Chain verified" in visit.text() and "unbroken" in visit.text()
    import psycopg

    with psycopg.connect(database.owner) as owner:
        # Row-level security is forced for the owner as well.
        owner.execute("SELECT set_config('attune.tenant', %s, true)", [console.made.tenant])
        assert owner.execute("UPDATE audit SET actor = 'nobody' WHERE seq = 2").rowcount == 1
    visit.get("/audit/chain")
    assert "The chain is broken at row 2" in visit.text() and "privacy incident" in visit.text()
