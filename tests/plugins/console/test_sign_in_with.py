"""Signing in through a tool: as the person whom it proves, in the role of now, and as nobody else."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests
from bs4 import BeautifulSoup
from sqlalchemy import update

from core.installation import ending
from core.store import enrolment, sign_in_tries, stages
from core.store.enrolment import Joining
from core.store.tables import InstallationRow
from core.store.tokens import PgVault
from manifests import declarations
from tests.conftest import MakeWorld
from tests.core.installation.connect import Admin, app_of
from tests.plugins.console.visiting import Console, Visit, open_console

SITES = {"hubspot": "", "salesforce": "sandbox"}
USERS = {"hubspot": "8801", "salesforce": "0055g00000AbCdEAAX"}
every_vendor = pytest.mark.parametrize("vendor", SITES)


@dataclass
class Door:
    """The sign-in page of an organisation whose tool was connected by its own OAuth."""

    console: Console
    vendor: str
    installation: str

    def browser(self) -> Visit:
        """A browser of its own, at an address of this test's own: tries are counted by address, for all tests."""
        visit = self.console.browser()
        number = int(self.console.made.tenant.removeprefix("t-"), 16)
        visit.client.environ_base["REMOTE_ADDR"] = f"2001:db8::{number % 65_536:x}"
        return visit

    def gives(self, role: str, user: str = "") -> None:
        """Give a user a role; no role takes it back."""
        roles = {user or USERS[self.vendor]: role} if role else {}
        with self.console.made.store.tenant(self.console.made.tenant) as connection:
            connection.execute(update(InstallationRow).values(options={"roles": roles}))

    def signs_in_as(self, **options: Any) -> None:
        """Say who sits at the vendor's page: ``user``, ``account``."""
        self.console.made.sandbox(self.vendor).configure(options)

    def go(self, visit: Visit, wanted: str = "/console/") -> str:
        """Press the button; return the vendor's address."""
        answer = visit.post(f"/sign-in-with/{self.vendor}", {"site": SITES[self.vendor], "next": wanted})
        assert answer.status_code == 200, answer.text
        (link,) = visit.page.select("main a[href^='http']")
        return str(link["href"])

    def back(self, address: str) -> str:
        """Say yes at the vendor; return the way back."""
        sent = requests.get(address, allow_redirects=False, timeout=10)
        return sent.headers["Location"].removeprefix("http://localhost")

    def enter(self, visit: Visit, wanted: str = "/console/") -> Any:
        return visit.client.get(self.back(self.go(visit, wanted)))


MakeDoor = Callable[..., Door]


@pytest.fixture
def make_door(make_world: MakeWorld) -> MakeDoor:
    def make(vendor: str) -> Door:
        made = make_world(only=(vendor,), joined=False)
        done = Admin.of(made, vendor).connect()
        made.installations[vendor] = done.installation
        door = Door(open_console(made, apps={vendor: app_of(made, vendor)}), vendor, done.installation)
        door.signs_in_as(user=USERS[vendor])
        door.gives("lead")
        return door

    return make


def test_every_tool_that_proves_people_is_tried_here() -> None:
    assert set(SITES) == {vendor for vendor, declared in declarations().items() if "sign_in" in declared}


@every_vendor
def test_a_lead_comes_in_where_they_wanted_and_the_role_of_now_counts(make_door: MakeDoor, vendor: str) -> None:
    door = make_door(vendor)
    visit = door.browser()
    visit.get("/sign-in")
    assert [button["value"] for button in visit.page.select("[name=site]")].count(SITES[vendor]) == 1
    answer = door.enter(visit, "/console/corrections?state=open")
    assert (answer.status_code, answer.location) == (303, "/console/corrections?state=open")
    assert visit.get("/corrections").status_code == 200
    assert f"{vendor} user {USERS[vendor]}" in visit.text() and "Team lead" in visit.text()
    assert visit.get("/settings").status_code == 403
    door.gives("admin")
    assert visit.get("/settings").status_code == 200
    door.gives("")
    assert visit.get("/corrections").status_code == 303
    door.gives("lead")
    assert visit.get("/corrections").status_code == 303, "what was ended stays ended"


@every_vendor
def test_nothing_of_the_persons_access_is_kept(make_door: MakeDoor, vendor: str) -> None:
    door = make_door(vendor)
    made = door.console.made
    vault = PgVault(made.store, made.seal, made.tenant, door.installation)
    before = vault.current()
    door.enter(door.browser())
    assert vault.current() == before


def test_salesforce_ends_the_persons_token(make_door: MakeDoor) -> None:
    door = make_door("salesforce")
    door.enter(door.browser())
    assert door.console.made.sandbox("salesforce").identity._tokens == {}


@every_vendor
def test_whoever_has_no_role_here_is_told_by_which_id_to_ask(make_door: MakeDoor, vendor: str) -> None:
    door = make_door(vendor)
    for role in ("", "agent", "csm", "collections", "executive"):
        door.gives(role)
        visit = door.browser()
        answer = door.enter(visit)
        assert answer.status_code == 403 and USERS[vendor] in answer.text, role
        assert visit.get("/").status_code == 303, role


@every_vendor
def test_a_person_of_another_account_comes_in_nowhere(make_door: MakeDoor, vendor: str) -> None:
    door, other = make_door(vendor), make_door(vendor)
    other.gives("agent")
    account = other.console.made.place(vendor).account_ref
    door.signs_in_as(account=account)
    visit = door.browser()
    assert door.enter(visit).status_code == 403, "the same user id, but of the other's account"
    assert visit.get("/").status_code == 303
    other.gives("lead")
    assert door.enter(visit).status_code == 303
    visit.get("/corrections")
    assert other.console.made.tenant in visit.text() and door.console.made.tenant not in visit.text()
    door.signs_in_as(account={"hubspot": "99999999999", "salesforce": "00D999999999999999"}[vendor])
    assert door.enter(door.browser()).status_code == 403, "an account that nobody connected"


def test_whoever_has_a_role_in_two_organisations_of_one_account_is_asked_which(make_door: MakeDoor) -> None:
    door = make_door("hubspot")
    made, other = door.console.made, f"{door.console.made.tenant}-other"
    account = made.place("hubspot").account_ref
    joining = Joining(secrets.token_hex(8), other, "hubspot", account, options={"roles": {USERS["hubspot"]: "admin"}})
    with made.store.tenant(other) as connection:
        enrolment.open_tenant(connection, other, other, made.clock.now())
    enrolment.join(made.store, made.seal, joining, made.clock.now())
    visit = door.browser()
    answer = door.enter(visit)
    assert (answer.status_code, "Which organisation?" in answer.text) == (200, True)
    page = BeautifulSoup(answer.text, "html.parser")
    bearers = {
        form.get_text(strip=True): str(form.select("[name=bearer]")[0]["value"]) for form in page.select("main form")
    }
    assert set(bearers) == {made.tenant, other}
    assert visit.get("/").status_code == 303, "nobody is in before they have chosen"
    assert visit.client.post("/console/enter", data={"bearer": bearers[other]}).status_code == 303
    assert visit.get("/settings").status_code == 200 and other in visit.text()


@every_vendor
def test_an_uninstalled_tool_lets_nobody_in_and_ends_who_is_in(make_door: MakeDoor, vendor: str) -> None:
    door = make_door(vendor)
    made, visit, local = door.console.made, door.browser(), door.console.visit()
    assert door.enter(visit).status_code == 303 and visit.get("/corrections").status_code == 200
    with made.store.tenant(made.tenant) as connection:
        place = stages.read(connection, door.installation)
        assert place is not None
        ending.end(connection, place, made.clock.now(), actor="ada")
    made.runtime.directory.forget(door.installation)
    assert visit.get("/corrections").status_code == 303
    assert local.get("/corrections").status_code == 200, "who does not come from that tool stays"
    assert door.enter(door.browser()).status_code == 403


@every_vendor
def test_a_state_is_good_once_in_its_browser_for_its_tool_and_ten_minutes(make_door: MakeDoor, vendor: str) -> None:
    door = make_door(vendor)
    for spoil in ("another browser", "used", "too old", "changed", "another tool's", "none", "of connecting"):
        visit = door.browser()
        way = door.back(door.go(visit))
        visit, way = _spoilt(door, visit, way, spoil)
        answer = visit.client.get(way)
        assert (answer.status_code, "GRANT_STATE" in answer.text) == (401, True), spoil
        assert visit.get("/").status_code == 303, spoil


def _spoilt(door: Door, visit: Visit, way: str, spoil: str) -> tuple[Visit, str]:
    where = urlsplit(way)
    given = {name: values[0] for name, values in parse_qs(where.query).items()}
    if spoil == "another browser":
        return door.browser(), way
    if spoil == "used":
        assert visit.client.get(way).status_code == 303
        visit.post("/sign-out")
    if spoil == "too old":
        door.console.made.clock.advance(601)
    if spoil == "changed":
        given["state"] = given["state"][:-6] + "AAAAA="
    if spoil == "another tool's":
        sealed = door.console.made.seal
        given["state"] = sealed.close(sealed.open(given["state"]).replace(door.vendor, "zendesk"))
    if spoil == "of connecting":
        given["state"] = door.console.made.seal.close(f"{door.console.made.tenant}\nnonce")
    if spoil == "none":
        given.pop("state")
    return visit, f"{where.path}?{urlencode(given)}"


@every_vendor
def test_denied_made_up_and_away_open_nothing(make_door: MakeDoor, vendor: str) -> None:
    door = make_door(vendor)
    for query, down, code in (
        ({"error": "access_denied"}, False, "GRANT_DENIED"),
        ({"code": "made-up"}, False, "GRANT_REFUSED"),
        ({"error": "<script>alert(1)</script>"}, False, "GRANT_DENIED"),
        ({}, True, "AWAY"),
    ):
        visit = door.browser()
        where = urlsplit(door.back(door.go(visit)))
        given = {name: values[0] for name, values in parse_qs(where.query).items()} | query
        door.console.made.sandbox(vendor).faults({"down": down})
        answer = visit.client.get(f"{where.path}?{urlencode(given)}")
        assert (answer.status_code, code in answer.text, "<script>alert" in answer.text) == (401, True, False)
        assert visit.get("/").status_code == 303
        door.console.made.sandbox(vendor).faults({"down": False})


def test_a_person_who_is_not_active_or_whose_token_is_dead_is_nobody(make_door: MakeDoor) -> None:
    door = make_door("hubspot")
    visit = door.browser()
    way = door.back(door.go(visit))
    door.console.made.sandbox("hubspot").faults({"token_expires_after_calls": -1})
    assert visit.client.get(way).status_code == 401


@every_vendor
def test_after_it_one_stays_on_the_console(make_door: MakeDoor, vendor: str) -> None:
    door = make_door(vendor)
    for wanted in ("https://evil.example/", "//evil.example", "/console//evil.example", "/\\evil.example"):
        assert door.enter(door.browser(), wanted).location == "/console/"


def test_tries_by_tools_are_counted_like_others(make_door: MakeDoor) -> None:
    door = make_door("hubspot")
    visit = door.browser()
    visit.get("/sign-in")
    asked = [visit.client.get("/oauth/hubspot/sign-in?state=x&code=y").status_code for _ in range(31)]
    assert asked == [401] * sign_in_tries.ADDRESS + [429]


@pytest.mark.parametrize(("vendor", "site"), [("zendesk", ""), ("nothing", ""), ("salesforce", "https://evil.example")])
def test_a_tool_or_site_that_proves_nobody_is_not_there(make_door: MakeDoor, vendor: str, site: str) -> None:
    door = make_door("salesforce")
    visit = door.browser()
    visit.get("/sign-in")
    assert visit.post(f"/sign-in-with/{vendor}", {"site": site}).status_code == 404
    assert visit.client.get("/oauth/zendesk/sign-in?state=x&code=y").status_code == 404
    assert door.browser().client.post("/console/sign-in-with/salesforce", data={}).status_code == 400
