"""What is tried beside stolen and forged credentials: script, other sites' forms, other places, hostile content."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from urllib.parse import quote, urlsplit

from werkzeug.test import TestResponse

from plugins.console import cookie
from tests.security.credentials import FORGES, OWN, WITHOUT, Asked, Sent
from tests.security.house import FIELDS, House, evil
from tests.security.sweep import ask, routes

ELSEWHERE = "https://evil.example"
REFLECTED = evil("request")
ON_A_PAGE = "escaped on a page"
TARGETS = (
    ELSEWHERE,
    "//evil.example",
    "/\\evil.example",
    "https:evil.example",
    "javascript:alert(1)",
    "%0d%0aLocation: x",
)
WAYS_BACK = ("next", "there", "url", "return_to", "redirect_uri", "state")


# Kinds of answers that are read by programs, and that a browser only downloads.
DATA = frozenset({"application/json", "application/x-ndjson"})


@dataclass(frozen=True)
class Row:
    """One row of the table: what was tried, where, what came of it, and whether that is a refusal."""

    what: str
    where: str
    answer: str
    refused: bool


def own(house: House, asked: Asked) -> Sent:
    """Return the request of somebody who may: the credential is not what stops it."""
    sent = dict(FORGES[asked.kind](house, asked))
    return sent.get(OWN) or sent[WITHOUT]


def _is_markup(got: TestResponse, script: str) -> bool:
    """Say whether a browser would run it: in a page as it was written, or in an answer whose kind it may guess."""
    if script not in got.text:
        return False
    return _kept(got) == ON_A_PAGE or got.headers.get("X-Content-Type-Options") != "nosniff"


def _kept(got: TestResponse) -> str:
    """Say how an answer holds what customers wrote."""
    if got.headers.get("Content-Disposition", "").startswith("attachment"):
        return "in a download"
    return "as JSON that no browser guesses at" if got.mimetype == "application/json" else ON_A_PAGE


def stored(house: House) -> list[Row]:
    """Read every address and every card with the right of the tenant whose customers wrote script into every field."""
    answers = [ask(house, own(house, one)) for one in routes(house) if one.method == "GET" or one.kind == "page"]
    listed = []
    for field in FIELDS:
        came = [got for got in answers if f"attuneEvil('{field}')" in got.text]
        run = sum(_is_markup(got, evil(field)) for got in answers)
        answer = " and ".join(sorted({_kept(got) for got in came})) or "comes back nowhere"
        listed.append(Row(f"script in the customer's {field}", "every GET and page", answer, not run))
    return listed


def reflected(house: House) -> list[Row]:
    """Send script in every part of a request."""
    places: dict[str, Callable[[Sent], Sent]] = {
        "address": lambda sent: replace(sent, path=f"{sent.path.partition('?')[0]}/{quote(REFLECTED)}"),
        "query": lambda sent: replace(sent, path=_asking(sent, "place", "next", value=REFLECTED)),
        "headers": lambda sent: replace(sent, headers={**sent.headers, "Referer": REFLECTED, "User-Agent": REFLECTED}),
        "cookie": lambda sent: replace(sent, cookies={**sent.cookies, "x": quote(REFLECTED)}),
        "form": lambda sent: replace(sent, body=None, form=dict.fromkeys(("token", "name", "next", "q"), REFLECTED)),
        "JSON": lambda sent: replace(sent, body=json.dumps({"text": REFLECTED, "reason": REFLECTED}).encode()),
    }
    listed = []
    for name, put in places.items():
        tried = [ask(house, put(own(house, one))) for one in routes(house)]
        run = sum(_is_markup(got, REFLECTED) for got in tried)
        answer = f"MARKUP in {run} answers" if run else "nowhere as markup"
        listed.append(Row(f"script in the {name}", "every route", answer, not run))
    return listed


def _asking(sent: Sent, *names: str, value: str) -> str:
    """Return the path with a value under every name in its query."""
    return sent.path + ("&" if "?" in sent.path else "?") + "&".join(f"{name}={quote(value)}" for name in names)


def forged(house: House) -> list[Row]:
    """Let another site's page post with the reader's own cookies."""
    token = "token-of-a-reader"
    held = house.mine.cookie(token=token)
    elsewhere = {"Origin": ELSEWHERE, "Sec-Fetch-Site": "cross-site"}
    form, plain = {"Content-Type": "application/x-www-form-urlencoded"}, {"Content-Type": "text/plain"}
    right = cookie.csrf(house.seal, token)
    wrong = cookie.csrf(house.seal, "token-of-somebody-else")
    ways: dict[str, tuple[dict[str, str], dict[str, str]]] = {
        "a form of another site, with the reader's cookie": ({**elsewhere, **form}, {"name": "x"}),
        "the same without an origin": (form, {"name": "x"}),
        "the same with a forged form key": (form, {cookie.FIELD: wrong}),
        "the same with the right form key, from another site": ({**elsewhere, **form}, {cookie.FIELD: right}),
        "JSON as plain text, with the reader's cookie": ({**elsewhere, **plain}, {'{"text":"': '"}'}),
    }
    posts = [one for one in routes(house) if one.method == "POST"]
    listed = []
    for what, (headers, content) in ways.items():
        sent = [Sent(one.path, "POST", headers, {cookie.PLAIN: held}, form=content) for one in posts]
        statuses = Counter(ask(house, one).status_code for one in _without_path_secret(sent, posts))
        listed.append(counted(what, "every POST", statuses))
    return listed


def _without_path_secret(sent: list[Sent], posts: list[Asked]) -> Iterable[Sent]:
    """Another site does not know the secret in a Salesforce address."""
    for one, asked in zip(sent, posts, strict=True):
        secret = asked.part == "salesforce"
        yield replace(one, path=one.path.rpartition("/")[0] + "/guessed") if secret else one


def redirected(house: House) -> list[Row]:
    """Try to send a reader elsewhere."""
    asked = _both(house, [one for one in routes(house) if one.method == "GET"])
    listed = []
    for target in TARGETS:
        answers = [ask(house, replace(sent, path=_asking(sent, *WAYS_BACK, value=target))) for sent in asked]
        listed.append(_led(f"`{target}` as the way back", answers))
    for header in ("Host", "X-Forwarded-Host"):
        answers = [ask(house, replace(sent, headers={**sent.headers, header: "evil.example"})) for sent in asked]
        listed.append(_led(f"`{header}: evil.example`", answers))
    return listed


def _both(house: House, asked: list[Asked]) -> list[Sent]:
    found = [dict(FORGES[one.kind](house, one)) for one in asked]
    return [sent[name] for sent in found for name in (OWN, WITHOUT) if name in sent]


def _led(what: str, answers: list[TestResponse]) -> Row:
    places = [urlsplit(got.headers["Location"]) for got in answers if "Location" in got.headers]
    away = sum(place.netloc not in ("", "localhost") or place.path.startswith(("//", "/\\")) for place in places)
    split = sum("\n" in value for got in answers for _, value in got.headers)
    answer = f"LED ELSEWHERE {away} times" if away else "leads nowhere else" if places else "leads nowhere"
    return Row(what, "every GET, signed in and not", answer, not away and not split)


def counted(what: str, where: str, statuses: Counter[int]) -> Row:
    """Make a row of statuses: all must be refusals, and none a fault of ours."""
    answer = ", ".join(map(str, sorted(statuses)))
    return Row(what, where, answer, all(400 <= status < 500 for status in statuses))
