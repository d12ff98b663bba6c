"""Coming in from a page inside the help desk: as the person whom the tool has proved, and nobody else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, update

from core.roles import Reader
from core.store import bearer
from core.store.tables import DirectoryRow, InstallationRow
from tests.conftest import MakeWorld
from tests.plugins.console.visiting import Console, open_console


def roles(console: Console, **options: Any) -> None:
    with console.made.store.tenant(console.made.tenant) as connection:
        connection.execute(update(InstallationRow).values(options=options))


def held(console: Console, age: timedelta = timedelta(), **changed: str) -> str:
    """A bearer as the page in the tool has it."""
    made = console.made
    given = {"tenant": made.tenant, "installation": made.installations["zendesk"], "user": "501", "role": "lead"}
    return bearer.issue(made.seal, Reader(vendor="zendesk", **{**given, **changed}), made.clock.now() - age)


def enter(console: Console, value: str, **headers: str) -> Any:
    visit = console.browser()
    answer = visit.client.post("/console/enter", data={"bearer": value}, headers=headers)
    return visit, answer


def test_a_lead_comes_in_under_the_role_of_now(console: Console) -> None:
    roles(console, roles={"501": "lead"})
    visit, answer = enter(console, held(console, role="admin"))
    assert answer.status_code == 303 and answer.location == "/console/"
    assert visit.get("/corrections").status_code == 200
    assert "zendesk user 501" in visit.text() and "Team lead" in visit.text()
    assert visit.get("/settings").status_code == 403 and visit.get("/password").status_code == 404
    roles(console, roles={"501": "admin"})
    assert visit.get("/settings").status_code == 200
    roles(console, roles={})
    assert visit.get("/corrections").status_code == 303, "who loses the role is out at once"


@pytest.mark.parametrize("role", ["agent", "csm", "sales", "collections", "marketing", "executive", ""])
def test_other_roles_are_told_that_it_is_not_for_them(console: Console, role: str) -> None:
    roles(console, roles={"501": role} if role else {})
    visit, answer = enter(console, held(console))
    assert answer.status_code == 403 and "Not for your role" in answer.text
    assert visit.get("/").status_code == 303


def test_doubtful_bearers_open_nothing(console: Console, make_world: MakeWorld) -> None:
    roles(console, roles={"501": "admin"})
    other = open_console(make_world(only=("zendesk",)))
    good = held(console)
    payload, _, mac = good.partition(".")
    doubtful = {
        "none": "",
        "old": held(console, timedelta(minutes=30)),
        "changed": f"{payload[:-4]}AAAA.{mac}",
        "cut": good[:-1],
        "foreign tenant": held(console, tenant=other.made.tenant),
        "foreign installation": held(console, installation=other.made.installations["zendesk"]),
        "no installation": held(console, installation="nowhere"),
        "not ascii": "ä.ö",
        "long": "x" * 5_000,
    }
    for name, value in doubtful.items():
        visit, answer = enter(console, value)
        assert answer.status_code == 401 and "open it again" in answer.text, name
        assert visit.get("/").status_code == 303, name


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_another_site_cannot_sign_somebody_in(console: Console, site: str) -> None:
    roles(console, roles={"501": "admin"})
    visit, answer = enter(console, held(console), **{"Sec-Fetch-Site": site})
    assert answer.status_code == 400 and visit.get("/").status_code == 303


def test_an_uninstalled_tool_lets_nobody_in(console: Console) -> None:
    roles(console, roles={"501": "admin"})
    value = held(console)
    with console.made.store.tenant(console.made.tenant) as connection:
        connection.execute(delete(DirectoryRow).where(DirectoryRow.tenant_id == console.made.tenant))
    console.made.runtime.directory.forget(console.made.installations["zendesk"])
    assert enter(console, value)[1].status_code == 401
