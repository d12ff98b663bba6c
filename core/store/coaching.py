"""REPLY-2: what became of hints, counted for the team and never for a person (L3)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, select
from sqlalchemy.dialects.postgresql import insert

from core.store.tables import CaseRow, CoachCountRow

ACCEPTED, IGNORED, UNCHECKED = "accepted", "ignored", "unchecked"
ANY = ""
KEEP, PERIOD = timedelta(days=400), timedelta(days=30)
# Fewer replies or fewer people than these, and a count would speak of somebody (L3).
MIN_REPLIES, MIN_PEOPLE = 20, 5


@dataclass(frozen=True, slots=True)
class Uptake:
    """How often one kind of hint was taken up in the last 30 days."""

    code: str
    accepted: int
    ignored: int


def note(connection: Connection, tenant: str, outcomes: Iterable[tuple[str, str]], now: datetime) -> None:
    """Add one to each (code, outcome) of today."""
    rows = [
        {"tenant_id": tenant, "day": now.date(), "code": code, "outcome": outcome, "n": 1}
        for code, outcome in sorted(set(outcomes))
    ]
    if rows:
        statement = insert(CoachCountRow)
        key = ["tenant_id", "day", "code", "outcome"]
        more = {"n": CoachCountRow.n + 1}
        connection.execute(statement.on_conflict_do_update(index_elements=key, set_=more), rows)


def uptake(connection: Connection, now: datetime) -> tuple[Uptake, ...]:
    """Return the kinds of hints that the team saw often enough; nothing for a team in which people could be told."""
    people = select(func.count(CaseRow.assignee_id.distinct())).where(CaseRow.last_turn_at > now - PERIOD)
    if connection.execute(people).scalar_one() < MIN_PEOPLE:
        return ()
    seen = (
        select(
            CoachCountRow.code,
            func.coalesce(func.sum(CoachCountRow.n).filter(CoachCountRow.outcome == ACCEPTED), 0).label("accepted"),
            func.coalesce(func.sum(CoachCountRow.n).filter(CoachCountRow.outcome == IGNORED), 0).label("ignored"),
        )
        .where(CoachCountRow.day > (now - PERIOD).date(), CoachCountRow.code != ANY)
        .group_by(CoachCountRow.code)
        .having(func.sum(CoachCountRow.n) >= MIN_REPLIES)
        .order_by(CoachCountRow.code)
    )
    return tuple(Uptake(row.code, int(row.accepted), int(row.ignored)) for row in connection.execute(seen))


def drop_old(connection: Connection, now: datetime) -> int:
    """Remove counts that had their time; return how many."""
    return connection.execute(delete(CoachCountRow).where(CoachCountRow.day <= (now - KEEP).date())).rowcount
