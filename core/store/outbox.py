"""The outbox: one row per part of a record that should change. A newer wish replaces the older one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, case, func, select, text, update

from core.model import IntentKind, Value
from core.store import bulk, judgements, standing
from core.store.standing import VALUES
from core.store.tables import OutboxRow
from core.writing import Wish, worth_writing

# One array instead of thousands of parameters, which the driver would have to write out one by one.
_DROP = text(
    """DELETE FROM outbox USING unnest(CAST(:ids AS bigint[]), CAST(:revisions AS bigint[])) AS d(id, revision)
    WHERE outbox.id = d.id AND outbox.revision = d.revision"""
)
_FORGET = text("DELETE FROM outbox WHERE id = ANY(CAST(:ids AS bigint[]))")
_MARK = text("UPDATE outbox SET state = :state WHERE id = ANY(CAST(:ids AS bigint[]))")
LONG_AGO = datetime.min.replace(tzinfo=UTC)
_KEPT = ("value", "purpose", "person_id", "reasons", "rule_version", "at")


@dataclass(frozen=True, slots=True)
class Batch:
    """Due rows of one installation, whole records at a time."""

    rows: tuple[Any, ...]

    def by_record(self) -> dict[str, list[Any]]:
        """Return the rows of each record."""
        grouped: dict[str, list[Any]] = {}
        for row in self.rows:
            grouped.setdefault(row.record, []).append(row)
        return grouped


def put(
    connection: Connection,
    tenant: str,
    wishes: Sequence[Wish],
    *,
    person_of: Mapping[str, int | None],
    now: datetime,
    coalesce_seconds: float,
) -> set[str]:
    """Add wishes that are worth a call; return the installations that have something to do."""
    pairs = {(wish.target.installation, str(wish.target.record)) for wish in wishes}
    queued = standing.waiting(connection, pairs)
    worthy = _worthy(wishes, standing.expected(connection, pairs, queued))
    rows = [
        _row(tenant, wish, person_of.get(wish.intent.subject), now, now + timedelta(seconds=coalesce_seconds))
        for wish in worthy
    ]
    _drop_reverted(connection, wishes, worthy, queued)
    if not rows:
        return set()
    statement = bulk.insertion(OutboxRow.__table__, list(rows[0]))
    merged = statement.on_conflict_do_update(
        index_elements=["tenant_id", "installation_id", "record", "kind", "name"],
        set_={name: statement.excluded[name] for name in _KEPT}
        | {
            "revision": OutboxRow.revision + 1,
            "state": case((OutboxRow.state == "sending", "sending"), else_="pending"),
            "tries": 0,
            "cause": "",
            "detail": "",
        },
        where=OutboxRow.at <= statement.excluded.at,
    )
    connection.execute(merged, bulk.parameters(_newest(rows)))
    return {row["installation_id"] for row in rows}


def _newest(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Keep one wish for each part of a record: the newest, of equals the last."""
    kept: dict[tuple[str, ...], dict[str, Any]] = {}
    for row in sorted(rows, key=lambda row: row["at"]):
        kept[row["installation_id"], row["record"], row["kind"], row["name"]] = row
    return list(kept.values())


def due(connection: Connection, installation: str, now: datetime, records: int) -> Batch:
    """Return the due rows of up to ``records`` records of each level, locked; a record with one due part comes whole.

    The vendors' batches hold one kind of record: counted together, a mixture would leave them half full.
    """
    level, oldest = func.split_part(OutboxRow.record, ":", 2), func.min(OutboxRow.id)
    ranked = (
        select(OutboxRow.record, func.row_number().over(partition_by=level, order_by=oldest).label("place"))
        .where(OutboxRow.installation_id == installation, OutboxRow.state != "dead", OutboxRow.due_at <= now)
        .group_by(OutboxRow.record)
        .subquery()
    )
    first = select(ranked.c.record).where(ranked.c.place <= records)
    rows = connection.execute(
        select(OutboxRow.__table__)
        .where(OutboxRow.installation_id == installation, OutboxRow.state != "dead", OutboxRow.record.in_(first))
        .order_by(OutboxRow.record, OutboxRow.id)
        .with_for_update(skip_locked=True)
    )
    return Batch(tuple(rows))


def next_due(connection: Connection, installation: str) -> datetime | None:
    """Return when the next row of an installation is due."""
    statement = select(func.min(OutboxRow.due_at)).where(
        OutboxRow.installation_id == installation, OutboxRow.state != "dead"
    )
    return connection.execute(statement).scalar()


def mark_sending(connection: Connection, ids: Sequence[int]) -> None:
    """Note that rows are on their way: a crash from here on is a resumption, not a first try."""
    if ids:
        connection.execute(_MARK, {"ids": list(ids), "state": "sending"})


def drop(connection: Connection, rows: Iterable[Any]) -> None:
    """Remove rows that are done, unless a newer wish came meanwhile; that one is pending again."""
    pairs = [(row.id, row.revision) for row in rows]
    if pairs:
        ids = [id_ for id_, _ in pairs]
        connection.execute(_DROP, {"ids": ids, "revisions": [revision for _, revision in pairs]})
        connection.execute(_MARK, {"ids": ids, "state": "pending"})


def fail(
    connection: Connection, rows: Iterable[Any], *, code: str, detail: str, now: datetime, max_tries: int, final: bool
) -> None:
    """Count a fault of these rows: tried again with growing waits, dead after ``max_tries``, at once if ``final``.

    A newer wish that came meanwhile is not at fault; it is pending again.
    """
    for row in rows:
        tries = row.tries + 1
        dead = final or tries >= max_tries
        values = {
            "state": "dead" if dead else "pending",
            "tries": tries,
            "cause": code,
            "detail": detail[:500],
            "due_at": now + timedelta(seconds=min(300, 2**tries)),
        }
        same = (OutboxRow.id == row.id, OutboxRow.revision == row.revision)
        if not connection.execute(update(OutboxRow).where(*same).values(values)).rowcount:
            connection.execute(update(OutboxRow).where(OutboxRow.id == row.id).values(state="pending"))


def _worthy(wishes: Sequence[Wish], held: Mapping[tuple[str, str], Mapping[str, Value]]) -> list[Wish]:
    kept: list[Wish] = []
    fields: dict[tuple[str, str], dict[str, Wish]] = {}
    for wish in wishes:
        pair = (wish.target.installation, str(wish.target.record))
        if wish.kind is IntentKind.SET_FIELD:
            fields.setdefault(pair, {})[wish.name] = wish
        elif _news(wish, held[pair]):
            kept.append(wish)
    return [*kept, *_fields(fields, {pair: _stands(held[pair]) for pair in fields})]


def _stands(held: Mapping[str, Value]) -> dict[str, Value]:
    return {name.removeprefix("field:"): value for name, value in held.items() if name.startswith("field:")}


def _fields(
    wished: Mapping[tuple[str, str], Mapping[str, Wish]], stands: Mapping[tuple[str, str], Mapping[str, Value]]
) -> Iterator[Wish]:
    """Yield what is worth writing. What is so in one tool goes to all: a subject shows the same values everywhere."""
    moved: set[tuple[str, str]] = set()
    seen: dict[tuple[str, str], Value] = {}
    for pair, of_record in wished.items():
        wanted = worth_writing({name: wish.value for name, wish in of_record.items()}, stands[pair])
        moved |= {(of_record[name].intent.subject, name) for name in wanted}
        for name, wish in of_record.items():
            value = stands[pair].get(name)
            if seen.setdefault((wish.intent.subject, name), value) != value:
                moved.add((wish.intent.subject, name))
    for pair, of_record in wished.items():
        for name, wish in of_record.items():
            if (wish.intent.subject, name) in moved and wish.value != stands[pair].get(name):
                yield wish


def _news(wish: Wish, held: Mapping[str, Value]) -> bool:
    """A remark is written once; a tag when it changes; a task always comes here once, when it is opened."""
    old = held.get(f"{wish.kind}:{wish.name}")
    if wish.kind is IntentKind.TAG:
        return bool(old) != bool(wish.value)
    return old is None or wish.kind is IntentKind.TASK


def _drop_reverted(
    connection: Connection, wishes: Sequence[Wish], worthy: Sequence[Wish], queued: Sequence[Any]
) -> None:
    """Forget older wishes, dead ones too, for values that are back at, or near enough to, what the record holds."""
    kept = {id(wish) for wish in worthy}
    back = {
        (wish.target.installation, str(wish.target.record), wish.kind, wish.name): wish.intent.at
        for wish in (wishes if queued else ())
        if wish.kind in VALUES and id(wish) not in kept
    }
    gone = [
        row.id
        for row in queued
        if row.state != "sending"
        and row.at <= back.get((row.installation_id, row.record, row.kind, row.name), LONG_AGO)
    ]
    if gone:
        connection.execute(_FORGET, {"ids": gone})


def _row(tenant: str, wish: Wish, person: int | None, now: datetime, due_at: datetime) -> dict[str, Any]:
    intent = wish.intent
    value = {**wish.value, "due_at": wish.value["due_at"].isoformat()} if wish.kind is IntentKind.TASK else wish.value
    return {
        "tenant_id": tenant,
        "installation_id": wish.target.installation,
        "record": str(wish.target.record),
        "kind": wish.kind,
        "name": wish.name,
        "value": value,
        "purpose": intent.purpose,
        "person_id": person,
        "reasons": [judgements.flat(reason) for reason in intent.reasons],
        "rule_version": intent.rule_version,
        "at": intent.at,
        "created_at": now,
        "due_at": due_at,
    }
