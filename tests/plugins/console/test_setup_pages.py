"""The wizard, page by page: connect by the tool's own OAuth, each step, going live, and the way out."""

from __future__ import annotations

import json
from typing import Any

import pytest

from core.installation.checklist import ITEMS
from core.installation.modules import MODULES
from core.installation.steps import STEPS
from manifests import declarations
from tests.core.installation.setting_up import place
from tests.core.installation.test_service import told_before
from tests.plugins.console.wizard import BASIS, Wizard
from tests.talk import rows

VENDORS = sorted(declarations())


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
