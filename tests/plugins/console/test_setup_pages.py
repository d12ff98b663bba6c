"""The wizard, page by page: connect by the tool's own OAuth, each step, going live, and the way out."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

import pytest
import requests

from core.installation import leaving, service
from core.installation.checklist import ITEMS
from core.installation.modules import MODULES
from core.installation.steps import STEPS
from manifests import declarations
from tests.conftest import MakeWorld
from tests.core.installation.connect import account_of, app_of
from tests.core.installation.setting_up import place
from tests.core.installation.test_service import told_before
from tests.plugins.console.visiting import Console, Visit, open_console
from tests.talk import rows

VENDORS = sorted(declarations())
BASIS = {"basis-service_analysis": "legitimate_interest", "basis-health_scoring": "consent", "record": "folder Privacy"}


@dataclass
class Wizard:
    """An admin in the console of an organisation whose tool nobody has connected yet."""

    console: Console
    visit: Visit
    vendor: str

    @property
    def made(self) -> Any:
        return self.console.made

    @property
    def installation(self) -> str:
        return str(self.made.installations[self.vendor])

    def start(self) -> str:
        """Fill in the form; return where the browser is sent on to, empty where it is sent nowhere."""
        account = account_of(self.made, "zendesk") if self.vendor == "zendesk" else "attune@sandbox.example"
        given = {"account": account, "site": "production"} if self.vendor != "hubspot" else {}
        answer = self.visit.post(f"/setup/connect/{self.vendor}/start", given)
        if answer.status_code == 303:
            self.remember(answer.location)
            return ""
        assert answer.status_code == 200, answer.text
        (link,) = self.visit.page.select("main a[href^='http']")
        return str(link["href"])

    def come_back(self, address: str) -> Any:
        """Allow it at the vendor and follow the way back."""
        sent = requests.get(address, allow_redirects=False, timeout=10).headers["Location"]
        return self.visit.client.get(sent.removeprefix("http://localhost"))

    def connect(self) -> None:
        address = self.start()
        if address:
            self.remember(self.come_back(address).location)
        self.work()

    def remember(self, location: str) -> None:
        self.made.installations[self.vendor] = location.split("/setup/")[1].split("/")[0]

    def open(self, step: str) -> str:
        assert self.visit.get(f"/setup/{self.installation}/{step}").status_code == 200
        return self.visit.text()

    def act(self, step: str, **form: Any) -> Any:
        return self.visit.post(f"/setup/{self.installation}/{step}/act", form)

    def work(self) -> None:
        """Be the worker for what was asked."""
        for what, *arguments in self.console.woken:
            if what == "setup":
                service.run(self.made.runtime, *arguments)
            if what == "leave":
                leaving.take_leave(self.made.runtime, *arguments)
        self.console.woken.clear()


@pytest.fixture
def make_wizard(make_world: MakeWorld) -> Any:
    def make(vendor: str = "zendesk") -> Wizard:
        made = make_world(only=(vendor,), joined=False, mode="observe")
        made.sandbox(vendor).configure({"account": account_of(made, vendor)})
        made.runtime = replace(made.runtime, public_url="http://localhost")
        console = open_console(made, apps={vendor: app_of(made, vendor)})
        return Wizard(console, console.visit(), vendor)

    return make


@pytest.mark.parametrize("vendor", VENDORS)
def test_from_connect_to_live_to_gone(make_wizard: Any, vendor: str) -> None:
    wizard = make_wizard(vendor)
    told_before(wizard.made, vendor, 2)
    wizard.visit.get("/setup")
    assert "Not connected" in wizard.visit.text()
    wizard.connect()
    assert wizard.open("connect").count("Yes") == len(MODULES)
    assert wizard.act("modules", module=["accounts", "follow_up"], **BASIS).status_code == 303
    for step, said in (("fields", "Provisioned"), ("past", "Flagged high"), ("observe", "Observing until 4 Dec 2026")):
        wizard.act(step)
        assert "Waiting for a worker" in wizard.open(step)
        wizard.work()
        assert said in wizard.open(step), step
    assert "consent" not in place(wizard.made, vendor).working
    assert wizard.act("live").status_code == 422
    wizard.act("checklist", **{name: f"{name} noted" for name in ITEMS}, **{f"{name}-done": "yes" for name in ITEMS})
    wizard.made.clock.advance(15 * 86_400)
    wizard.visit = wizard.console.visit()
    assert "Everything is in place" in wizard.open("live")
    assert wizard.act("live").location.endswith("told=LIVE")
    assert wizard.act("automation").location.endswith("told=AUTOMATION_ON")
    wizard.visit.get("/setup")
    assert "Live" in wizard.visit.text()
    _leave(wizard)


def _leave(wizard: Wizard) -> None:
    where, account = f"/uninstall/{wizard.installation}", place(wizard.made, wizard.vendor).account_ref
    assert wizard.visit.post(f"{where}/end", {"sure": "something else"}).status_code == 422
    assert place(wizard.made, wizard.vendor).stage == "automated"
    export = wizard.visit.get(f"{where}/export")
    assert {json.loads(line).get("table") for line in export.text.splitlines()} >= {"installation", "trial", "audit"}
    wizard.visit.post(f"{where}/end", {"sure": account})
    wizard.visit.get(where)
    assert "is being told" in wizard.visit.text()
    wizard.work()
    wizard.visit.get(where)
    assert "our access is taken back there" in wizard.visit.text()
    wizard.visit.post(f"{where}/purge")
    wizard.work()
    assert wizard.visit.get(where).status_code == 404
    assert rows(wizard.made, "SELECT 1 FROM installation") == rows(wizard.made, "SELECT 1 FROM trial") == []


def test_what_fails_says_why_and_can_be_done_again(make_wizard: Any) -> None:
    wizard = make_wizard()
    wizard.connect()
    wizard.made.sandbox("zendesk").gate.revoke()
    wizard.act("fields")
    wizard.work()
    assert "This step failed. Zendesk no longer accepts" in wizard.open("fields")
    assert "connect it again, or uninstall" in wizard.open("connect")
    wizard.visit.get("/setup")
    assert "Access taken back" in wizard.visit.text()
    wizard.connect()
    wizard.act("fields")
    wizard.work()
    assert "Provisioned" in wizard.open("fields")


def test_a_page_looks_again_while_a_worker_has_the_step(make_wizard: Any) -> None:
    wizard = make_wizard()
    wizard.connect()
    wizard.act("past")
    where = f"/setup/{wizard.installation}/past/state"
    answer = wizard.visit.get(where)
    (state,) = wizard.visit.page.select("#state")
    assert (state["hx-trigger"], answer.headers.get("HX-Redirect")) == ("every 1s", None)
    wizard.work()
    assert wizard.visit.get(where).headers["HX-Redirect"].endswith("/past")


@pytest.mark.parametrize("step", [step.name for step in STEPS])
def test_every_step_says_beforehand_what_it_will_do_and_can_be_gone_back_to(make_wizard: Any, step: str) -> None:
    wizard = make_wizard()
    wizard.connect()
    said = wizard.open(step)
    assert next(one.does for one in STEPS if one.name == step) in said
    assert len(wizard.visit.page.select(".steps a")) == len(STEPS)
    assert len(wizard.visit.page.select(".steps a[aria-current=step]")) == 1


# --- what must not get through --------------------------------------------------------------------


def test_the_way_back_is_bound_to_the_session_that_began(make_wizard: Any) -> None:
    wizard = make_wizard()
    address = wizard.start()
    victim = replace(wizard, visit=wizard.console.visit())
    answer = victim.come_back(address)
    assert (answer.status_code, "not begun in this browser" in answer.text) == (422, True)
    assert wizard.come_back(address).status_code == 422
    assert rows(wizard.made, "SELECT 1 FROM installation") == []


@pytest.mark.parametrize("role", ["lead", "privacy"])
def test_only_an_admin_comes_back(make_wizard: Any, role: str) -> None:
    wizard = make_wizard()
    address = wizard.start()
    assert replace(wizard, visit=wizard.console.visit(role)).come_back(address).status_code == 403


def test_nobody_comes_back_unsigned(make_wizard: Any) -> None:
    wizard = make_wizard()
    address = wizard.start()
    answer = replace(wizard, visit=wizard.console.browser()).come_back(address)
    assert (answer.status_code, answer.location) == (303, "/console/sign-in")


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("state=x&code=y", "GRANT_STATE"),
        ("", "GRANT_STATE"),
        (f"state={'g' * 9000}&code=y", "GRANT_STATE"),
        ("state=%3Cscript%3E&error=%3Cscript%3E", "GRANT_STATE"),
    ],
)
def test_an_answer_that_is_not_ours_is_a_page_in_words(make_wizard: Any, query: str, said: str) -> None:
    wizard = make_wizard()
    answer = wizard.visit.client.get(f"/oauth/zendesk/callback?{query}")
    assert (answer.status_code, said in answer.text, "<script>" in answer.text) == (422, True, False)
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_what_the_vendor_says_is_shown_as_text(make_wizard: Any) -> None:
    wizard = make_wizard()
    state = wizard.start().partition("state=")[2].partition("&")[0]
    answer = wizard.visit.client.get(f"/oauth/zendesk/callback?state={state}&error=%3Cscript%3Ealert(1)%3C/script%3E")
    assert (answer.status_code, "GRANT_DENIED" in answer.text, "<script>alert" in answer.text) == (422, True, False)


@pytest.mark.parametrize("account", ["", "evil.example/", "a b"])
def test_an_account_that_cannot_be_is_refused_in_words(make_wizard: Any, account: str) -> None:
    wizard = make_wizard()
    answer = wizard.visit.post("/setup/connect/zendesk/start", {"account": account})
    assert (answer.status_code, "no such account" in answer.text) == (422, True)


def test_another_organisations_installation_is_not_there(make_wizard: Any) -> None:
    mine, other = make_wizard(), make_wizard()
    mine.connect()
    other.connect()
    where = f"/setup/{other.installation}"
    assert mine.visit.get(f"{where}/connect").status_code == 404
    assert mine.visit.post(f"{where}/fields/act").status_code == 404
    assert mine.visit.post(f"/uninstall/{other.installation}/end", {"sure": "x"}).status_code == 404
    assert mine.visit.get(f"/uninstall/{other.installation}/export").status_code == 404


def test_a_tool_without_an_app_says_what_is_missing(make_wizard: Any) -> None:
    wizard = make_wizard()
    assert "credentials first" in wizard.visit.get("/setup/connect/hubspot").text
    assert wizard.visit.get("/setup/connect/nothing").status_code == 404


def test_a_basis_needs_a_record(make_wizard: Any) -> None:
    wizard = make_wizard()
    wizard.connect()
    answer = wizard.act("modules", **{**BASIS, "record": " "})
    assert (answer.status_code, "say where the decision is kept" in answer.text) == (422, True)
