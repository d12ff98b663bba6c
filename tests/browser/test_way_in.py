"""From the page in the help desk's navigation bar into the console: what a real browser sends, the console lets in."""

from __future__ import annotations

import pytest
from playwright.sync_api import Route

from tests.browser.conftest import MakeStage
from tests.browser.stage import APP
from tests.plugins.console.visiting import open_console


@pytest.mark.parametrize("role", ["lead", "admin"])
def test_one_click_opens_the_console_in_a_new_tab_signed_in(make_stage: MakeStage, role: str) -> None:
    on, talk = make_stage(roles={"503": role})
    sent: list[tuple[str, bytes]] = []

    def answer(route: Route) -> None:
        sent.append((route.request.method, route.request.post_data_buffer or b""))
        route.fulfill(body="<h1>here</h1>", content_type="text/html")

    on.page.context.route(f"{APP}/console/**", answer)
    frame = on.open("nav_bar", "", user="503", ready="#delivery")
    with on.page.context.expect_page() as opened:
        frame.get_by_role("button", name="Open the Attune console").click()
    opened.value.wait_for_selector("h1")
    assert on.page.url.startswith(f"https://{on.account}.zendesk.com/"), "the help desk stays where it was"
    ((method, body),) = sent
    visit = open_console(talk.made).browser()
    came = visit.client.open(
        "/console/enter", method=method, data=body, content_type="application/x-www-form-urlencoded"
    )
    assert came.status_code == 303
    visit.get("/health")
    assert "zendesk user 503" in visit.text()
