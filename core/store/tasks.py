"""Recovery tasks: at most one open per (subject, template), whatever happens twice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, select, text, tuple_, update

from core.model import IntentKind
from core.store import bulk
from core.store.tables import TaskRow
from core.writing import Wish

_SENT = text(
    """UPDATE task SET vendor_id = told.id FROM unnest(CAST(:names AS text[]), CAST(:ids AS text[])) AS told(name, id)
    WHERE task.external_id = told.name"""
)


def admit(connection: Connection, tenant: str, wishes: Sequence[Wish], now: datetime) -> list[Wish]:
    """Return the wishes without those for a task that is open already; note the others as open."""
    orders = [wish for wish in wishes if wish.kind is IntentKind.TASK]
    episodes = _episodes(connection, orders)
    kept = [wish for wish in wishes if wish.kind is not IntentKind.TASK]
    opened = []
    for wish in orders:
        pair = (wish.intent.subject, wish.name)
        closed, is_open = episodes.get(pair, (0, False))
        if is_open:
            continue
        episodes[pair] = (closed, True)
        named = _named(wish, closed)
        opened.append(_row(tenant, named, now))
        kept.append(named)
    if opened:
        statement = bulk.insertion(TaskRow.__table__, list(opened[0])).on_conflict_do_nothing()
        connection.execute(statement, bulk.parameters(opened))
    return kept


def sent(connection: Connection, vendor_ids: Mapping[str, str]) -> None:
    """Note the vendor's own ids of tasks that were created, by our names of them."""
    if vendor_ids:
        connection.execute(_SENT, {"names": list(vendor_ids), "ids": list(vendor_ids.values())})


def forget(connection: Connection, external_ids: Iterable[str]) -> None:
    """Drop tasks that may not be created after all, so that they do not stand in the way of a later one."""
    unsent = (TaskRow.external_id.in_(list(external_ids)), TaskRow.vendor_id == "")
    connection.execute(delete(TaskRow).where(*unsent))


def close(connection: Connection, installation: str, vendor_ids: Iterable[str]) -> None:
    """Note that people finished these tasks; the next cause opens new ones."""
    connection.execute(
        update(TaskRow)
        .where(TaskRow.installation_id == installation, TaskRow.vendor_id.in_(list(vendor_ids)))
        .values(state="closed")
    )


def ours(connection: Connection, installation: str, ids: Iterable[str]) -> set[str]:
    """Return which of these vendor records are tasks of ours, and so no customer's case."""
    wanted = sorted({id_ for id_ in ids if id_})
    rows = connection.execute(
        select(TaskRow.vendor_id).where(TaskRow.installation_id == installation, TaskRow.vendor_id.in_(wanted))
    )
    return set(rows.scalars())


def is_due(connection: Connection, subject: str) -> bool:
    """Say whether something with a due time is open on a subject."""
    found = select(TaskRow.external_id).where(TaskRow.subject == subject, TaskRow.state == "open").limit(1)
    return connection.execute(found).first() is not None


def _episodes(connection: Connection, orders: Sequence[Wish]) -> dict[tuple[str, str], tuple[int, bool]]:
    """Return, per (subject, template), how many tasks were closed before and whether one is open."""
    pairs = sorted({(wish.intent.subject, wish.name) for wish in orders})
    if not pairs:
        return {}
    rows = connection.execute(
        select(
            TaskRow.subject,
            TaskRow.template,
            func.count().filter(TaskRow.state == "closed").label("closed"),
            func.bool_or(TaskRow.state == "open").label("is_open"),
        )
        .where(tuple_(TaskRow.subject, TaskRow.template).in_(pairs))
        .group_by(TaskRow.subject, TaskRow.template)
    )
    return {(row.subject, row.template): (row.closed, row.is_open) for row in rows}


def _named(wish: Wish, closed: int) -> Wish:
    """Give a later episode a name of its own and an owner where the judgement knew none."""
    value: dict[str, Any] = {**wish.value, "owner_id": wish.value["owner_id"] or wish.target.owner_id}
    if closed:
        value["external_id"] = f"{value['external_id']}-{closed + 1}"
    return replace(wish, value=value)


def _row(tenant: str, wish: Wish, now: datetime) -> dict[str, Any]:
    return {
        "external_id": wish.value["external_id"],
        "tenant_id": tenant,
        "installation_id": wish.target.installation,
        "subject": wish.intent.subject,
        "template": wish.name,
        "record": str(wish.target.record),
        "owner_id": wish.value["owner_id"],
        "due_at": wish.value["due_at"],
        "opened_at": now,
    }
