"""Every route of the console, from the address map, so that none is forgotten: who is let in and who is not."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from plugins.console.desk import Page, Route
from plugins.console.guard import HEADERS
from plugins.console.menu import PAGES, TOLD
from tests.conftest import MakeWorld
from tests.plugins.console.visiting import Console, Visit, open_console

ROLES = ("admin", "lead", "privacy")
ROUTES = [(page, route) for page in PAGES for route in page.routes]
OPEN = {"sign_in", "sign_in_enter", "sign_in_with_go", "enter_enter"}
# Answers of a route that lets somebody in: a page, the way on, or that this person's form or record is not right.
SERVED = {200, 303, 404, 422}


def address(console: Console, page: Page, route: Route) -> str:
    """Return an address of a route, with something in the place of every path part."""
    rules = [rule for rule in console.web.url_map.iter_rules() if rule.endpoint == f"console.{page.endpoint(route)}"]
    assert len(rules) == 1
    parts: dict[str, Any] = dict.fromkeys(rules[0].arguments, "1")
    with console.web.test_request_context():
        built = console.web.url_map.bind("localhost").build(rules[0].endpoint, parts)
    return str(built)


def send(visit: Visit, method: str, path: str, **more: Any) -> int:
    return visit.client.open(path, method=method, **more).status_code


def test_the_table_has_every_route_of_the_map(console: Console) -> None:
    mapped = {rule.endpoint for rule in console.web.url_map.iter_rules() if rule.rule.startswith("/console")}
    known = {f"console.{page.endpoint(route)}" for page, route in ROUTES}
    assert mapped == known | {"console.static", "console.nothing"}
    assert {page.endpoint(route) for page, route in ROUTES if route.open} == OPEN
    assert all(set(page.roles) | set(route.roles) <= set(ROLES) for page, route in ROUTES)
    assert all(page.roles or route.open for page, route in ROUTES)
    assert all(set(route.roles) <= set(page.roles) for page, route in ROUTES)


def test_without_a_session_every_page_leads_to_the_sign_in(console: Console) -> None:
    visit = console.browser()
    token = visit.token()
    for page, route in ROUTES:
        if route.open:
            continue
        path = address(console, page, route)
        answer = visit.client.open(path, method=route.method, data={"csrf": token} if route.post else None)
        if route.post:
            assert answer.status_code == 401, path
        else:
            assert (answer.status_code, answer.location.partition("?")[0]) == (303, "/console/sign-in"), path


def doubtful(console: Console, other: Console) -> dict[str, str]:
    """Cookies that are not, or no longer, a session here."""
    made, visit = console.made, console.visit()
    good = visit.client.get_cookie("attune_console")
    assert good is not None
    token = made.seal.open(good.value).rpartition(" ")[2]
    left = console.visit()
    kept = left.client.get_cookie("attune_console")
    assert kept is not None
    left.post("/sign-out")
    return {
        "empty": "",
        "no cookie of ours": "x" * 200,
        "too long": good.value * 20,
        "not ascii": "ä",
        "cut": good.value[:-3],
        "changed": f"{good.value[:40]}{'A' if good.value[40] != 'A' else 'B'}{good.value[41:]}",
        "foreign tenant": made.seal.close(f"{other.made.tenant} {token}"),
        "unknown tenant": made.seal.close(f"t-nobody {token}"),
        "made-up token": made.seal.close(f"{made.tenant} {'x' * 43}"),
        "no token": made.seal.close(f"{made.tenant} "),
        "signed out": kept.value,
    }


def test_foreign_tampered_and_old_sessions_are_none(console: Console, make_world: MakeWorld) -> None:
    served = {}
    for name, value in doubtful(console, open_console(make_world(only=("zendesk",)))).items():
        for page, route in ROUTES:
            visit = console.browser()
            visit.client.set_cookie("attune_console", value)
            path = address(console, page, route)
            status = send(visit, route.method, path)
            if status not in ({303, 401, 400} if not route.open or route.bearer else {200, 400}):
                served[name, path] = status
    assert served == {}


def test_an_idle_session_is_none(console: Console) -> None:
    visit = console.visit()
    console.made.clock.advance(30 * 60)
    for page, route in ROUTES:
        if not route.open:
            assert send(visit, route.method, address(console, page, route)) in {303, 401}


@pytest.mark.parametrize("role", ROLES)
def test_a_role_gets_its_pages_and_no_others(console: Console, role: str) -> None:
    for page, route in ROUTES:
        if route.open or page.name == "sign_out":
            continue
        visit = console.visit(role)
        data = {"csrf": visit.token()} if route.post else None
        status = send(visit, route.method, address(console, page, route), data=data)
        allowed = role in (route.roles or page.roles)
        assert (status in SERVED) if allowed else (status == 403), (page.endpoint(route), role, status)


def test_a_menu_shows_what_is_served(console: Console) -> None:
    for role in ROLES:
        visit = console.visit(role)
        visit.get("/", follow_redirects=True)
        links = {link["href"] for link in visit.page.select("nav a")}
        assert links == {f"/console/{page.path}" for page in PAGES if page.menu and role in page.roles}


def test_no_post_is_taken_from_elsewhere(console: Console) -> None:
    visit, other = console.visit(), console.visit()
    forged: list[dict[str, Any]] = [
        {},
        {"data": {"csrf": ""}},
        {"data": {"csrf": "0" * 32}},
        {"data": {"csrf": "ä"}},
        {"data": {"csrf": other.token()}},
        {"data": {"csrf": visit.token()}, "headers": {"Sec-Fetch-Site": "cross-site"}},
        {"data": {"csrf": visit.token()}, "headers": {"Sec-Fetch-Site": "same-site"}},
        {"json": {"csrf": visit.token()}},
    ]
    taken = [
        (page.endpoint(route), n)
        for page, route in ROUTES
        if route.post and not route.bearer
        for n, one in enumerate(forged)
        if send(visit, "POST", address(console, page, route), **one) != 400
    ]
    assert taken == []


def test_every_answer_is_closed_and_kept_by_no_cache(console: Console) -> None:
    visit = console.visit()
    paths = [(route.method, address(console, page, route)) for page, route in ROUTES if page.name != "sign_out"]
    for method, path in [*paths, ("GET", "/console/nothing"), ("GET", "/console/static/console.css")]:
        answer = visit.client.open(path, method=method)
        for name, value in HEADERS.items():
            assert answer.headers[name] == value, (path, name)
        assert "unsafe" not in answer.headers["Content-Security-Policy"]
        assert ("no-store" in answer.headers.get("Cache-Control", "")) == ("/static/" not in path)
        answer.close()
    far = visit.client.get("/console/sign-in", base_url="https://attune.example")
    assert far.headers["Strict-Transport-Security"].startswith("max-age=63072000")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/console/nothing", 404),
        ("GET", "/console/%00", 404),
        ("GET", "/console/static/../app.py", 404),
        ("GET", "/console/static/nothing.js", 404),
        ("POST", "/console/nothing", 404),
        ("GET", "/console/sign-out", 404),
    ],
)
def test_what_is_not_there_gets_a_page_of_its_own(console: Console, method: str, path: str, status: int) -> None:
    answer = console.browser().client.open(path, method=method)
    assert answer.status_code == status
    assert "There is no such page" in answer.text


def test_too_much_is_refused(console: Console) -> None:
    visit = console.visit()
    answer = visit.client.post("/console/password", data={"csrf": visit.token(), "old": "x" * 600_000})
    assert answer.status_code == 413


def test_nothing_from_an_address_is_shown(console: Console) -> None:
    visit = console.visit()
    for told in ("<script>alert(1)</script>", "Pay+now", "SAVED&x=<b>"):
        answer = visit.get(f"/password?told={told}")
        assert "<script>alert" not in answer.text and "Pay now" not in answer.text and "<b>" not in answer.text
    assert visit.get("/password?told=SAVED").text.count(TOLD["SAVED"]) == 1


def test_an_unreachable_database_is_said_so(console: Console) -> None:
    visit = console.visit()
    with console.made.store.outside() as connection:
        assert connection.execute(text("SELECT 1")).scalar() == 1
    console.made.store.engine.dispose()
    assert visit.get("/password").status_code == 200


def test_what_the_database_cannot_hold_is_refused_before_it(console: Console) -> None:
    visit = console.visit()
    token = visit.token()
    for page, route in ROUTES:
        path = address(console, page, route)
        if route.post and not route.open:
            form = {"csrf": token, "name": "a\0b"}
            assert send(visit, "POST", path, data=form) == 400, path
        if path.endswith("/1"):
            assert send(visit, route.method, f"{path[:-1]}%00", data={"csrf": token} if route.post else None) == 404, (
                path
            )
