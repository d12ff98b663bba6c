"""Support's looks into this organisation: why, until when, what was opened; ended and looked over here (PRIV-6)."""

from __future__ import annotations

from flask import abort

from core.store import audit_search, support
from core.store.audit_search import Wanted
from plugins.console import people
from plugins.console.answers import back, show
from plugins.console.desk import Answer, Desk, Page, Route, Visitor
from plugins.console.pages.settings import author

PAGES_SHOWN = 500


def looks(desk: Desk, visitor: Visitor) -> Answer:
    """Show every look, with the pages that were opened."""
    with desk.store.tenant(visitor.tenant) as connection:
        found = support.listed(connection)
        rows = audit_search.search(connection, Wanted(action="support_looked"), 0, PAGES_SHOWN)
        staff = people.names(desk, connection, visitor.tenant)
    opened = {one.name: [row for row in reversed(rows) if row.detail.get("name") == one.name] for one in found}
    return show("support.html", found=found, opened=opened, staff=staff)


def end(desk: Desk, visitor: Visitor, name: str) -> Answer:
    """End a look at once."""
    with desk.store.tenant(visitor.tenant) as connection:
        done = support.end(connection, visitor.tenant, name, author(desk, visitor).pseudonym, desk.now())
    return back("support", told="SUPPORT_ENDED") if done else abort(404)


def review(desk: Desk, visitor: Visitor, name: str) -> Answer:
    """Note that a look was looked over."""
    with desk.store.tenant(visitor.tenant) as connection:
        done = support.review(connection, visitor.tenant, name, author(desk, visitor).pseudonym, desk.now())
    return back("support", told="SUPPORT_REVIEWED") if done else abort(404)


PAGE = Page(
    "support",
    "Support access",
    roles=("admin", "privacy"),
    routes=(Route("", looks), Route("<name>/end", end, post=True), Route("<name>/review", review, post=True)),
)
