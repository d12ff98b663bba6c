"""LANG-4's queue: disagreements with scores, decided by a person with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, select, update

from core.compliance.redact import redact
from core.model import Level
from core.store import audit
from core.store.configuration import Author
from core.store.feedback import DISAGREE, OPEN
from core.store.tables import CaseRow, FeedbackRow, LinkRow

ACCEPTED, DISMISSED = "accepted", "dismissed"
STATES = (OPEN, ACCEPTED, DISMISSED)
MAX_WHY = 300


@dataclass(frozen=True, slots=True)
class Correction:
    """One disagreement. ``records``: (installation, id at its tool) of what it is about, as far as known."""

    id: int
    key: str
    value: Any
    rule_version: str
    reason: str
    words: str
    at: datetime
    state: str
    decision: str
    decided_at: datetime | None
    level: Level
    records: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Count:
    """How many disagreements with one value for one reason, by state."""

    key: str
    reason: str
    open: int
    accepted: int
    dismissed: int


def queue(connection: Connection, state: str, after: int, limit: int) -> list[Correction]:
    """Return disagreements of a state, oldest first while open, else newest first; ``after``: the last id shown."""
    wanted = select(FeedbackRow.__table__).where(FeedbackRow.kind == DISAGREE, FeedbackRow.state == state)
    if state == OPEN:
        wanted = wanted.where(FeedbackRow.id > after).order_by(FeedbackRow.id)
    else:
        wanted = wanted.where(FeedbackRow.id < after if after else FeedbackRow.id > 0).order_by(FeedbackRow.id.desc())
    rows = connection.execute(wanted.limit(limit)).all()
    return [_correction(connection, row) for row in rows]


def counts(connection: Connection) -> list[Count]:
    """Return how many of what, the most open ones first."""
    by_state = [func.count().filter(FeedbackRow.state == state).label(state) for state in STATES]
    rows = connection.execute(
        select(FeedbackRow.key, FeedbackRow.reason, *by_state)
        .where(FeedbackRow.kind == DISAGREE)
        .group_by(FeedbackRow.key, FeedbackRow.reason)
        .order_by(by_state[0].desc(), FeedbackRow.key, FeedbackRow.reason)
    )
    return [Count(row.key, row.reason, row.open, row.accepted, row.dismissed) for row in rows]


def decide(
    connection: Connection, tenant: str, correction: int, state: str, why: str, author: Author, now: datetime
) -> bool:
    """Accept or dismiss an open disagreement; say whether it was still open. The score is under dispute no longer."""
    values = {
        "state": state,
        "decision": redact(why[:MAX_WHY], "US").text,
        "decided_by": author.pseudonym,
        "decided_at": now,
    }
    mine: ColumnElement[bool] = and_(
        FeedbackRow.id == correction, FeedbackRow.kind == DISAGREE, FeedbackRow.state == OPEN
    )
    done = connection.execute(update(FeedbackRow).where(mine).values(values).returning(FeedbackRow.key)).scalar()
    if done is not None:
        entry = audit.Entry(author.pseudonym, "correction_decided", "tenant", {"key": done, "state": state})
        audit.append(connection, tenant, now, [entry])
    return done is not None


def _correction(connection: Connection, row: Any) -> Correction:
    level, _, id_ = row.subject.partition(":")
    return Correction(
        row.id,
        row.key,
        row.value,
        row.rule_version,
        row.reason,
        row.words,
        row.at,
        row.state,
        row.decision,
        row.decided_at,
        Level(level),
        tuple(_records(connection, Level(level), int(id_))),
    )


def _records(connection: Connection, level: Level, entity: int) -> Sequence[tuple[str, str]]:
    if level is Level.CASE:
        found = select(CaseRow.installation_id, CaseRow.external_id).where(CaseRow.id == entity)
    else:
        mine = (LinkRow.level == level, LinkRow.entity_id == entity)
        found = select(LinkRow.installation_id, LinkRow.external_id).where(*mine).order_by(LinkRow.vendor)
    return [(row.installation_id, row.external_id) for row in connection.execute(found)]
