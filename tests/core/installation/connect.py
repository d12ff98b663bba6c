"""Connects a sandbox as an admin in a browser would: begin, the vendor's page, the answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests

from core.errors import RejectedError
from core.installation.connecting import Connected, Connecting, Started
from core.installation.ports import App, Asked
from core.store import stages
from core.store.stages import Place
from manifests import declarations
from plugins.declaration import door
from tests.world import World

VENDORS = sorted(declarations())
every_vendor = pytest.mark.parametrize("vendor", VENDORS)
CALLBACK = "http://127.0.0.1/oauth/{vendor}/callback"
ASKED: Mapping[str, Asked] = {
    "zendesk": Asked(account="attune-sandbox"),
    "hubspot": Asked(),
    "salesforce": Asked(account="attune@sandbox.example", site="production"),
}


def app_of(made: World, vendor: str, **changed: str) -> App:
    given = made.sandbox(vendor).credentials()
    known = {"client_id": given["client_id"], "client_secret": given.get("client_secret", "")}
    return App(**{**known, "private_key": given.get("private_key", ""), "base_url": f"{made.url}/{vendor}", **changed})


def account_of(made: World, vendor: str) -> str:
    """An account number that no other test has, of the vendor's own shape."""
    number = int(made.tenant.removeprefix("t-"), 16)
    return {"zendesk": f"acme-{number:x}", "hubspot": str(number), "salesforce": f"00D{number:015x}"}[vendor]


@dataclass
class Admin:
    """Somebody with a browser."""

    made: World
    tenant: str
    vendor: str
    service: Connecting
    browser: str = "this-browser-session"

    @classmethod
    def of(cls, made: World, vendor: str, *, tenant: str = "", **app: str) -> Admin:
        apps = {vendor: app_of(made, vendor, **app)}
        # The sandboxes of all tests have one account each; here it matters whose it is.
        made.sandbox(vendor).configure({"account": account_of(made, vendor)})
        service = Connecting(
            made.store,
            made.seal,
            made.runtime.directory,
            made.clock,
            apps,
            lambda name: door(name, apps[name], made.clock),
        )
        return cls(made, tenant or made.tenant, vendor, service)

    def begin(self, **changed: str) -> Started:
        given = {name: getattr(ASKED[self.vendor], name) for name in ("account", "site")}
        given |= {"account": account_of(self.made, "zendesk")} if self.vendor == "zendesk" else {}
        asked = Asked(**{**given, "redirect_uri": CALLBACK.format(vendor=self.vendor), **changed})
        return self.service.start(self.tenant, self.vendor, asked, browser=self.browser, actor="ada")

    def answer(self, started: Started) -> dict[str, str]:
        """Open the vendor's page and return what it sends back."""
        if not started.address:
            return {"state": started.state, "code": ""}
        shown = requests.get(started.address, allow_redirects=False, timeout=10)
        assert shown.status_code == 302, shown.text
        location = shown.headers["Location"]
        assert location.startswith(CALLBACK.format(vendor=self.vendor))
        return dict(parse_qsl(urlsplit(location).query))

    def finish(self, started: Started, **changed: Any) -> Connected:
        answered = {} if "state" in changed else self.answer(started)
        told = {"browser": self.browser, "error": "", **answered, **changed}
        kept = {name: told.get(name, "") for name in ("state", "browser", "code", "error")}
        return self.service.finish(self.vendor, kept["state"], kept["browser"], code=kept["code"], error=kept["error"])

    def connect(self) -> Connected:
        return self.finish(self.begin())


def place(admin: Admin, installation: str) -> Place:
    with admin.made.store.tenant(admin.tenant) as connection:
        found = stages.read(connection, installation)
    assert found is not None
    return found


def refused(admin: Admin, *given: Any, **changed: Any) -> str:
    with pytest.raises(RejectedError) as caught:
        admin.finish(*given, **changed)
    return caught.value.code
