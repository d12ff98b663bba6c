"""Content that is too much, too deep or no content at all, sent with credentials that are right."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from sqlalchemy import func, select

from core.store.tables import InboxRow
from tests.security.attacks import Row, counted, own
from tests.security.credentials import Asked, Sent
from tests.security.house import APPS, House
from tests.security.sweep import ask, routes

# Nothing of this is what any address takes.
BODIES: dict[str, bytes] = {
    "nothing": b"",
    "half of an object": b'{"text": "x',
    "bytes that are no text": b"\xff\xfe\x00{",
    "an array instead of an object": b"[1, 2, 3]",
    "100,000 levels": b'{"text": ' + b"[" * 50_000 + b"]" * 50_000 + b"}",
    "numbers that are none": b'{"text": NaN, "reason": Infinity, "words": -Infinity}',
    "a number of 5,000 digits": b'{"text": ' + b"9" * 5_000 + b"}",
    "other kinds of values": b'{"text": {"$ne": null}, "reason": ["other"], "words": 7}',
    "fields that nobody asked for": b'{"text": "Thank you", "reason": "other", "role": "admin", "__proto__": {}}',
    "XML with an outside entity": b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///x">]><a>&b;</a>',
    "XML that grows": b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;&b;">]><a>&c;</a>',
    "200 KB of one text": b'{"text": "' + b"x" * 200_000 + b'"}',
    "9 MB": b"[" + b" " * 9_000_000 + b"]",
}
# The other bodies are whole objects, of which an address without content of its own reads nothing.
ANYWHERE = frozenset(
    {"half of an object", "bytes that are no text", "an array instead of an object", "200 KB of one text", "9 MB"}
)
WITH_CONTENT = ("draft", "disagreement")
KINDS = {"bearer": "API", "webhook": "webhooks", "app": "webhooks of an app", "action": "workflow action"}


def hostile(house: House) -> list[Row]:
    """Send content that is too much, too deep or no content at all, with credentials that are right."""
    posts = [one for one in routes(house) if one.method == "POST" and one.kind in KINDS]
    before = _events(house)
    listed = []
    for what, body in BODIES.items():
        for kind, where in KINDS.items():
            statuses = Counter(
                ask(house, _with(house, one, body)).status_code
                for one in posts
                if one.kind == kind
                and (what in ANYWHERE or one.path.endswith(("draft", "disagreement")) or kind != "bearer")
            )
            listed.append(_harmless(what, where, statuses, kind))
    kept = _events(house) - before
    listed.append(Row("all of the above", "webhooks", f"{kept} events taken for real", not kept))
    return listed


def _wants(asked: Asked, what: str) -> bool:
    return asked.kind != "bearer" or what in ANYWHERE or asked.path.endswith(WITH_CONTENT)


def _with(house: House, asked: Asked, body: bytes) -> Sent:
    right = own(house, asked)
    if asked.kind == "webhook":
        return replace(right, body=body, headers={**right.headers, **house.mine.sign(asked.part, body)})
    if asked.kind == "app":
        signed = house.mine.sign_v3("POST", asked.path, body, secret=APPS["hubspot"]["client_secret"])
        return replace(right, body=body, headers={**right.headers, **signed})
    if asked.kind == "action":
        return replace(right, body=body, headers={**right.headers, **house.mine.sign_v3("POST", asked.path, body)})
    return replace(right, body=body)


def _harmless(what: str, where: str, statuses: Counter[int], kind: str) -> Row:
    row = counted(what, where, statuses)
    if kind not in ("webhook", "app") or set(statuses) - {200, 401, 413}:
        return row
    # A tool sends again what is not accepted: what it signed is taken in, sealed, and never processed.
    return replace(row, answer=row.answer.replace("200", "200, set aside"), refused=True)


def _events(house: House) -> int:
    with house.mine.made.store.tenant(house.mine.made.tenant) as connection:
        return int(connection.execute(select(func.count()).select_from(InboxRow)).scalar_one())
