"""Asks every route of the URL map with every credential."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tests.security.credentials import DOUBTFUL, FOREIGN, FORGES, OWN, Asked, Sent
from tests.security.house import MARK, House

# Open to everybody on purpose, and why. A new route that answers a stranger fails until it stands here with a reason.
OPEN = {
    "alive": "says only that the process runs",
    "ready": "says only whether the database is reachable",
    "static": "files of the program",
    "zendesk.static": "files of the program",
    "api-docs.openapi_json": "the description of the API, the same for everybody",
    "console.static": "files of the program",
    "console.sign_in": "where one signs in",
    "oauth.install": "only leads on to a page that asks who one is",
}
# How the routes of an endpoint, or of its group, prove who asks; a new group is taken for pages with a session.
KINDS = {
    "webhooks.app": "app",
    "webhooks": "webhook",
    "api": "bearer",
    "zendesk": "page",
    "hubspot_actions": "action",
    "metrics": "metrics",
    "console.enter_enter": "enter",
}
# By which tools a webhook address is asked: with a signature, or with a secret in the path.
TOOLS = {
    "webhooks.app": ("hubspot",),
    "webhooks.signed": ("zendesk", "hubspot", "signals"),
    "webhooks.secret": ("salesforce",),
}
SIGN_IN = "/console/sign-in"
BEARER = 'name="attune-bearer" content="'


@dataclass(frozen=True)
class Answered:
    """What one request got."""

    status: int
    where: str
    marked: bool

    @property
    def refused(self) -> bool:
        """Refused, or sent to where one signs in."""
        return self.status >= 400 or (self.status in (302, 303) and self.where.startswith(SIGN_IN))

    def __str__(self) -> str:
        return f"{self.status} to sign-in" if self.refused and self.status < 400 else str(self.status)


def ask(house: House, sent: Sent) -> TestResponse:
    """Send one request from a browser of its own."""
    client = house.web.test_client(use_cookies=bool(sent.cookies))
    for name, value in sent.cookies.items():
        client.set_cookie(name, value)
    more: dict[str, Any] = {"data": sent.form if sent.form is not None else sent.body}
    return client.open(sent.path, method=sent.method, headers=sent.headers, buffered=True, **more)


def answered(house: House, sent: Sent) -> Answered:
    """Send one request and note what matters."""
    got = ask(house, sent)
    bearer = got.text.partition(BEARER)[2].partition('"')[0]
    return Answered(got.status_code, got.headers.get("Location", ""), MARK in got.text or bool(bearer))


def routes(house: House) -> list[Asked]:
    """Every route and method of the application, filled in for the tenant that is attacked."""
    rules = sorted(house.web.url_map.iter_rules(), key=lambda rule: (rule.rule, rule.endpoint))
    return [asked for rule in rules if rule.endpoint not in OPEN for asked in _asked(house, rule)]


def _asked(house: House, rule: Rule) -> Iterator[Asked]:
    kind = KINDS.get(rule.endpoint) or KINDS.get(rule.endpoint.partition(".")[0], "session")
    for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
        for tool in TOOLS.get(rule.endpoint, ("",)):
            what = rule.rule.replace("<vendor>", tool or "<vendor>")
            part = tool or ("named" if "installation" in rule.arguments else "")
            yield Asked(what, method, _path(house, rule, tool), kind, part)
        if kind == "bearer" and method == "GET":
            yield Asked(f"{rule.rule} (from a HubSpot card)", method, _path(house, rule, ""), "card")


def _path(house: House, rule: Rule, tool: str) -> str:
    vendor = "zendesk" if tool in ("", "signals") else tool
    given = {
        "vendor": tool or vendor,
        "installation": house.mine.installation(vendor),
        "path_secret": house.mine.made.secret[vendor],
        "id_": house.mine.record(rule.rule.split("/")[3]) if "id_" in rule.arguments else "1",
    }
    return re.sub(r"<(?:[a-z]+:)?([a-z_]+)>", lambda found: given.get(found[1], "1"), rule.rule)


def sweep(house: House) -> list[tuple[Asked, dict[str, Answered]]]:
    """Ask every route with every credential."""
    return [
        (one, {name: answered(house, sent) for name, sent in FORGES[one.kind](house, one)}) for one in routes(house)
    ]


def gaps(found: list[tuple[Asked, dict[str, Answered]]]) -> list[str]:
    """Name every answer that should have been a refusal: a stranger got in, or anybody got what is not theirs."""
    listed = []
    for asked, answers in found:
        for name in DOUBTFUL:
            got = answers.get(name)
            if got is None or got.refused:
                continue
            # Another tenant's real credential opens that tenant's own house; it must show nothing of this one.
            if name != FOREIGN or got.marked:
                listed.append(f"{asked.method} {asked.what}: {name} got {got.status}")
        if any(got.marked for name, got in answers.items() if name != OWN):
            listed.append(f"{asked.method} {asked.what}: showed what is not theirs")
    return listed
