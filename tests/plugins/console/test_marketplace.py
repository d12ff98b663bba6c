"""Installing from a marketplace's page: always with a state of ours, never with a code that nobody asked for."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest
import requests

from tests.plugins.console.visiting import NAMES, PASSWORD
from tests.plugins.console.wizard import Wizard
from tests.talk import rows

CALLBACK = "/oauth/hubspot/callback"


def press_install(wizard: Wizard, **more: str) -> str:
    """Press 'Install' on the marketplace's page; return where the browser is sent."""
    asked = {"address": f"http://localhost{CALLBACK}", **more}
    return follow(f"{wizard.made.url}/hubspot/oauth/marketplace/install", asked)


def follow(address: str, query: dict[str, str] | None = None) -> str:
    sent = requests.get(address, params=query, allow_redirects=False, timeout=10).headers["Location"]
    return sent.removeprefix("http://localhost")


def allow(wizard: Wizard) -> str:
    """Press the button of the page that is open; return the address that the browser is sent to."""
    form = wizard.visit.page.select_one("main form")
    assert form is not None
    given = {str(field["name"]): str(field.get("value", "")) for field in form.select("input[name]")}
    assert wizard.visit.post(str(form["action"]).removeprefix("/console"), given).status_code == 200
    (link,) = wizard.visit.page.select("main a[href^='http']")
    return str(link["href"])


def test_an_admin_installs_from_hubspots_page_and_is_sent_back_there(make_wizard: Any) -> None:
    wizard = make_wizard("hubspot")
    asked = wizard.visit.client.get(press_install(wizard))
    assert (asked.status_code, urlsplit(asked.location).path) == (303, "/console/setup/connect/hubspot")
    wizard.visit.get(asked.location.removeprefix("/console"))
    back = follow(allow(wizard))
    assert {"step": ["finalize"]}.items() <= parse_qs(urlsplit(back).query).items()
    done = wizard.visit.client.get(back)
    assert (done.status_code, "/oauth/marketplace/done" in done.text) == (200, True)
    (place,) = rows(wizard.made, "SELECT installation_id FROM installation")
    assert ("setup", place.installation_id, "connect") in wizard.console.woken


def test_whoever_is_not_signed_in_signs_in_on_the_way(make_wizard: Any) -> None:
    wizard = make_wizard("hubspot")
    wizard.visit = wizard.console.browser()
    there = wizard.visit.client.get(press_install(wizard)).location
    door = wizard.visit.get(there.removeprefix("/console")).location
    wanted = parse_qs(urlsplit(door).query)["next"][0]
    answer = wizard.visit.sign_in(wizard.made.tenant, NAMES["admin"], PASSWORD, next=wanted)
    assert answer.location == wanted
    wizard.visit.get(wanted.removeprefix("/console"))
    assert "/oauth/marketplace/return" in str(wizard.visit.page.select_one("[name=returnUrl]"))


@pytest.mark.parametrize("vendor", ["zendesk", "hubspot", "salesforce"])
def test_a_code_that_nobody_asked_for_is_used_for_nothing(make_wizard: Any, vendor: str) -> None:
    wizard = make_wizard(vendor)
    answer = wizard.visit.client.get(
        f"/oauth/{vendor}/callback?code=somebody-elses&returnUrl=https%3A%2F%2Fevil.example"
    )
    assert (answer.status_code, answer.location) == (303, f"/console/setup/connect/{vendor}")
    assert wizard.made.sandbox(vendor).calls()["token"] == 0
    assert rows(wizard.made, "SELECT 1 FROM installation") == rows(wizard.made, "SELECT 1 FROM grant_state") == []


def test_a_listing_without_sign_in_begins_anew_too(make_wizard: Any) -> None:
    wizard = make_wizard("hubspot")
    asked = wizard.visit.client.get(press_install(wizard, partner="no"))
    wizard.visit.get(asked.location.removeprefix("/console"))
    answer = wizard.visit.client.get(follow(allow(wizard)))
    assert answer.location.endswith("/connect") and len(rows(wizard.made, "SELECT 1 FROM installation")) == 1


ELSEWHERE = (
    "https://evil.example/",
    "https://hubspot.com.evil.example/",
    "https://evilhubspot.com/",
    "http://app.hubspot.com/",
    "https://app.hubspot.com@evil.example/",
    "javascript:alert(1)//hubspot.com",
    "//hubspot.com.evil.example",
    "https://[app.hubspot.com",
    "https://app.hubspot.com\n.evil.example",
)


def test_nobody_is_sent_to_an_address_that_is_not_the_marketplaces(make_wizard: Any) -> None:
    wizard = make_wizard("hubspot")
    for there in ELSEWHERE:
        wizard.visit.get(f"/setup/connect/hubspot?returnUrl={quote(there)}")
        assert wizard.visit.page.select("[name=returnUrl]") == [], there
        wizard.visit.post("/setup/connect/hubspot/start", {"returnUrl": there})
        (link,) = wizard.visit.page.select("main a[href^='http']")
        assert str(link["href"]).startswith(f"{wizard.made.url}/hubspot/oauth/authorize?"), there


def test_the_vendors_own_hosts_are_known(make_wizard: Any) -> None:
    wizard = make_wizard("hubspot")
    for there in ("https://app.hubspot.com/marketplace?x=1", "https://app-eu1.hubspot.com/x", "https://hubspot.com/"):
        wizard.visit.get(f"/setup/connect/hubspot?returnUrl={quote(there)}")
        (field,) = wizard.visit.page.select("[name=returnUrl]")
        assert field["value"] == there


def test_a_state_of_somebody_else_ends_the_installation(make_wizard: Any) -> None:
    wizard = make_wizard("hubspot")
    wizard.visit.get(wizard.visit.client.get(press_install(wizard)).location.removeprefix("/console"))
    back = follow(allow(wizard))
    stranger = wizard.console.visit()
    answer = stranger.client.get(back)
    assert (answer.status_code, "GRANT_STATE" in answer.text) == (422, True)
    assert rows(wizard.made, "SELECT 1 FROM installation") == []


def test_a_link_in_a_listing_leads_to_connecting_and_may_name_the_account(make_wizard: Any) -> None:
    wizard = make_wizard()
    there = wizard.visit.client.get("/oauth/zendesk/install?account=acme").location
    wizard.visit.get(there.removeprefix("/console"))
    (field,) = wizard.visit.page.select("[name=account]")
    assert field["value"] == "acme"
    assert wizard.visit.client.get("/oauth/nothing/install").status_code == 303
