"""How each group of routes proves who is asking, and what an attacker may hold instead.

Nothing; another tenant's; an old one; a changed one.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from plugins.console import cookie
from plugins.hubspot.actions import HOLD_PATH
from tests.security.house import APPS, METRICS_TOKEN, House, Party

OWN, WITHOUT, FOREIGN, EXPIRED, TAMPERED = "own", "without", "foreign", "expired", "tampered"
DOUBTFUL = (WITHOUT, FOREIGN, EXPIRED, TAMPERED)
LONG_AGO = timedelta(hours=13)
ALREADY_OLD = timedelta(minutes=10)


@dataclass(frozen=True)
class Sent:
    """One request: what is put into the test client."""

    path: str
    method: str = "GET"
    headers: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)
    body: bytes | None = None
    form: dict[str, str] | None = None


@dataclass(frozen=True)
class Asked:
    """One route as it is asked. ``what``: how it stands in the table; ``part``: what the credential depends on."""

    what: str
    method: str
    path: str
    kind: str
    part: str = ""


# A request with each credential that exists for this kind; what cannot exist (a time, say) is absent.
Forge = Callable[[House, Asked], Iterator[tuple[str, Sent]]]
BODIES = {
    "draft": {"text": "Thank you for writing to us about this."},
    "disagreement": {"reason": "other"},
}


def changed(text: str) -> str:
    """Change one character in the middle."""
    at = len(text) // 2
    return text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1 :]


def _bearer(house: House, asked: Asked) -> Iterator[tuple[str, Sent]]:
    content = BODIES.get(asked.path.rpartition("/")[2], {})
    body = json.dumps(content).encode() if asked.method == "POST" else None

    def sent(bearer: str) -> Sent:
        headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {bearer}"} if bearer else {})}
        return Sent(asked.path, asked.method, headers, body=body)

    yield OWN, sent(house.mine.bearer())
    yield WITHOUT, sent("")
    yield FOREIGN, sent(house.other.bearer())
    yield EXPIRED, sent(house.mine.bearer(age=LONG_AGO))
    yield TAMPERED, sent(changed(house.mine.bearer()))


def _card(house: House, asked: Asked) -> Iterator[tuple[str, Sent]]:
    def sent(party: Party, age: timedelta = timedelta(), portal: int = 0) -> Sent:
        path = f"{asked.path}?userId=7&portalId={portal or party.portal}&userEmail=a%40b.example&appId=1"
        return Sent(path, "GET", party.sign_v3("GET", path, b"", age))

    own = sent(house.mine)
    yield OWN, own
    yield WITHOUT, Sent(own.path)
    yield FOREIGN, sent(house.other, portal=house.mine.portal)
    yield EXPIRED, sent(house.mine, ALREADY_OLD)
    yield TAMPERED, Sent(own.path.replace("userId=7", "userId=8"), "GET", own.headers)


def _page(house: House, asked: Asked) -> Iterator[tuple[str, Sent]]:
    def sent(token: str | None) -> Sent:
        posted = {"token": token} if token else {}
        return Sent(f"{asked.path}?place=ticket_sidebar", asked.method, form=posted if asked.method == "POST" else None)

    if asked.method == "GET":  # The token is posted; an address that carries it is not believed.
        yield WITHOUT, sent(None)
        yield TAMPERED, Sent(f"{asked.path}?place=ticket_sidebar&token={house.mine.token()}")
        return
    yield OWN, sent(house.mine.token())
    yield WITHOUT, sent(None)
    foreign = house.other.token() if asked.part else house.other.token(iss="else.zendesk.com")
    yield FOREIGN, sent(foreign)
    yield EXPIRED, sent(house.mine.token(exp=1))
    yield TAMPERED, sent(changed(house.mine.token()))


def _webhook(house: House, asked: Asked) -> Iterator[tuple[str, Sent]]:
    vendor = asked.part

    def sent(body: bytes, headers: dict[str, str], path: str = "") -> Sent:
        return Sent(path or asked.path, "POST", headers, body=body)

    body, headers = house.mine.webhook(vendor)
    yield OWN, sent(body, headers)
    if vendor == "salesforce":  # No signature exists: the address holds the secret.
        base, _, secret = asked.path.rpartition("/")
        yield WITHOUT, sent(body, headers, base)
        yield FOREIGN, sent(body, headers, f"{base}/{house.other.made.secret[vendor]}")
        yield TAMPERED, sent(body, headers, f"{base}/{changed(secret)}")
        return
    yield WITHOUT, sent(body, {})
    yield FOREIGN, sent(body, house.other.webhook(vendor)[1])
    yield EXPIRED, sent(*house.mine.webhook(vendor, ALREADY_OLD))
    yield TAMPERED, sent(body + b" ", headers)


def _app(house: House, asked: Asked) -> Iterator[tuple[str, Sent]]:
    """The one address of an app for all its accounts: signed with the app's own secret, no installation's."""
    body, _ = house.mine.webhook("hubspot")
    secret = APPS["hubspot"]["client_secret"]

    def sent(secret: str, age: timedelta = timedelta(), more: bytes = b"") -> Sent:
        headers = house.mine.sign_v3("POST", asked.path, body, age, secret)
        return Sent(asked.path, "POST", headers, body=body + more)

    yield OWN, sent(secret)
    yield WITHOUT, Sent(asked.path, "POST", body=body)
    yield FOREIGN, sent(house.other.made.secret["hubspot"])
    yield EXPIRED, sent(secret, ALREADY_OLD)
    yield TAMPERED, sent(secret, more=b" ")


def _action(house: House, asked: Asked) -> Iterator[tuple[str, Sent]]:
    origin = {"portalId": house.mine.portal}
    body = json.dumps({"origin": origin, "object": {"objectId": 1}, "inputFields": {"kind": "notice"}}).encode()

    def sent(headers: dict[str, str], content: bytes = body) -> Sent:
        return Sent(asked.path, "POST", {"Content-Type": "application/json", **headers}, body=content)

    yield OWN, sent(house.mine.sign_v3("POST", HOLD_PATH, body))
    yield WITHOUT, sent({})
    yield FOREIGN, sent(house.other.sign_v3("POST", HOLD_PATH, body))
    yield EXPIRED, sent(house.mine.sign_v3("POST", HOLD_PATH, body, ALREADY_OLD))
    yield TAMPERED, sent(house.mine.sign_v3("POST", HOLD_PATH, body), body + b" ")


def _metrics(house: House, asked: Asked) -> Iterator[tuple[str, Sent]]:
    yield OWN, Sent(asked.path, headers={"Authorization": f"Bearer {METRICS_TOKEN}"})
    yield WITHOUT, Sent(asked.path)
    yield FOREIGN, Sent(asked.path, headers={"Authorization": f"Bearer {house.other.bearer()}"})
    yield TAMPERED, Sent(asked.path, headers={"Authorization": f"Bearer {changed(METRICS_TOKEN)}"})


def _enter(house: House, asked: Asked) -> Iterator[tuple[str, Sent]]:
    """The way from a tool's page into the console: the page's bearer, posted."""

    def sent(bearer: str) -> Sent:
        return Sent(asked.path, "POST", form={"bearer": bearer} if bearer else {})

    yield OWN, sent(house.mine.bearer())
    yield WITHOUT, sent("")
    yield FOREIGN, sent(house.other.bearer())
    yield EXPIRED, sent(house.mine.bearer(age=LONG_AGO))
    yield TAMPERED, sent(changed(house.mine.bearer()))


def _session(house: House, asked: Asked) -> Iterator[tuple[str, Sent]]:
    """The console, and every route that is new: a cookie. A form comes without what only our own pages know."""

    def sent(value: str) -> Sent:
        form = {"name": "x"} if asked.method == "POST" else None
        return Sent(asked.path, asked.method, cookies={cookie.PLAIN: value} if value else {}, form=form)

    own = house.mine.cookie()
    if asked.method == "GET":
        yield OWN, sent(own)
    yield WITHOUT, sent("")
    yield FOREIGN, sent(house.other.cookie())
    yield EXPIRED, sent(house.mine.cookie(LONG_AGO))
    yield TAMPERED, sent(changed(own))


FORGES: dict[str, Forge] = {
    "bearer": _bearer,
    "card": _card,
    "page": _page,
    "webhook": _webhook,
    "app": _app,
    "action": _action,
    "metrics": _metrics,
    "enter": _enter,
    "session": _session,
}
