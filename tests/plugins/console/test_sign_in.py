"""The door: passwords, tries, sessions that end, where people land."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from core.store import console_users
from core.store.tables import ConsoleSessionRow, ConsoleUserRow
from tests.conftest import MakeWorld
from tests.plugins.console.visiting import NAMES, PASSWORD, Console, open_console

ONCE = "quick brown fox jumps"


def add(console: Console, name: str = "nora", role: str = "admin") -> None:
    made = console.made
    with made.store.tenant(made.tenant) as connection:
        console_users.add(connection, made.tenant, name, role, ONCE, made.clock.now())


def test_nobody_sees_anything_before_signing_in(console: Console) -> None:
    answer = console.browser().get("/")
    assert answer.status_code == 303
    assert answer.location == "/console/sign-in?next=/console/"


def test_a_one_time_password_opens_the_password_page_only(console: Console) -> None:
    add(console)
    visit = console.browser()
    assert visit.sign_in(console.made.tenant, "nora", ONCE).status_code == 303
    assert visit.get("/").location == "/console/password"
    wrong = {
        "The present password is not right.": {"old": "x", "new": PASSWORD, "again": PASSWORD},
        "The two new passwords differ.": {"old": ONCE, "new": PASSWORD, "again": "another"},
        "A password has 12 to 200 characters.": {"old": ONCE, "new": "short", "again": "short"},
        "This password is too easy to guess.": {"old": ONCE, "new": "aaaaaaaaaaaaa", "again": "aaaaaaaaaaaaa"},
        "The new password is the old one.": {"old": ONCE, "new": ONCE, "again": ONCE},
    }
    for said, given in wrong.items():
        assert visit.post("/password", given).status_code == 422
        assert said in visit.text()
    assert visit.post("/password", {"old": ONCE, "new": PASSWORD, "again": PASSWORD}).status_code == 303
    assert visit.get("/", follow_redirects=True).status_code == 200
    assert console.browser().sign_in(console.made.tenant, "nora", ONCE).status_code == 401


def test_changing_the_password_signs_out_everywhere_else(console: Console) -> None:
    here, there = console.visit(), console.visit()
    answer = here.post("/password", {"old": PASSWORD, "new": f"{PASSWORD} 2", "again": f"{PASSWORD} 2"})
    assert answer.status_code == 303
    assert here.get("/password").status_code == 200
    assert there.get("/password").status_code == 303


def test_a_one_time_password_is_too_old_after_three_days(console: Console) -> None:
    add(console)
    console.made.clock.advance(72 * 3600)
    assert console.browser().sign_in(console.made.tenant, "nora", ONCE).status_code == 401


@pytest.mark.parametrize(
    ("tenant", "name", "password"),
    [
        ("", NAMES["admin"], "wrong"),
        ("", "nobody", PASSWORD),
        ("t-else", NAMES["admin"], PASSWORD),
        ("", "", ""),
        ("", "a\0b", PASSWORD),
        ("\0", "ada", PASSWORD),
        ("' OR 1=1 --", "ada", PASSWORD),
        ("", NAMES["admin"], PASSWORD * 1_000),
    ],
)
def test_what_is_wrong_is_not_said(console: Console, tenant: str, name: str, password: str) -> None:
    console.visit()
    visit = console.browser()
    assert visit.sign_in(tenant or console.made.tenant, name, password).status_code == 401
    assert "do not belong together" in visit.text()


def test_guessing_is_slowed_down_across_processes_and_the_right_password_waits_too(console: Console) -> None:
    console.visit()
    tries = [console.browser().sign_in(console.made.tenant, "ada", f"guess {n}").status_code for n in range(5)]
    assert tries == [401] * 5
    other = open_console(console.made).browser()
    assert other.sign_in(console.made.tenant, "ada", PASSWORD).status_code == 429
    assert "Too many tries" in other.text()
    console.made.clock.advance(15 * 60)
    assert other.sign_in(console.made.tenant, "ada", PASSWORD).status_code == 303


def test_signing_in_often_is_no_guessing(console: Console) -> None:
    for _ in range(8):
        console.visit()


def test_a_session_ends_when_idle_when_old_and_when_left(console: Console) -> None:
    visit, clock = console.visit(), console.made.clock
    for _ in range(25):
        clock.advance(29 * 60)
        if visit.get("/password").status_code != 200:
            break
    with console.made.store.tenant(console.made.tenant) as connection:
        started = connection.execute(select(ConsoleSessionRow.started_at)).scalar_one()
    assert timedelta(hours=12) <= clock.now() - started < timedelta(hours=12, minutes=29)
    idle = console.visit()
    clock.advance(30 * 60)
    assert idle.get("/password").status_code == 303
    left = console.visit()
    kept = left.client.get_cookie("attune_console")
    assert kept is not None
    assert left.post("/sign-out").location == "/console/sign-in?told=SIGNED_OUT"
    left.client.set_cookie("attune_console", kept.value)
    assert left.get("/password").status_code == 303


def test_role_and_removal_count_at_once(console: Console) -> None:
    visit, made = console.visit(), console.made
    with made.store.tenant(made.tenant) as connection:
        connection.execute(update(ConsoleUserRow).values(role="sales"))
    assert visit.get("/password").status_code == 303
    again = console.visit("lead")
    with made.store.tenant(made.tenant) as connection:
        assert console_users.remove(connection, made.tenant, NAMES["lead"], made.clock.now())
    assert again.get("/password").status_code == 303


def test_signing_in_takes_a_fresh_token(console: Console) -> None:
    visit = console.browser()
    visit.get("/sign-in")
    before = visit.client.get_cookie("attune_console")
    console.visit()
    visit.sign_in(console.made.tenant, "ada", PASSWORD)
    after = visit.client.get_cookie("attune_console")
    assert before is not None and after is not None and before.value != after.value
    visit.client.set_cookie("attune_console", before.value)
    assert visit.get("/password").status_code == 303


def test_the_cookie_is_for_this_host_and_not_for_scripts(console: Console) -> None:
    far = console.browser().client.get("/console/sign-in", base_url="https://attune.example")
    near = console.browser().client.get("/console/sign-in")
    assert far.headers["Set-Cookie"].startswith("__Host-attune_console=")
    assert all(part in far.headers["Set-Cookie"] for part in ("; Secure", "; HttpOnly", "; SameSite=Lax", "; Path=/"))
    assert near.headers["Set-Cookie"].startswith("attune_console=") and "Secure" not in near.headers["Set-Cookie"]


WAYS_OUT = [
    "https://evil.example/",
    "//evil.example/",
    "https://[",
    "///evil.example",
    "/\\evil.example",
    "/console/\\..\\evil",
    "/console//evil.example",
    "javascript:alert(1)",
    "/console/\n//evil.example",
    "\t//evil.example",
    "/elsewhere",
    "console/",
    "https:/console/",
    "//console/",
    "@evil.example/console/",
]


@pytest.mark.parametrize("wanted", WAYS_OUT)
def test_signing_in_leads_nowhere_else(console: Console, wanted: str) -> None:
    console.visit()
    answer = console.browser().sign_in(console.made.tenant, "ada", PASSWORD, next=wanted)
    assert answer.location == "/console/"
    already = console.visit()
    assert already.get("/sign-in", query_string={"next": wanted}).location == "/console/"


def test_signing_in_leads_back_to_where_somebody_was(console: Console) -> None:
    console.visit()
    answer = console.browser().sign_in(console.made.tenant, "ada", PASSWORD, next="/console/password?a=b")
    assert answer.location == "/console/password?a=b"


def test_a_session_of_one_tenant_is_none_of_another(make_world: MakeWorld, console: Console) -> None:
    other = open_console(make_world(only=("zendesk",)))
    visit = console.visit()
    cookie = visit.client.get_cookie("attune_console")
    assert cookie is not None
    token = console.made.seal.open(cookie.value).rpartition(" ")[2]
    foreign = other.browser()
    foreign.client.set_cookie("attune_console", console.made.seal.close(f"{other.made.tenant} {token}"))
    assert foreign.get("/password").status_code == 303
