"""From 'connect' to a token, over real HTTP with each vendor's own OAuth; and everything that must not get through."""

from __future__ import annotations

from typing import Any

import pytest

from core.errors import RejectedError
from core.installation.ports import Asked
from core.store import installations
from tests.core.installation.connect import VENDORS, Admin, account_of, every_vendor, place, refused
from tests.talk import rows
from tests.world import World

SENT_AWAY = [vendor for vendor in VENDORS if vendor != "salesforce"]


@every_vendor
def test_an_admin_connects_and_the_token_works(make_admin: Any, vendor: str) -> None:
    admin = make_admin(vendor)
    done = admin.connect()
    found = place(admin, done.installation)
    assert (done.tenant, done.again, found.stage) == (admin.tenant, False, "observing")
    assert found.off == {} or vendor == "salesforce"  # an org's rights are looked at later
    entry = admin.made.runtime.directory.find(done.installation)
    assert entry.integration_ids == {admin.made.sandbox(vendor).credentials()["integration_user"]}
    made: World = admin.made
    with made.store.tenant(made.tenant) as connection:
        installation = installations.read(connection, done.installation)
    assert installation is not None
    report = made.runtime.plugin(installation).provision(dry_run=True)
    assert report.missing


@every_vendor
def test_nothing_secret_stands_in_the_clear(make_admin: Any, vendor: str) -> None:
    admin = make_admin(vendor)
    started = admin.begin()
    waiting = str(rows(admin.made, "SELECT * FROM grant_state"))
    assert admin.browser not in waiting and started.state not in waiting and admin.tenant not in started.state
    assert started.state not in repr(started) and "state=" not in repr(started)
    admin.finish(started)
    assert rows(admin.made, "SELECT * FROM grant_state") == []
    kept = str(rows(admin.made, "SELECT * FROM installation"))
    given = admin.made.sandbox(vendor).credentials()
    assert not any(given[name] in kept for name in ("access", "client_secret", "private_key") if given.get(name))


@every_vendor
def test_an_answer_is_good_once(make_admin: Any, vendor: str) -> None:
    admin = make_admin(vendor)
    started = admin.begin()
    told = admin.answer(started)
    admin.finish(started, **told)
    assert refused(admin, started, **told) == "GRANT_STATE"


@every_vendor
def test_an_answer_in_another_browser_is_refused_and_ends_the_request(make_admin: Any, vendor: str) -> None:
    admin = make_admin(vendor)
    started = admin.begin()
    for browser in ("", "another", admin.browser):
        assert refused(admin, started, browser=browser) == "GRANT_STATE"


@every_vendor
@pytest.mark.parametrize("state", ["", "x", "gAAAAA", "\0", "é"])
def test_a_state_that_is_not_ours_is_refused(make_admin: Any, vendor: str, state: str) -> None:
    admin = make_admin(vendor)
    assert refused(admin, admin.begin(), state=state) == "GRANT_STATE"


def test_a_state_of_another_vendor_or_tenant_is_refused(make_admin: Any) -> None:
    admin, other = make_admin("zendesk"), make_admin("hubspot")
    started = admin.begin()
    with pytest.raises(RejectedError, match="GRANT_STATE"):
        other.service.finish("hubspot", started.state, admin.browser, code="x")


def test_a_request_ends_after_ten_minutes(make_admin: Any) -> None:
    admin = make_admin("zendesk")
    started = admin.begin()
    admin.made.clock.advance(601)
    assert refused(admin, started) == "GRANT_STATE"


@pytest.mark.parametrize("vendor", SENT_AWAY)
def test_whoever_denies_changes_nothing(make_admin: Any, vendor: str) -> None:
    admin = make_admin(vendor)
    assert refused(admin, admin.begin(), error="access_denied") == "GRANT_DENIED"
    assert rows(admin.made, "SELECT * FROM installation") == []


@pytest.mark.parametrize("vendor", SENT_AWAY)
@pytest.mark.parametrize(
    "spoil",
    [{"code": "made-up"}, {"redirect_uri": "https://other.example/cb"}, {"verifier": "another"}],
    ids=["code", "redirect address", "verifier"],
)
def test_the_vendor_refuses_a_code_that_does_not_fit(make_admin: Any, vendor: str, spoil: dict[str, str]) -> None:
    if vendor == "hubspot" and "verifier" in spoil:
        return  # HubSpot documents no PKCE for apps with a secret
    admin = make_admin(vendor)
    started = admin.begin()
    told = admin.answer(started)
    half = admin.service.door(vendor)
    asked = _asked(admin, started)
    changed = {**{name: getattr(asked, name) for name in asked.__slots__}, **spoil}
    code = changed.pop("code", told["code"])
    with pytest.raises(RejectedError, match="GRANT_REFUSED"):
        half.exchange(Asked(**changed), code)


def test_a_code_is_dead_after_its_time_and_after_its_use(make_admin: Any) -> None:
    admin = make_admin("zendesk")
    started = admin.begin()
    told, asked, half = admin.answer(started), _asked(admin, started), admin.service.door("zendesk")
    assert half.exchange(asked, told["code"]).account_ref == account_of(admin.made, "zendesk")
    with pytest.raises(RejectedError, match="invalid_grant"):
        half.exchange(asked, told["code"])
    admin = make_admin("zendesk")
    started = admin.begin()
    told, asked, half = admin.answer(started), _asked(admin, started), admin.service.door("zendesk")
    admin.made.advance(180)
    with pytest.raises(RejectedError, match="invalid_grant"):
        half.exchange(asked, told["code"])


@every_vendor
@pytest.mark.parametrize("spoil", ["client_id", "client_secret"])
def test_a_wrong_app_is_refused_by_the_vendor(make_admin: Any, vendor: str, spoil: str) -> None:
    if (vendor, spoil) == ("salesforce", "client_secret"):
        return  # Salesforce's flow has a key instead of a secret
    right = make_admin(vendor)
    wrong = Admin.of(right.made, vendor, **{spoil: "wrong"})
    started = wrong.begin()
    told = right.answer(right.begin()) if started.address else {"code": ""}
    assert refused(wrong, started, state=started.state, code=told["code"]) == "GRANT_REFUSED"


def test_salesforce_says_that_the_admin_has_not_approved(make_admin: Any) -> None:
    admin = make_admin("salesforce")
    admin.made.sandbox("salesforce").configure({"approved": False})
    assert refused(admin, admin.begin()) == "GRANT_REFUSED"


@pytest.mark.parametrize("account", ["", "two words", "evil.example/x?", "acme.evil.example", "-a", "@"])
@pytest.mark.parametrize("vendor", ["zendesk", "salesforce"])
def test_an_account_that_cannot_exist_is_refused_before_anybody_is_sent_there(
    make_admin: Any, vendor: str, account: str
) -> None:
    with pytest.raises(RejectedError, match="BAD_ACCOUNT"):
        make_admin(vendor).begin(account=account)


@pytest.mark.parametrize("written", ["acme", "ACME ", "acme.zendesk.com", "https://acme.zendesk.com/"])
def test_a_subdomain_may_be_written_in_several_ways(make_admin: Any, written: str) -> None:
    admin = make_admin("zendesk", base_url="")
    assert admin.begin(account=written).address.startswith("https://acme.zendesk.com/oauth/authorizations/new?")


def test_a_tool_without_an_app_cannot_be_connected(make_admin: Any) -> None:
    admin = make_admin("zendesk")
    admin.service.apps.clear()
    with pytest.raises(RejectedError, match="NO_APP"):
        admin.begin()


def _asked(admin: Admin, started: Any) -> Asked:
    """Read the sealed half of a request that is under way."""
    import json

    (row,) = rows(admin.made, "SELECT sealed FROM grant_state")
    return Asked(**{**json.loads(admin.made.seal.open(row.sealed)), "state": started.state})
