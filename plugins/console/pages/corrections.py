"""Corrections: people's disagreements with scores, decided with a reason (LANG-4)."""

from __future__ import annotations

from flask import abort, request

from core.fields import catalogue
from core.store import corrections, installations
from core.store.corrections import ACCEPTED, DISMISSED, STATES
from core.store.feedback import OPEN
from manifests import declarations
from plugins.console.answers import back, show
from plugins.console.desk import Answer, Desk, Page, Route, Visitor
from plugins.console.pages.settings import author

AT_ONCE = 25
# Whoever does not read customers' words does not read what somebody wrote about them either.
READS_WORDS = frozenset({"lead"})
REASONS = {
    "wrong_tone": "The tone is wrong",
    "too_high": "Too high",
    "too_low": "Too low",
    "not_about_this": "Not about this",
    "other": "Something else",
}
NAMES = {OPEN: "Open", ACCEPTED: "Accepted", DISMISSED: "Dismissed"}


def queue(desk: Desk, visitor: Visitor) -> Answer:
    """Show the page."""
    return _page(desk, visitor)


def decide(desk: Desk, visitor: Visitor, number: str) -> Answer:
    """Accept or dismiss one, with a reason."""
    state, why = request.form.get("state", ""), request.form.get("why", "").strip()
    if not number.isascii() or not number.isdigit() or len(number) > 18 or state not in (ACCEPTED, DISMISSED):
        abort(404)
    if not why:
        return _page(desk, visitor, "Say why, in a few words: the next person will want to know.")
    with desk.store.tenant(visitor.tenant) as connection:
        done = corrections.decide(
            connection, visitor.tenant, int(number), state, why, author(desk, visitor), desk.now()
        )
    return back("corrections", told="DECIDED" if done else "DECIDED_BEFORE")


def _page(desk: Desk, visitor: Visitor, wrong: str = "") -> Answer:
    state, after = request.args.get("state", OPEN), request.args.get("after", "0")
    if state not in STATES or not after.isascii() or not after.isdigit() or len(after) > 18:
        abort(404)
    with desk.store.tenant(visitor.tenant) as connection:
        found = corrections.queue(connection, state, int(after), AT_ONCE + 1)
        counted = corrections.counts(connection)
        places = {one.id: one.vendor for one in installations.of_tenant(connection)}
    return show(
        "corrections.html",
        422 if wrong else 200,
        wrong=wrong,
        state=state,
        states=NAMES,
        totals={name: sum(getattr(one, name) for one in counted) for name in STATES},
        counts=counted,
        queue=found[:AT_ONCE],
        more=found[AT_ONCE - 1].id if len(found) > AT_ONCE else None,
        fields=catalogue(),
        reasons=REASONS,
        reads_words=visitor.role in READS_WORDS,
        vendors=places,
        declared=declarations(),
    )


PAGE = Page(
    "corrections",
    "Corrections",
    roles=("lead", "admin"),
    routes=(Route("", queue), Route("<number>", decide, post=True)),
)
