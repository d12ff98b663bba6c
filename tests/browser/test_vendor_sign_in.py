"""Signing in through a tool in a real browser: its button, the tool's own page, and back as the person it proves."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import update

from core.store.tables import InstallationRow
from tests.browser.console import tab_on
from tests.conftest import MakeWorld
from tests.core.installation.connect import Admin, app_of
from tests.plugins.console.test_sign_in_with import USERS
from tests.plugins.console.visiting import open_console


@pytest.mark.parametrize(("vendor", "button"), [("hubspot", "HubSpot"), ("salesforce", "Salesforce")])
def test_a_lead_comes_in_by_one_button_and_one_yes(
    make_world: MakeWorld, tabs: Browser, vendor: str, button: str
) -> None:
    made = make_world(only=(vendor,), joined=False)
    Admin.of(made, vendor).connect()
    with made.store.tenant(made.tenant) as connection:
        connection.execute(update(InstallationRow).values(options={"roles": {USERS[vendor]: "lead"}}))
    made.sandbox(vendor).configure({"user": USERS[vendor], "ask_first": True})
    console = open_console(made, apps={vendor: app_of(made, vendor)})
    with tab_on(console, tabs, width=1280, scheme="light", role="") as on:
        on.open("corrections")
        assert on.axe() == []
        on.page.get_by_role("button", name=button, exact=True).click()
        on.page.locator("#allow").click()
        expect(on.page.get_by_role("heading", level=1)).to_have_text("Corrections")
        expect(on.page.locator(".who")).to_contain_text(f"{vendor} user {USERS[vendor]}")
        on.page.get_by_role("button", name="Sign out").click()
        on.page.get_by_role("button", name=button, exact=True).click()
        on.page.locator("#deny").click()
        expect(on.page.locator("#wrong")).to_contain_text("Access was not allowed")
        assert on.axe() == []
        # The browser notes every answer that is no success.
        assert [one for one in on.errors if "401" not in one] == []
