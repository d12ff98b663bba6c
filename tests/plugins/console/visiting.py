"""Visits the console in this process, as a browser would: one cookie jar, the form's own CSRF token."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from core.installation.ports import App
from core.store import console_users
from plugins.console import app as console
from plugins.console.desk import Desk
from tests.world import World

PASSWORD = "correct horse battery"
NAMES = {"admin": "ada", "lead": "lena", "privacy": "pia"}


@dataclass
class Console:
    """The console on a world. ``woken`` lists what was asked of the workers."""

    made: World
    web: Flask
    woken: list[tuple[str, ...]] = field(default_factory=list)

    def browser(self) -> Visit:
        """A browser of its own, not signed in."""
        return Visit(self, self.web.test_client())

    def visit(self, role: str = "admin") -> Visit:
        """A browser that is signed in as the local user of a role, past the one-time password."""
        made = self.made
        with made.store.tenant(made.tenant) as connection:
            if console_users.find(connection, NAMES[role]) is None:
                now = made.clock.now()
                console_users.add(connection, made.tenant, NAMES[role], role, f"{PASSWORD} once", now)
                console_users.change_password(connection, made.tenant, NAMES[role], PASSWORD, now)
        visit = self.browser()
        answer = visit.sign_in(made.tenant, NAMES[role], PASSWORD)
        assert answer.status_code == 303, answer.text
        return visit


@dataclass
class Visit:
    """One browser."""

    at: Console
    client: FlaskClient
    page: BeautifulSoup = field(default_factory=lambda: BeautifulSoup("", "html.parser"))

    def get(self, path: str, **more: Any) -> TestResponse:
        """Open a page below ``/console``."""
        answer = self.client.get(f"/console{path}", **more)
        self.page = BeautifulSoup(answer.text, "html.parser")
        return answer

    def token(self) -> str:
        """The token of this browser's forms."""
        answer = self.client.get("/console/nothing-here")
        found = re.search(r'"X-CSRF-Token": "([0-9a-f]+)"', answer.text)
        assert found, answer.text
        return found[1]

    def post(self, path: str, data: dict[str, Any] | None = None, **more: Any) -> TestResponse:
        """Send a form as our own pages do."""
        answer = self.client.post(f"/console{path}", data={"csrf": self.token(), **(data or {})}, **more)
        self.page = BeautifulSoup(answer.text, "html.parser")
        return answer

    def sign_in(self, tenant: str, name: str, password: str, **more: str) -> TestResponse:
        """Fill in the form."""
        return self.post("/sign-in", {"tenant": tenant, "name": name, "password": password, **more})

    def text(self) -> str:
        """What the page says, in one line."""
        return " ".join(self.page.get_text(" ").split())


def open_console(made: World, *, apps: Mapping[str, App] | None = None) -> Console:
    """Put the console on an application of its own; ``apps``: what tools may be connected as."""
    opened = Console(made, Flask("attune-test"))
    desk = Desk(
        store=made.store,
        seal=made.seal,
        directory=made.runtime.directory,
        clock=made.clock,
        wake_inbox=lambda one, shard: opened.woken.append(("inbox", one, str(shard))),
        wake_outbox=lambda one, seconds: opened.woken.append(("outbox", one)),
        wake_accounts=lambda tenant, seconds: opened.woken.append(("accounts", tenant)),
        wake_erasure=lambda one, record: opened.woken.append(("erasure", one, record)),
        wake_setup=lambda one, step: opened.woken.append(("setup", one, step)),
        wake_leave=lambda one: opened.woken.append(("leave", one)),
        apps=apps or {},
        wake_choices=lambda tenant, person: opened.woken.append(("choices", tenant, str(person))),
    )
    console.register(opened.web, desk)
    return opened
