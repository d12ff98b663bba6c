"""An admin in the wizard, page by page, and the worker who does what was asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import requests

from core.installation import leaving, service
from tests.core.installation.connect import account_of
from tests.plugins.console.visiting import Console, Visit

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
