"""Every state of the sidebars: loading, empty, stale, away, without permission, without a view, signed out."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from playwright.sync_api import expect

from core.compliance.consent import Choice
from core.store import ledger
from tests.browser.acting import record, said
from tests.browser.conftest import MakeStage
from tests.browser.stage import axe
from tests.talk import CALM, only_person


def test_a_new_ticket_says_that_nothing_is_scored_yet(make_stage: MakeStage) -> None:
    stage, _ = make_stage()
    expect(stage.open(record="4711").locator("h1")).to_have_text("Nothing scored yet")
    expect(stage.open(record="").locator("h1")).to_have_text("Nothing scored yet")


@pytest.mark.parametrize("place", ["user_sidebar", "organization_sidebar"])
def test_users_and_organizations_have_every_state(make_stage: MakeStage, place: str) -> None:
    stage, talk = make_stage(default_role="csm")
    expect(stage.open(place, "4711").locator("h1")).to_have_text("Nothing known yet")
    shown = record(talk, place, said(talk))
    talk.say("And one more thing.")
    stage.made.advance(16 * 60)
    frame = stage.open(place, shown)
    expect(frame.get_by_text("older than 15 minutes")).to_be_visible()
    assert axe(frame) == []
    stage.down = "/"
    frame.get_by_role("button", name="Refresh").click()
    expect(frame.get_by_text("Attune cannot be reached.")).to_be_visible()


@pytest.mark.parametrize("place", ["user_sidebar", "organization_sidebar"])
def test_users_and_organizations_show_nothing_to_a_role_without_a_view(make_stage: MakeStage, place: str) -> None:
    stage, talk = make_stage(default_role="")
    frame = stage.open(place, record(talk, place, said(talk)))
    expect(frame.locator("h1")).to_have_text("No view for your role")
    assert axe(frame) == []


def test_loading_is_drawn_and_said(make_stage: MakeStage) -> None:
    stage, talk = make_stage()
    case = said(talk)
    stage.waiting = []
    frame = stage.open(record=case, ready=".skeleton")
    expect(frame.get_by_role("status")).to_contain_text("Loading")
    expect(frame.locator("h1")).to_have_count(0)
    stage.let_go()
    expect(frame.locator("h1")).to_be_visible()
    expect(frame.locator(".skeleton")).to_have_count(0)


def test_no_permission_is_said_and_the_rest_works(make_stage: MakeStage) -> None:
    stage, talk = make_stage()
    case, made = said(talk, CALM), stage.made
    with made.store.tenant(made.tenant) as connection:
        at = made.clock.now()
        ledger.record(connection, made.tenant, only_person(made), Choice("service_analysis", "objected", at), at)
    said(talk)
    frame = stage.open(record=case)
    expect(frame.locator("h1")).to_have_text("Not analysed: no permission")
    expect(frame.get_by_role("button", name="Ask supervisor")).to_be_visible()
    expect(frame.get_by_role("button", name="Disagree")).to_have_count(0)
    assert axe(frame) == []


@pytest.mark.parametrize(("role", "title"), [("collections", "No view for your role"), ("", "No view for your role")])
def test_a_role_without_a_view_is_told_so(make_stage: MakeStage, role: str, title: str) -> None:
    stage, talk = make_stage(default_role=role)
    frame = stage.open(record=said(talk))
    expect(frame.locator("h1")).to_have_text(title)
    assert "Distress" not in frame.locator("main").inner_text()
    assert axe(frame) == []


def test_observe_mode_shows_nothing(make_stage: MakeStage) -> None:
    stage, talk = make_stage(mode="observe")
    frame = stage.open(record=said(talk))
    expect(frame.locator("h1")).to_have_text("Trial period")
    assert "Distress" not in frame.locator("main").inner_text()


def test_stale_and_unreachable_are_said_while_the_card_stays(make_stage: MakeStage) -> None:
    stage, talk = make_stage()
    case = said(talk)
    talk.say("And one more thing.")
    stage.made.advance(16 * 60)
    frame = stage.open(record=case)
    expect(frame.get_by_text("older than 15 minutes")).to_be_visible()
    assert axe(frame) == []
    stage.down = "/"
    frame.get_by_role("button", name="Refresh").press("Enter")
    expect(frame.get_by_text("Attune cannot be reached.")).to_be_visible()
    expect(frame.locator("h1")).to_have_text("High: needs attention")
    stage.down = ""
    frame.get_by_role("button", name="Refresh").press("Enter")
    expect(frame.get_by_text("Attune cannot be reached.")).to_have_count(0)


def test_a_server_that_is_away_from_the_start_leaves_a_way_back(make_stage: MakeStage) -> None:
    stage, talk = make_stage()
    case = said(talk)
    stage.down = "/api/"
    frame = stage.open(record=case)
    expect(frame.locator("h1")).to_have_text("Attune cannot be reached")
    assert axe(frame) == []
    stage.down = ""
    frame.get_by_role("button", name="Try again").click()
    expect(frame.locator("h1")).to_have_text("High: needs attention")


@pytest.mark.parametrize("token", ["", "nonsense", "expired", "foreign key", "other audience", "other issuer"])
def test_a_doubtful_first_load_asks_to_sign_in(make_stage: MakeStage, token: str) -> None:
    stage, talk = make_stage()
    case = said(talk)
    home = f"https://{stage.account}.zendesk.com/api/v2/apps/installations"
    given = {
        "expired": lambda: stage.token(exp=stage.made.clock.now().timestamp() - 1),
        "other audience": lambda: stage.token(aud=f"{home}/10.json"),
        "other issuer": lambda: stage.token(iss="else.zendesk.com"),
    }.get(token, lambda: token)()
    if token == "foreign key":
        stage.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        given = stage.token()
    frame = stage.open(record=case, token=given)
    expect(frame.locator("h1")).to_have_text("Please sign in again")
    assert "/api/v1" not in "".join(stage.errors) and axe(frame) == []


def test_an_expired_bearer_asks_to_sign_in(make_stage: MakeStage) -> None:
    stage, talk = make_stage()
    frame = stage.open(record=said(talk))
    stage.made.clock.at += timedelta(minutes=31)
    frame.get_by_role("button", name="Refresh").click()
    expect(frame.locator("h1")).to_have_text("Please sign in again")


def test_the_page_stands_in_no_other_frame(make_stage: MakeStage) -> None:
    stage, talk = make_stage()
    case = said(talk)
    headers: list[str] = []
    stage.page.on("response", lambda one: headers.append(one.headers.get("content-security-policy", "")))
    frame = stage.open(record=case)
    (policy,) = {one for one in headers if "frame-ancestors https://" in one}
    assert f"frame-ancestors https://{stage.account}.zendesk.com;" in f"{policy};"
    assert "unsafe" not in policy and "default-src 'none'" in policy
    assert frame.evaluate("document.cookie") == "" and stage.page.context.cookies() == []


def test_the_card_is_there_within_a_second(make_stage: MakeStage) -> None:
    stage, talk = make_stage()
    case = said(talk)
    stage.open(record=case)
    begun = time.monotonic()
    answer = stage.asking.call("GET", f"/cases/{case}")
    assert answer.status_code == 200 and time.monotonic() - begun < 1.0


WORD = "Donaudampfschifffahrtsgesellschaftskapitänswitwenrentenauszahlungsstelle"
LENGTHEN = """word => document.querySelectorAll("dt, dd, h1, li, p, td, mark").forEach(
    (one) => one.append(" " + word + " <b>" + word + "</b>"))"""


@pytest.mark.parametrize(("place", "role"), [("ticket_sidebar", "lead"), ("nav_bar", "lead")])
def test_words_without_an_end_break_no_page(make_stage: MakeStage, place: str, role: str) -> None:
    stage, talk = make_stage(default_role=role, width=400)
    frame = stage.open(place, said(talk) if place == "ticket_sidebar" else "")
    for more in frame.locator("details").all():
        more.evaluate("one => one.open = true")
    frame.evaluate(LENGTHEN, WORD)
    assert frame.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    widths = frame.evaluate("[...document.querySelectorAll('.pairs dt')].map((one) => one.offsetWidth)")
    assert all(width > 100 for width in widths) and bool(widths) == (place == "ticket_sidebar")
