"""What has to be in place before a tenant goes live: each point confirmed by somebody, with who or where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

LONGEST_NOTE = 300


@dataclass(frozen=True, slots=True)
class Item:
    """One point. ``asks``: what the note has to say; ``has_texts``: there are notices of ours for it (PRIV-8)."""

    name: str
    title: str
    why: str
    asks: str
    has_texts: bool = False


ITEMS: Mapping[str, Item] = {
    item.name: item
    for item in (
        Item(
            "notices",
            "Customers' notices are published",
            "Customers are told what is analysed, why, and how to say no, before the first score is shown.",
            "Where the notice stands",
            has_texts=True,
        ),
        Item(
            "worker_notice",
            "The worker notice is given",
            "Agents know that the wording of replies is read, for what, and that their feelings are never inferred.",
            "When and how agents were told",
            has_texts=True,
        ),
        Item(
            "overseer",
            "An overseer is named",
            "One person watches the scores, hears disagreements and may stop Attune.",
            "Name or role of the person",
        ),
        Item(
            "retention",
            "Retention is confirmed",
            "Words are kept for 30 days, case scores for 13 months, account scores for 36 months, unless you set less.",
            "Who confirmed the periods",
        ),
        Item(
            "access",
            "The access matrix is applied",
            "The tool's roles and permission sets show each field only to those for whom it is meant.",
            "Who set the roles in the tool",
        ),
    )
}
