"""Reads the facts behind a card in one round trip, and notes in the audit trail that somebody did."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from core.cards.build import build, person_keys
from core.cards.model import COURSE, Card, Facts, Point, Said, Seen, Task
from core.errors import RejectedError
from core.installation.modules import Stage
from core.model import Level
from core.recovery.templates import TEMPLATES
from core.roles import Reader, sees
from core.store import audit, feedback, judgements, links
from core.store.bearer import SIGN_IN
from core.store.engine import Store
from core.store.group_commit import GroupCommit
from core.store.seal import Seal
from core.store.tables import CaseRow

COURSE_POINTS = 12


@dataclass(frozen=True, slots=True)
class Place:
    """Which entity of ours a vendor's record is. ``case``: its row, for a case."""

    level: Level
    id: str
    subject: str
    case: Any = None
    person: int | None = None


@dataclass(frozen=True, slots=True)
class _Reading:
    """One reading of person-level values, for the trail."""

    tenant: str
    at: datetime
    entry: audit.Entry


class Cards:
    """Reads cards. Readings that are noted at the same moment share a commit; none is answered before it is noted."""

    def __init__(self, store: Store, seal: Seal) -> None:
        self._store, self._seal = store, seal
        self._trail: GroupCommit[_Reading, None] = GroupCommit(self._note)

    def read(self, reader: Reader, level: Level, id_: str, now: datetime) -> Card:
        """Return what a reader may see of a record; raise ``RejectedError`` SIGN_IN when the installation is gone."""
        found = self._facts(reader, level, id_)
        if found["installation"] is None:
            raise RejectedError(SIGN_IN)
        card = build(_read(found, level, id_, now), reader)
        keys = sorted({one.key for one in card.values} & set(person_keys()))
        if keys or card.consent:
            who = f"person:{found['person']}" if found["person"] else found["subject"]
            detail = {"level": str(level), "keys": keys, "role": reader.role, "vendor": reader.vendor}
            entry = audit.Entry(
                feedback.actor(self._seal, reader), "read", self._seal.digest(reader.tenant, who), detail
            )
            self._trail.submit(_Reading(reader.tenant, now, entry))
        return card

    def _facts(self, reader: Reader, level: Level, id_: str) -> Mapping[str, Any]:
        course = COURSE.get(level, "")
        asked = {
            "tenant": reader.tenant,
            "installation": reader.installation,
            "level": str(level),
            "id": id_,
            "actor": feedback.actor(self._seal, reader),
            "points": COURSE_POINTS,
            "course": course if course and sees(reader.role, course) else "",
        }
        found: Mapping[str, Any] = self._store.call("attune_facts", **asked)
        return found

    def _note(self, readings: Sequence[_Reading]) -> Sequence[None]:
        for tenant in sorted({one.tenant for one in readings}):
            mine = [one for one in readings if one.tenant == tenant]
            with self._store.tenant(tenant) as connection:
                audit.append(connection, tenant, max(one.at for one in mine), [one.entry for one in mine])
        return [None] * len(readings)


def find(connection: Connection, installation: str, level: Level, id_: str) -> Place | None:
    """Return the entity behind a vendor's record; ``None`` when nothing of it has come in yet."""
    if level is not Level.CASE:
        link = links.known(connection, installation, level, [id_]).get(id_)
        person = link.entity if link and level is Level.PERSON else None
        return Place(level, id_, f"{level}:{link.entity}", person=person) if link else None
    row = connection.execute(
        select(CaseRow.__table__).where(CaseRow.installation_id == installation, CaseRow.external_id == id_)
    ).first()
    return Place(level, id_, f"case:{row.id}", row, row.person_id) if row else None


def _read(found: Mapping[str, Any], level: Level, id_: str, now: datetime) -> Facts:
    paused_until = _time(found["installation"]["paused_until"])
    seen = {row["key"]: _seen(row) for row in found["seen"] or ()}
    return Facts(
        level=level,
        id=id_,
        now=now,
        mode=_mode(found),
        zone=found["tenant"]["zone"],
        seen=seen,
        said=tuple(Said(one["position"], one["text"], _at(one["at"])) for one in found["said"] or ()),
        course=tuple(
            Point(_at(one["at"]), float(one["value"])) for one in found["course"] or () if one["value"] is not None
        ),
        tasks=tuple(_task(one, now) for one in found["tasks"] or ()),
        assignee_id=found["assignee_id"],
        disputed=found["disputed"],
        dismissed_at=_time(found["dismissed_at"]),
        waiting_since=_time(found["waiting_since"]),
        away=paused_until is not None and paused_until > now,
    )


def _mode(found: Mapping[str, Any]) -> str:
    """Return the organisation's mode; a tool that only observes shows nothing while the others are live."""
    mode, place = str(found["tenant"]["mode"]), found["installation"] or {}
    return "observe" if mode == "live" and place.get("stage") == Stage.OBSERVING else mode


def _seen(row: Mapping[str, Any]) -> Seen:
    value = (row["value"] or {}).get("value")
    return Seen(
        row["key"],
        value,
        row["confidence"],
        judgements.reasons(row["reasons"]),
        row["refused"],
        row["rule_version"],
        _at(row["at"]),
    )


def _task(one: Mapping[str, Any], now: datetime) -> Task:
    name, due_at = one["template"], _at(one["due_at"])
    title = TEMPLATES[name].subject.partition(": {")[0] if name in TEMPLATES else name
    return Task(name, title, due_at, due_at < now)


def _time(value: str | None) -> datetime | None:
    return _at(value) if value else None


def _at(value: str) -> datetime:
    return datetime.fromisoformat(value)
