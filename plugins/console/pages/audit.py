"""The audit trail: who or what used which emotional datum, for what, with which result (PRIV-5)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from flask import abort, request
from sqlalchemy import Connection

from core.store import audit as trail
from core.store import audit_search, installations
from core.store.audit_search import Wanted
from core.store.installations import Installation
from manifests import declarations
from plugins.console import people
from plugins.console.answers import show
from plugins.console.desk import Answer, Desk, Page, Route, Visitor

AT_ONCE = 50
# A longer chain is checked when somebody asks, not whenever the page is opened.
CHECKED_AT_ONCE = 20_000


@dataclass(frozen=True, slots=True)
class Question:
    """What was filled in. ``wrong`` says what of it cannot be understood."""

    installation: str = ""
    person: str = ""
    kind: str = ""
    since: str = ""
    until: str = ""
    wrong: str = ""

    @property
    def filled(self) -> dict[str, str]:
        """What to carry on to the next page."""
        names = ("installation", "person", "kind", "since", "until")
        return {name: value for name in names if (value := getattr(self, name))}


def audit(desk: Desk, visitor: Visitor) -> Answer:
    """Search and show."""
    before = request.args.get("before", "0")
    if not before.isascii() or not before.isdigit() or len(before) > 18:
        abort(404)
    with desk.store.tenant(visitor.tenant) as connection:
        places = installations.of_tenant(connection)
        question = _question(places)
        wanted = Wanted(
            _names(desk, connection, visitor, question, places),
            question.kind,
            _day(question.since),
            _end(question.until),
        )
        rows = [] if question.wrong else audit_search.search(connection, wanted, int(before), AT_ONCE + 1)
        names = people.names(desk, connection, visitor.tenant)
        kinds, length = audit_search.actions(connection), audit_search.length(connection)
    part = bool(request.headers.get("HX-Request")) and before != "0"
    return show(
        "audit_rows.html" if part else "audit.html",
        422 if question.wrong else 200,
        question=question,
        rows=rows[:AT_ONCE],
        more=rows[AT_ONCE - 1].seq if len(rows) > AT_ONCE else None,
        kinds=kinds,
        names=names,
        length=length,
        at_once=CHECKED_AT_ONCE,
        places=places,
        labels={name: one["label"] for name, one in declarations().items()},
    )


def chain(desk: Desk, visitor: Visitor) -> Answer:
    """Check the whole chain and its anchored roots, and show the result."""
    with desk.store.tenant(visitor.tenant) as connection:
        seen, first = trail.verify(connection)
        lost = trail.unmatched_roots(connection)
    return show("audit_chain.html", seen=seen, first=first, lost=lost)


def _question(places: list[Installation]) -> Question:
    names = ("installation", "person", "kind", "since", "until")
    given = {name: request.args.get(name, "").strip()[:100].replace("\0", "") for name in names}
    return Question(**given, wrong=next(_faults(given, places), ""))


def _faults(given: dict[str, str], places: list[Installation]) -> Iterator[str]:
    for name in ("since", "until"):
        if given[name] and _day(given[name]) is None:
            yield "A day is written as year-month-day, such as 2026-11-20."
    if given["person"] and given["installation"] not in {one.id for one in places}:
        yield "Say which tool the person's id is from."


def _names(
    desk: Desk, connection: Connection, visitor: Visitor, question: Question, places: list[Installation]
) -> frozenset[str]:
    place = next((one for one in places if one.id == question.installation), None)
    if not question.person or place is None:
        return frozenset()
    return audit_search.names_of(
        connection,
        desk.seal,
        visitor.tenant,
        place.id,
        place.vendor,
        question.person,
    )


def _day(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        return None


def _end(text: str) -> datetime | None:
    """Return the end of a day, so that 'until' includes it."""
    day = _day(text)
    return day + timedelta(days=1) if day and day.year < 9999 else None


PAGE = Page("audit", "Audit trail", roles=("privacy", "admin"), routes=(Route("", audit), Route("chain", chain)))
