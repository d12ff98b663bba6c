"""One account belongs to one organisation, one organisation has one account a tool; what was granted decides."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from core.installation import modules
from core.store import stages
from core.store.tokens import PgVault
from tests.core.installation.connect import VENDORS, Admin, every_vendor, place, refused


@every_vendor
def test_connecting_again_renews_the_same_installation(make_admin: Any, vendor: str) -> None:
    admin = make_admin(vendor)
    first = admin.connect()
    held = (admin.made.store, admin.made.seal, admin.tenant, first.installation)
    before, again = PgVault(*held).current(), admin.connect()
    after = PgVault(*held).current()
    assert (again.installation, again.again) == (first.installation, True)
    assert after.generation > before.generation
    assert after.access != before.access


@every_vendor
def test_an_account_of_another_organisation_is_refused(make_admin: Any, vendor: str) -> None:
    admin = make_admin(vendor)
    admin.connect()
    other = Admin.of(admin.made, vendor, tenant=f"{admin.tenant}-other")
    assert refused(other, other.begin()) == "ACCOUNT_TAKEN"
    with admin.made.store.tenant(other.tenant) as connection:
        assert stages.of_tenant(connection) == {}


def test_a_second_account_of_the_same_tool_is_refused(make_admin: Any) -> None:
    admin = make_admin("zendesk")
    admin.connect()
    assert refused(admin, admin.begin(account="another")) == "SECOND_INSTALL"


def test_two_answers_at_once_make_one_tenant_and_one_installation(make_admin: Any) -> None:
    admin = make_admin("hubspot")
    tenant = f"{admin.tenant}-new"
    racing = [Admin.of(admin.made, "hubspot", tenant=tenant) for _ in range(4)]
    started = [one.begin() for one in racing]
    told = [one.answer(begun) for one, begun in zip(racing, started, strict=True)]
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda n: racing[n].finish(started[n], **told[n]), range(4)))
    assert len({one.installation for one in done}) == 1
    assert sorted(one.again for one in done) == [False, True, True, True]
    with admin.made.store.tenant(tenant) as connection:
        assert len(stages.of_tenant(connection)) == 1
        assert connection.exec_driver_sql("SELECT count(*) FROM tenant").scalar() == 1


# --- what was granted -----------------------------------------------------------------------------

CUT: dict[str, list[tuple[str, list[str]]]] = {
    "zendesk": [
        ("read write", []),
        ("read", ["cases", "accounts", "consent", "follow_up"]),
        ("read tickets:write", ["accounts", "consent"]),
        ("read tickets:write users:write", ["accounts"]),
        ("write tickets:read users:read", ["accounts"]),
    ],
    "hubspot": [
        (" ".join(modules.scopes("hubspot")), []),
        (" ".join(s for s in modules.scopes("hubspot") if s != "crm.objects.companies.write"), ["accounts"]),
        (" ".join(s for s in modules.scopes("hubspot") if s != "crm.objects.contacts.write"), ["consent", "follow_up"]),
        (" ".join(s for s in modules.scopes("hubspot") if s != "conversations.read"), ["cases"]),
    ],
}


@pytest.mark.parametrize(
    ("vendor", "granted", "off"), [(vendor, *one) for vendor, listed in CUT.items() for one in listed]
)
def test_a_missing_scope_names_exactly_the_modules_that_stay_off(
    make_admin: Any, vendor: str, granted: str, off: list[str]
) -> None:
    admin = make_admin(vendor)
    admin.made.sandbox(vendor).configure({"granted": granted})
    found = place(admin, admin.connect().installation)
    assert list(found.off) == off
    assert not set(found.working) & set(off)
    assert all(lacking for lacking in found.off.values())


def test_the_scopes_asked_for_are_those_that_the_app_declares() -> None:
    from connectors.hubspot.scopes import SCOPES

    assert set(modules.scopes("hubspot")) == set(SCOPES)
    for vendor in VENDORS:
        assert set(modules.needs(vendor)) == set(modules.MODULES)
