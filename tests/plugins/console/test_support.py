"""Support looks in: for a reason, for an hour at most, without changing anything, and everybody concerned sees it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from core.errors import ConfigurationError
from core.store import audit, support
from core.store.support import Access
from plugins.console.menu import PAGES
from tests.conftest import MakeWorld
from tests.plugins.console.visiting import Console, Visit, open_console
from tests.talk import rows

REASON = "Ticket 4711: events of Zendesk do not arrive"


def opened(console: Console, role: str = "admin", minutes: int = 60) -> tuple[Access, Visit]:
    """A look that has begun, signed in."""
    made = console.made
    with made.store.tenant(made.tenant) as connection:
        access, password = support.begin(
            connection, made.tenant, role, REASON, timedelta(minutes=minutes), made.clock.now()
        )
    visit = console.browser()
    assert visit.sign_in(made.tenant, access.name, password).status_code == 303
    return access, visit


def trail(console: Console) -> list[tuple[str, Any]]:
    found = rows(console.made, "SELECT action, detail FROM audit WHERE action LIKE 'support%' ORDER BY seq")
    return [(row.action, row.detail.get("page", "")) for row in found]


def test_support_looks_and_the_trail_says_why_and_at_what(console: Console) -> None:
    access, visit = opened(console)
    assert visit.get("/health").status_code == visit.get("/settings").status_code == 200
    assert "You look in as support" in visit.text() and f"{access.name} · Admin" in visit.text()
    assert trail(console) == [("support_opened", ""), ("support_looked", "health"), ("support_looked", "settings")]
    (row,) = rows(console.made, "SELECT detail, actor FROM audit WHERE action = 'support_opened'")
    assert (row.actor, row.detail["reason"], row.detail["minutes"]) == ("support", REASON, 60)
    with console.made.store.tenant(console.made.tenant) as connection:
        assert audit.verify(connection)[1] is None


def test_what_a_page_fetches_by_itself_is_noted_once_a_minute(console: Console) -> None:
    _, visit = opened(console)
    for path in ("/health/now", "/health", "/health/now"):
        assert visit.client.get(f"/console{path}", headers={"HX-Request": "true"}).status_code == 200
    assert trail(console)[1:] == [("support_looked", "health")]
    console.made.clock.advance(60)
    visit.get("/health")
    assert trail(console)[1:] == [("support_looked", "health")] * 2


def test_support_changes_nothing_and_takes_nothing_along(console: Console) -> None:
    _, visit = opened(console)
    place = console.made.installations["zendesk"]
    for page in PAGES:
        for route in page.routes:
            if route.post and not route.open and page.name != "sign_out":
                path = "/".join(part for part in (page.path, route.path) if part)
                where = (
                    f"/{path}".replace("<installation>", place).replace("<step>", "live").replace("<part>", "zendesk")
                )
                where = (
                    where.replace("<number>", "1").replace("<vendor>", "zendesk").replace("<name>", "support-000000")
                )
                assert visit.post(where).status_code == 403, where
    assert visit.get(f"/uninstall/{place}/export").status_code == 403
    assert visit.get("/versions/1.json").status_code == 403
    assert visit.post("/sign-out").status_code == 303


def test_each_look_is_in_one_role(console: Console) -> None:
    _, visit = opened(console, role="lead")
    assert visit.get("/corrections").status_code == 200
    assert visit.get("/settings").status_code == visit.get("/support").status_code == 403


def test_it_ends_by_itself(console: Console) -> None:
    access, visit = opened(console, minutes=20)
    console.made.clock.advance(19 * 60)
    assert visit.get("/health").status_code == 200
    console.made.clock.advance(61)
    assert visit.get("/health").status_code == 303
    assert visit.sign_in(console.made.tenant, access.name, "whatever it was").status_code == 401


@pytest.mark.parametrize("role", ["admin", "privacy"])
def test_whom_it_concerns_sees_it_ends_it_and_looks_it_over(console: Console, role: str) -> None:
    access, guest = opened(console)
    guest.get("/rules")
    mine = console.visit(role)
    mine.get("/rules")
    assert f"Support is looking in until 13:00 UTC: “{REASON}”" in mine.text()
    mine.get("/support")
    assert "Pages opened rules 12:00" in mine.text()
    assert mine.post(f"/support/{access.name}/review").status_code == 404, "not before it is over"
    assert mine.post(f"/support/{access.name}/end").location.endswith("told=SUPPORT_ENDED")
    assert guest.get("/rules").status_code == 303 and mine.post(f"/support/{access.name}/end").status_code == 404
    mine.get("/rules")
    assert "Nobody has looked that over yet" in mine.text()
    assert mine.post(f"/support/{access.name}/review").location.endswith("told=SUPPORT_REVIEWED")
    mine.get("/rules")
    assert REASON not in mine.text()
    assert [action for action, _ in trail(console)][-2:] == ["support_ended", "support_reviewed"]


def test_leads_are_not_bothered_and_other_organisations_see_nothing(console: Console, make_world: MakeWorld) -> None:
    access, _ = opened(console)
    other = open_console(make_world(only=("zendesk",)))
    for visit in (console.visit("lead"), other.visit()):
        visit.get("/health")
        assert REASON not in visit.text()
    stranger = other.visit()
    assert stranger.post(f"/support/{access.name}/end").status_code == 404
    assert other.browser().sign_in(other.made.tenant, access.name, "whatever it was").status_code == 401


@pytest.mark.parametrize(
    ("reason", "minutes", "role"),
    [("", 60, "admin"), ("because", 60, "admin"), ("x" * 301, 60, "admin"), (REASON, 61, "admin"), (REASON, 0, "admin"),
     (REASON, 60, "agent")],
)  # fmt: skip
def test_without_a_reason_or_for_longer_there_is_no_look(
    console: Console, reason: str, minutes: int, role: str
) -> None:
    made = console.made
    with made.store.tenant(made.tenant) as connection, pytest.raises(ConfigurationError):
        support.begin(connection, made.tenant, role, reason, timedelta(minutes=minutes), made.clock.now())


def test_it_is_forgotten_with_the_trail(console: Console) -> None:
    opened(console)
    made = console.made
    with made.store.tenant(made.tenant) as connection:
        assert support.drop_old(connection, made.clock.now() + timedelta(days=729)) == 0
        assert support.drop_old(connection, made.clock.now() + timedelta(days=732)) == 1
