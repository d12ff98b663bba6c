"""One customer across the vendors: resolves records to people and accounts of ours by shared keys."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, text, tuple_

from core.identity import Key, company_domain, keys_of
from core.model import Account, Level, Person, RecordRef
from core.store import bulk
from core.store.newcomers import Newcomers
from core.store.seal import Seal
from core.store.tables import Base, IdentityKeyRow, LinkRow

_LOCK_KEYS = text(
    """SELECT pg_advisory_xact_lock(hashtextextended(name, 0))
    FROM (SELECT name FROM unnest(CAST(:names AS text[])) AS name ORDER BY name) AS ordered"""
)


@dataclass(frozen=True, slots=True)
class Link:
    """A vendor's record and the entity of ours that it stands for."""

    installation: str
    record: RecordRef
    entity: int
    owner_id: str | None
    read_at: datetime


@dataclass(frozen=True, slots=True)
class Resolved:
    """The entity of a record; ``ambiguous`` when its keys name two different ones (the strongest was taken)."""

    entity: int
    how: str
    ambiguous: bool = False
    created: bool = False


def known(connection: Connection, installation: str, level: Level, ids: Iterable[str]) -> dict[str, Link]:
    """Return the links of a vendor's records, by the vendor's id."""
    wanted = sorted({id_ for id_ in ids if id_})
    if not wanted:
        return {}
    rows = connection.execute(
        select(LinkRow.__table__).where(
            LinkRow.installation_id == installation, LinkRow.level == level, LinkRow.external_id.in_(wanted)
        )
    )
    return {row.external_id: _link(row) for row in rows}


def of_entities(connection: Connection, level: Level, entities: Iterable[int]) -> dict[int, list[Link]]:
    """Return every vendor's records of people or accounts of ours."""
    wanted = sorted(set(entities))
    found: dict[int, list[Link]] = {entity: [] for entity in wanted}
    rows = connection.execute(
        select(LinkRow.__table__)
        .where(LinkRow.level == level, LinkRow.entity_id.in_(wanted))
        .order_by(LinkRow.vendor, LinkRow.external_id)
    )
    for row in rows:
        found[row.entity_id].append(_link(row))
    return found


def lock_keys(connection: Connection, seal: Seal, tenant: str, records: Sequence[Person | Account]) -> None:
    """Hold the keys of records until the transaction ends: two workers that meet the same newcomer make one of them.

    All keys of a batch are taken at once and in one order, so that batches cannot wait for each other in a ring.
    """
    digests = {digest for record in records for _, digest in _digests(seal, tenant, record)}
    names = sorted(digests | {f"{tenant}:{record.ref}" for record in records})
    if names:
        connection.execute(_LOCK_KEYS, {"names": names})


def resolve(
    connection: Connection,
    seal: Seal,
    *,
    tenant: str,
    installation: str,
    level: Level,
    records: Sequence[Person | Account],
    at: datetime,
) -> list[Resolved]:
    """Find or create the entities that records of one level stand for, in order; note the links and their keys.

    A record that shares a key with an earlier one of the batch stands for the same entity.
    """
    digests = [_digests(seal, tenant, record) for record in records]
    olds = known(connection, installation, level, (record.ref.id for record in records))
    taken = _taken(connection, level, [pair for keys in digests for pair in keys])
    found, fresh = [], []
    newcomers = Newcomers(connection, level, most=sum(one.ref.id not in olds for one in records))
    for record, keys in zip(records, digests, strict=True):
        hits = [(key.kind, taken[key.kind, digest]) for key, digest in keys if (key.kind, digest) in taken]
        one = _choose(olds.get(record.ref.id), hits)
        one = one or Resolved(newcomers.add(record), "new", created=True)
        for key, digest in keys:
            if (key.kind, digest) not in taken:
                taken[key.kind, digest] = one.entity
                fresh.append(_key_row(seal, tenant, level, one.entity, key, digest))
        found.append(one)
    newcomers.save(tenant, at)
    _note(connection, IdentityKeyRow, ("tenant_id", "level", "kind", "digest"), fresh, kept=())
    rows = [_link_row(tenant, installation, level, r, one, at) for r, one in zip(records, found, strict=True)]
    kept = ("tenant_id", "vendor", "entity_id", "how", "owner_id", "read_at")
    _note(connection, LinkRow, ("installation_id", "level", "external_id"), rows, kept=kept)
    return found


def account_of_person(connection: Connection, seal: Seal, tenant: str, email: str | None) -> int | None:
    """Return the account whose company domain is behind an e-mail address, if there is exactly one."""
    domain = company_domain(email)
    if domain is None:
        return None
    digest = seal.digest(tenant, "domain", domain)
    return connection.execute(
        select(IdentityKeyRow.entity_id).where(
            IdentityKeyRow.level == Level.ACCOUNT, IdentityKeyRow.kind == "domain", IdentityKeyRow.digest == digest
        )
    ).scalar()


def _link(row: Any) -> Link:
    ref = RecordRef(row.vendor, Level(row.level), row.external_id)
    return Link(row.installation_id, ref, row.entity_id, row.owner_id, row.read_at)


def _digests(seal: Seal, tenant: str, record: Person | Account) -> list[tuple[Key, str]]:
    return [(key, seal.digest(tenant, key.kind, key.value)) for key in keys_of(record)]


def _taken(connection: Connection, level: Level, digests: Sequence[tuple[Key, str]]) -> dict[tuple[str, str], int]:
    """Return the entity of every key, by (kind, digest), that is taken already."""
    if not digests:
        return {}
    rows = connection.execute(
        select(IdentityKeyRow.kind, IdentityKeyRow.digest, IdentityKeyRow.entity_id).where(
            IdentityKeyRow.level == level,
            tuple_(IdentityKeyRow.kind, IdentityKeyRow.digest).in_({(key.kind, digest) for key, digest in digests}),
        )
    )
    return {(row.kind, row.digest): row.entity_id for row in rows}


def _choose(old: Link | None, hits: list[tuple[str, int]]) -> Resolved | None:
    if old is not None:
        return Resolved(old.entity, "known", ambiguous=any(entity != old.entity for _, entity in hits))
    if not hits:
        return None
    kind, entity = hits[0]
    return Resolved(entity, kind, ambiguous=any(other != entity for _, other in hits))


def _key_row(seal: Seal, tenant: str, level: Level, entity: int, key: Key, digest: str) -> dict[str, Any]:
    return {
        "tenant_id": tenant,
        "level": level,
        "kind": key.kind,
        "digest": digest,
        "entity_id": entity,
        "sealed": seal.close(key.value),
    }


def _link_row(
    tenant: str, installation: str, level: Level, record: Person | Account, found: Resolved, at: datetime
) -> dict[str, Any]:
    return {
        "installation_id": installation,
        "level": level,
        "external_id": record.ref.id,
        "tenant_id": tenant,
        "vendor": record.ref.vendor,
        "entity_id": found.entity,
        "how": found.how,
        "owner_id": record.owner_id if isinstance(record, Account) else None,
        "read_at": at,
    }


def _note(
    connection: Connection, row: type[Base], keys: Sequence[str], rows: Sequence[dict[str, Any]], kept: Sequence[str]
) -> None:
    """Insert rows, the last of each key; what is there already takes over the ``kept`` columns."""
    last = {tuple(one[name] for name in keys): one for one in rows}
    if not last:
        return
    statement = bulk.insertion(row.__table__, list(rows[0]))
    merged = (
        statement.on_conflict_do_update(index_elements=keys, set_={name: statement.excluded[name] for name in kept})
        if kept
        else statement.on_conflict_do_nothing()
    )
    connection.execute(merged, bulk.parameters(list(last.values())))
