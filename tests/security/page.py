"""Writes down what was tried and what was answered: ``docs/security.md``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from tests.security import attacks, hostile
from tests.security.attacks import Row
from tests.security.credentials import DOUBTFUL, FOREIGN, OWN, Asked
from tests.security.house import House
from tests.security.sweep import OPEN, Answered, gaps, sweep

PAGE = Path(__file__).parents[2] / "docs" / "security.md"
HEAD = """<!-- Written by `make docs` from tests/security. Change it there. -->

# Security figures

Everything below was sent to the whole application (the one of `wsgi.py`, with two tenants on a real database) and was
answered as the tables say. The routes come from the application's own URL map: a new one is asked by itself.
`make test` sends all of it again, fails when anything gets through, and fails when this page is out of date.

## Credentials

*own*: the right credential of the tenant that is attacked, to show that the route works. *foreign*: another tenant's
real one. *expired*: an old one. *tampered*: the right one with one character of it, or of what it vouches for, changed.
An empty cell: the protocol knows no such thing, or (own, POST in the console) the form has a key that only pages know.
"200, other tenant" is the other tenant's own house under the same number, with nothing of the attacked one in it.
"""
BLOCKS: Sequence[tuple[str, str, Callable[[House], list[Row]]]] = (
    (
        "Stored script",
        "The attacked tenant's customers wrote script into every field that they fill in, in all three tools.",
        attacks.stored,
    ),
    ("Reflected script", "The same script in every part of a request.", attacks.reflected),
    ("Forms of other sites", "With the cookie of a signed-in admin, as a browser would send it.", attacks.forged),
    ("Open redirects", "Every address, signed in and not, with the usual names of a way back.", attacks.redirected),
    (
        "Hostile content",
        "With credentials that are right. What a tool has signed is taken in (it would send it again for days), "
        "sealed, set aside for 72 hours and never processed.",
        hostile.hostile,
    ),
)


def write(house: House) -> tuple[str, list[str]]:
    """Try everything; return the page, and what was not refused."""
    found = sweep(house)
    wrong = gaps(found)
    parts = [HEAD, _table(("Route", OWN, *DOUBTFUL), [_credentials(*one) for one in found])]
    parts += ["\nOpen to everybody:\n", _table(("Route", "Why"), _open(house))]
    for title, words, tried in BLOCKS:
        rows = tried(house)
        wrong += [f"{title}: {row.what}, {row.where}: {row.answer}" for row in rows if not row.refused]
        parts += [f"\n## {title}\n\n{words}\n", _table(("What", "Where", "Answer"), [_row(row) for row in rows])]
    return "\n".join(parts), wrong


def _credentials(asked: Asked, answers: dict[str, Answered]) -> tuple[str, ...]:
    return f"`{asked.method} {asked.what}`", *(_said(name, answers.get(name)) for name in (OWN, *DOUBTFUL))


def _said(name: str, got: Answered | None) -> str:
    if got is None:
        return ""
    return f"{got}, other tenant" if name == FOREIGN and not got.refused else str(got)


def _open(house: House) -> list[tuple[str, str]]:
    rules = {rule.endpoint: rule.rule for rule in house.web.url_map.iter_rules() if "GET" in (rule.methods or ())}
    return [(f"`GET {rules[endpoint]}`", why) for endpoint, why in OPEN.items() if endpoint in rules]


def _row(row: Row) -> tuple[str, str, str]:
    return row.what, row.where, row.answer


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |\n" for line in lines)
