"""Reads what the overview shows: of one installation's open cases and tasks, and of its delivery."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, String, cast, exists, func, literal, select

from core.cards.model import WHY
from core.language.drafts import WORDS
from core.model import Level, RecordRef
from core.overview import SHOWN, AtRisk, Delivery, Facts, Hinted, Todo
from core.reasons import words
from core.recovery.templates import TEMPLATES
from core.roles import CARE
from core.store import coaching, delivery, judgements
from core.store.cases import DONE
from core.store.feedback import DISAGREE
from core.store.tables import CaseRow, FeedbackRow, ObservationRow, TaskRow, TenantRow

BANDS = ("critical", "high")
_FLAG = ObservationRow.value["value"].astext
_SUBJECT = literal("case:") + cast(CaseRow.id, String)


def read(connection: Connection, installation: str, now: datetime) -> tuple[Facts, tuple[int, ...]]:
    """Return the facts, and whose cases are among them."""
    listed = list(connection.execute(_cases(installation)))
    todo, count = _todo(connection, installation)
    facts = Facts(
        now=now,
        mode=connection.execute(select(TenantRow.mode)).scalar_one(),
        delivery=_delivery(connection, installation, now),
        counts=_counts(connection, installation),
        at_risk=tuple(_at_risk(row) for row in listed),
        todo=todo,
        todo_count=count,
        hinted=tuple(Hinted(WORDS[one.code], one.accepted, one.ignored) for one in coaching.uptake(connection, now)),
    )
    return facts, tuple(sorted({row.person_id for row in listed if row.person_id}))


def _open(installation: str) -> tuple[Any, ...]:
    is_done = func.coalesce(CaseRow.status, "").in_(sorted(DONE))
    return (CaseRow.installation_id == installation, ~is_done, ObservationRow.key == WHY[Level.CASE], _FLAG.in_(BANDS))


def _counts(connection: Connection, installation: str) -> tuple[tuple[str, int], ...]:
    statement = select(_FLAG.label("band"), func.count().label("n")).where(*_open(installation)).group_by(_FLAG)
    joined = statement.join_from(CaseRow, ObservationRow, ObservationRow.subject == _SUBJECT)
    return tuple((row.band, row.n) for row in connection.execute(joined))


def _cases(installation: str) -> Any:
    due = select(func.min(TaskRow.due_at)).where(TaskRow.subject == _SUBJECT, TaskRow.state == "open")
    said = (FeedbackRow.subject == _SUBJECT, FeedbackRow.kind == DISAGREE, FeedbackRow.state == "open")
    return (
        select(
            CaseRow.external_id,
            CaseRow.person_id,
            ObservationRow.reasons,
            ObservationRow.at,
            _FLAG.label("band"),
            due.scalar_subquery().label("due_at"),
            exists().where(*said).label("disputed"),
        )
        .join_from(CaseRow, ObservationRow, ObservationRow.subject == _SUBJECT)
        .where(*_open(installation))
        .order_by(_FLAG, due.scalar_subquery().nulls_last(), ObservationRow.at.desc())
        .limit(SHOWN)
    )


def _at_risk(row: Any) -> AtRisk:
    # A care signal is for those who open the case.
    said = [words(one.code) for one in judgements.reasons(row.reasons) if one.code not in CARE]
    why = said[0][:1].upper() + said[0][1:] if said else ""
    return AtRisk(row.external_id, row.band, why, row.at, row.due_at, row.disputed)


def _todo(connection: Connection, installation: str) -> tuple[tuple[Todo, ...], int]:
    mine = (TaskRow.installation_id == installation, TaskRow.state == "open")
    count = connection.execute(select(func.count()).select_from(TaskRow).where(*mine)).scalar_one()
    rows = connection.execute(select(TaskRow.__table__).where(*mine).order_by(TaskRow.due_at).limit(SHOWN))
    return tuple(_task(row) for row in rows), int(count)


def _task(row: Any) -> Todo:
    record = RecordRef.parse(row.record)
    title = TEMPLATES[row.template].subject.partition(": {")[0] if row.template in TEMPLATES else row.template
    return Todo(title, str(record.level), record.id, row.due_at)


def _delivery(connection: Connection, installation: str, now: datetime) -> Delivery:
    found = next((one for one in delivery.health(connection, now) if one.place.id == installation), None)
    if found is None:
        return Delivery(0, 0.0, 0, False)
    waiting = found.waiting_in + found.waiting_out
    return Delivery(waiting, found.lag_seconds, len(found.letters), found.place.is_paused(now))
