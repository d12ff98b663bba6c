"""Rules of scoring, in words: what makes a value, with the numbers that count for this organisation."""

from __future__ import annotations

from core.configuration import PARTS
from core.fields import catalogue
from core.health import score as health
from core.language import distress
from core.recovery.templates import TEMPLATES
from core.store import installations, results_made
from plugins.console.answers import show
from plugins.console.desk import Answer, Desk, Page, Route, Visitor

OWNERS = {
    "admin": "the admin",
    "on_call": "whoever is on call",
    "trained": "somebody trained for care",
    "assignee": "the assignee of the case",
    "account_owner": "the owner of the account",
}
# What distress is made of: the points at most, and when they are all given.
TERMS = (
    ("wording", distress.WORDING, "how negative the customer's messages read; full at the most negative"),
    (
        "intensity",
        distress.INTENSITY,
        f"strong wording, from 0 to {distress.TOP_INTENSITY}; full at {distress.TOP_INTENSITY}",
    ),
    ("contacts", distress.CONTACTS, f"messages in seven days; full at {distress.CONTACTS_FULL}"),
    ("hard signals", distress.HARD, "a threat to leave, a public post, a lawyer, a repeated complaint; all or nothing"),
)
BANDS = {
    "critical": "high",
    "high": "high",
    "watch": "watch",
    "none": "calm",
    "red": "high",
    "amber": "watch",
    "green": "calm",
}


def rules(desk: Desk, visitor: Visitor) -> Answer:
    """Show the page."""
    with desk.store.tenant(visitor.tenant) as connection:
        settings = installations.judgement_settings(connection, "")
        made = results_made.by_version(connection)
    return show(
        "rules.html",
        settings=settings,
        made=made,
        terms=TERMS,
        flags=distress.BANDS,
        lines=health.LINES,
        tones=BANDS,
        inputs=PARTS,
        cap=health.SOCIAL_CAP,
        templates=TEMPLATES.values(),
        owners=OWNERS,
        tags=catalogue()["attune_emotion"].choices,
    )


PAGE = Page("rules", "Rules of scoring", roles=("admin", "lead", "privacy"), routes=(Route("", rules),))
