"""What must not get through the wizard: other browsers, other roles, other organisations, words that are script."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.plugins.console.wizard import BASIS
from tests.talk import rows


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
