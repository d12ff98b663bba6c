"""Whom to look for in another tool: people and accounts with shared keys and no record there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, Subquery, func, select
from sqlalchemy.dialects.postgresql import insert

from core.model import Level
from core.ports import LinkKeys
from core.store.seal import Seal
from core.store.tables import IdentityKeyRow, LinkRow, SoughtRow

AGAIN = timedelta(hours=24)


def wanted(
    connection: Connection, seal: Seal, installation: str, level: Level, now: datetime, limit: int
) -> list[LinkKeys]:
    """Return up to ``limit`` entities that were not looked for within a day, with their keys opened."""
    left = _left(installation, level, now)
    ids = connection.execute(select(left.c.entity_id).order_by(left.c.entity_id).limit(limit)).scalars().all()
    if not ids:
        return []
    rows = connection.execute(
        select(IdentityKeyRow.entity_id, IdentityKeyRow.kind, IdentityKeyRow.sealed)
        .where(IdentityKeyRow.level == level, IdentityKeyRow.entity_id.in_(ids))
        .order_by(IdentityKeyRow.entity_id)
    )
    found: dict[int, dict[str, list[str]]] = {}
    for row in rows:
        found.setdefault(row.entity_id, {}).setdefault(row.kind, []).append(seal.open(row.sealed))
    return [_keys(entity, kinds) for entity, kinds in found.items()]


def waiting(connection: Connection, places: Iterable[str], now: datetime) -> int:
    """Return how many entities are still to be looked for in these installations, paused ones too."""
    left = [_left(place, level, now) for place in places for level in (Level.ACCOUNT, Level.PERSON)]
    return sum(int(connection.execute(select(func.count()).select_from(one)).scalar_one()) for one in left)


def _left(installation: str, level: Level, now: datetime) -> Subquery:
    # Whole sets taken from each other: row by row the planner, which knows nothing of the policies, may go quadratic.
    everybody = select(IdentityKeyRow.entity_id).where(IdentityKeyRow.level == level)
    linked = select(LinkRow.entity_id).where(LinkRow.installation_id == installation, LinkRow.level == level)
    sought = select(SoughtRow.entity_id).where(
        SoughtRow.installation_id == installation, SoughtRow.level == level, SoughtRow.at > now - AGAIN
    )
    return everybody.except_(linked, sought).subquery()


def note(
    connection: Connection, tenant: str, installation: str, level: Level, entities: Sequence[int], now: datetime
) -> None:
    """Remember that these were looked for."""
    statement = insert(SoughtRow)
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["installation_id", "level", "entity_id"], set_={"at": statement.excluded.at}
        ),
        [
            {"tenant_id": tenant, "installation_id": installation, "level": level, "entity_id": entity, "at": now}
            for entity in entities
        ],
    )


def _keys(entity: int, kinds: dict[str, list[str]]) -> LinkKeys:
    def first(kind: str) -> str | None:
        return next(iter(kinds.get(kind, ())), None)

    return LinkKeys(str(entity), first("crm"), first("external"), first("email"), tuple(kinds.get("domain", ())))
