"""Rules and roles: the pages say what the code does, and a given role counts at once."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from core.fields import catalogue
from core.roles import ROLES, role_of
from core.store.tables import InstallationRow
from tests.conftest import MakeWorld
from tests.plugins.console.visiting import Console, open_console
from tests.talk import ANGRY, connect


def options(console: Console) -> dict[str, Any]:
    with console.made.store.tenant(console.made.tenant) as connection:
        return dict(connection.execute(select(InstallationRow.options)).scalar_one())


def test_the_matrix_is_the_catalogues(console: Console) -> None:
    visit = console.visit("privacy")
    visit.get("/roles")
    rows = {row.select_one("th").get_text(): row for row in visit.page.select(".matrix tbody tr")}  # type: ignore[union-attr]
    for field in catalogue().values():
        label = field.label.removeprefix("Attune: ")
        cells = [cell.get_text() for cell in rows[label[:1].upper() + label[1:]].select("td")]
        assert [text.strip("–") != "no" for text in cells] == [role in field.shown_to for role in ROLES], field.key


def test_a_role_is_given_and_taken_back(console: Console) -> None:
    visit = console.visit()
    given = {"vendor": "zendesk", "user": "501", "role": "collections"}
    assert visit.post("/roles/assign", given).location.endswith("told=SAVED")
    assert role_of(options(console), "501", "agent") == "collections"
    assert visit.post("/roles/assign", given).location.endswith("told=UNCHANGED")
    visit.get("/roles")
    assert "501 Collections" in visit.text()
    visit.post("/roles/assign", {**given, "role": ""})
    assert role_of(options(console), "501", "agent") == "agent"
    visit.get("/versions")
    assert "zendesk user 501: Collections" in visit.text() and "zendesk user 501: no role of their own" in visit.text()


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"user": ""}, 422),
        ({"user": "<b>"}, 422),
        ({"user": "1" * 41}, 422),
        ({"role": "god"}, 422),
        ({"vendor": "shop"}, 404),
    ],
)
def test_odd_roles_are_refused(console: Console, changed: dict[str, str], status: int) -> None:
    before, visit = options(console), console.visit()
    given = {"vendor": "zendesk", "user": "501", "role": "lead", **changed}
    assert visit.post("/roles/assign", given).status_code == status
    assert options(console) == before


def test_where_the_vendors_own_permissions_decide_the_page_says_so(make_world: MakeWorld) -> None:
    visit = open_console(make_world(only=("salesforce",))).visit()
    visit.get("/roles")
    assert "its own permission sets decide" in visit.text() and "Everybody who is not named" not in visit.text()
    assert visit.post("/roles/assign", {"vendor": "salesforce", "user": "0055g00000AbCdEAAX", "role": "lead"}).location


def test_rules_show_the_numbers_that_count(console: Console) -> None:
    made = console.made
    connect(made).say(ANGRY)
    made.work()
    visit = console.visit("lead")
    visit.get("/rules")
    said = visit.text()
    for words in (
        "critical from 80",
        "high from 55",
        "green from 70",
        "at a certainty of 0.55",
        "Usage 30 %",
        "2026.1",
    ):
        assert words in said, words
    assert visit.page.select('[aria-label="Results by version"] tbody tr')
