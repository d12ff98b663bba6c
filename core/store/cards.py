"""Reads the facts behind a card, and notes in the audit trail that somebody did."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, text

from core import cards
from core.cards import Card, Facts, Point, Said, Seen, Task
from core.model import Level
from core.recovery.templates import TEMPLATES
from core.roles import Reader, sees
from core.store import audit, feedback, judgements, links
from core.store.installations import Installation
from core.store.seal import Seal
from core.store.tables import (
    CaseRow,
    HistoryRow,
    InboxRow,
    ObservationRow,
    TaskRow,
    TenantRow,
)

COURSE_POINTS = 12
# Positions are those of the judgement: all turns of the case in time order.
_SAID = text(
    """SELECT n, words, at FROM (
      SELECT (row_number() OVER (ORDER BY at, id)) - 1 AS n, words, at FROM turn WHERE case_id = :case
    ) AS ordered WHERE n IN :positions"""
).bindparams(bindparam("positions", expanding=True))


@dataclass(frozen=True, slots=True)
class Place:
    """Which entity of ours a vendor's record is. ``also``: subjects whose values belong on its card."""

    level: Level
    id: str
    subject: str
    also: tuple[str, ...] = ()
    case: Any = None
    person: int | None = None


def find(connection: Connection, installation: str, level: Level, id_: str) -> Place | None:
    """Return the entity behind a vendor's record; ``None`` when nothing of it has come in yet."""
    if level is Level.CASE:
        return _case(connection, installation, id_)
    link = links.known(connection, installation, level, [id_]).get(id_)
    if link is None:
        return None
    if level is Level.ACCOUNT:
        return Place(level, id_, f"account:{link.entity}")
    account = connection.execute(
        select(CaseRow.account_id)
        .where(CaseRow.person_id == link.entity, CaseRow.account_id.is_not(None))
        .order_by(CaseRow.last_turn_at.desc().nulls_last())
        .limit(1)
    ).scalar()
    also = (f"account:{account}",) if account else ()
    return Place(level, id_, f"person:{link.entity}", also, person=link.entity)


def read(
    connection: Connection, seal: Seal, place: Place | None, reader: Reader, installation: Installation,
    wanted: tuple[Level, str], now: datetime,
) -> Card:
    """Return the card and note the reading of person-level values, all of them, in the trail."""
    level, id_ = wanted
    tenant = connection.execute(select(TenantRow.mode, TenantRow.time_zone)).one()
    if place is None:
        return cards.build(Facts(level, id_, now, mode=tenant.mode, away=installation.is_paused(now)), reader)
    facts = _facts(connection, seal, place, reader, installation, now, tenant)
    card = cards.build(facts, reader)
    keys = sorted({one.key for one in card.values} & set(cards.person_keys()))
    if keys or card.consent:
        who = f"person:{place.person}" if place.person else place.subject
        detail = {"level": str(level), "keys": keys, "role": reader.role, "vendor": reader.vendor}
        entry = audit.Entry(feedback.actor(seal, reader), "read", seal.digest(reader.tenant, who), detail)
        audit.append(connection, reader.tenant, now, [entry])
    return card


def _facts(
    connection: Connection, seal: Seal, place: Place, reader: Reader, installation: Installation, now: datetime,
    tenant: Any,
) -> Facts:
    seen = _seen(connection, (place.subject, *place.also))
    why = seen.get(cards.WHY.get(place.level, ""))
    told = feedback.told(connection, place.subject, feedback.actor(seal, reader))
    return Facts(
        level=place.level, id=place.id, now=now, mode=tenant.mode, zone=tenant.time_zone, seen=seen,
        said=_said(connection, place, why) if why else (), course=_course(connection, place, reader),
        tasks=_tasks(connection, place.subject, now), assignee_id=place.case.assignee_id if place.case else None,
        disputed=told.disputed, dismissed_at=told.dismissed_at,
        waiting_since=_waiting_since(connection, installation.id), away=installation.is_paused(now),
    )


def _case(connection: Connection, installation: str, id_: str) -> Place | None:
    row = connection.execute(
        select(CaseRow.__table__).where(CaseRow.installation_id == installation, CaseRow.external_id == id_)
    ).first()
    if row is None:
        return None
    also = [f"{level}:{entity}" for level, entity in (("person", row.person_id), ("account", row.account_id)) if entity]
    return Place(Level.CASE, id_, f"case:{row.id}", tuple(also), row, row.person_id)


def _seen(connection: Connection, subjects: Iterable[str]) -> Mapping[str, Seen]:
    rows = connection.execute(select(ObservationRow.__table__).where(ObservationRow.subject.in_(list(subjects))))
    return {
        row.key: Seen(row.key, (row.value or {}).get("value"), row.confidence, judgements.reasons(row.reasons),
                      row.refused, row.rule_version, row.at)
        for row in rows
    }


def _said(connection: Connection, place: Place, why: Seen) -> tuple[Said, ...]:
    positions = sorted({one.message for one in why.reasons if one.message is not None and one.evidence})
    if place.case is None or not positions:
        return ()
    rows = connection.execute(_SAID, {"case": place.case.id, "positions": positions})
    return tuple(Said(row.n, row.words, row.at) for row in rows)


def _course(connection: Connection, place: Place, reader: Reader) -> tuple[Point, ...]:
    key = cards.COURSE.get(place.level)
    if key is None or not sees(reader.role, key):
        return ()
    rows = connection.execute(
        select(HistoryRow.at, HistoryRow.value)
        .where(HistoryRow.subject == place.subject, HistoryRow.key == key)
        .order_by(HistoryRow.at.desc())
        .limit(COURSE_POINTS)
    )
    points = [Point(row.at, float(row.value["value"])) for row in rows if row.value and row.value["value"] is not None]
    return tuple(reversed(points))


def _tasks(connection: Connection, subject: str, now: datetime) -> tuple[Task, ...]:
    rows = connection.execute(
        select(TaskRow.template, TaskRow.due_at)
        .where(TaskRow.subject == subject, TaskRow.state == "open")
        .order_by(TaskRow.due_at)
    )
    return tuple(Task(row.template, _title(row.template), row.due_at, row.due_at < now) for row in rows)


def _title(template: str) -> str:
    return TEMPLATES[template].subject.partition(": {")[0] if template in TEMPLATES else template


def _waiting_since(connection: Connection, installation: str) -> datetime | None:
    """Return when the oldest event came that nobody has worked off; the partial index of the inbox answers this."""
    statement = select(func.min(InboxRow.received_at)).where(
        InboxRow.installation_id == installation, InboxRow.state == "pending"
    )
    return connection.execute(statement).scalar()
