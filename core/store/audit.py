"""PRIV-5: the audit trail, appended in the transaction that it speaks of: no row, no deed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, select, text
from sqlalchemy.dialects.postgresql import insert

from core.compliance.chain import GENESIS, first_break, link
from core.compliance.retention import SCHEDULE
from core.store import bulk
from core.store.tables import AuditRootRow, AuditRow

_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")
_PURGE = text("SELECT attune_purge_audit(:before)")
_PAGE = 5_000


@dataclass(frozen=True, slots=True)
class Entry:
    """One deed. ``subject`` is a keyed pseudonym; ``detail`` never holds message text."""

    actor: str
    action: str
    subject: str
    detail: Mapping[str, Any] = field(default_factory=dict)


def append(connection: Connection, tenant: str, at: datetime, entries: Sequence[Entry]) -> None:
    """Add entries to the tenant's chain. Call it last in a transaction: the chain is locked until it commits."""
    if not entries:
        return
    connection.execute(_LOCK, {"name": f"audit:{tenant}"})
    head = connection.execute(select(AuditRow.seq, AuditRow.hash).order_by(AuditRow.seq.desc()).limit(1)).first()
    seq, digest = (head.seq, head.hash) if head else (0, GENESIS)
    rows = []
    for entry in entries:
        seq += 1
        row = {
            "seq": seq,
            "at": at,
            "actor": entry.actor,
            "action": entry.action,
            "subject": entry.subject,
            "detail": dict(entry.detail),
        }
        digest = link(digest, _hashed(row))
        rows.append({**row, "tenant_id": tenant, "hash": digest})
    connection.execute(bulk.insertion(AuditRow.__table__, list(rows[0])), bulk.parameters(rows))


def verify(connection: Connection) -> tuple[int, int | None]:
    """Check the chain of the transaction's tenant; return how many rows were read and the first break, if any.

    A chain whose oldest rows had their time begins at the anchored root of the last of them.
    """
    first = connection.execute(select(func.min(AuditRow.seq))).scalar() or 1
    root = connection.execute(select(AuditRootRow.hash).where(AuditRootRow.seq == first - 1).limit(1)).scalar()
    if first > 1 and root is None:
        return 0, first
    seen, previous, expected = 0, root if first > 1 and root else GENESIS, first
    for page in _pages(connection):
        broken = first_break(page, previous, expected)
        if broken is not None:
            return seen + len(page), broken
        seen, previous, expected = seen + len(page), page[-1][2], page[-1][0] + 1
    return seen, None


def anchor(connection: Connection, tenant: str, day: date) -> None:
    """Note the chain's head as the root of ``day``."""
    head = connection.execute(select(AuditRow.seq, AuditRow.hash).order_by(AuditRow.seq.desc()).limit(1)).first()
    if head is not None:
        values = {"tenant_id": tenant, "day": day, "seq": head.seq, "hash": head.hash}
        connection.execute(insert(AuditRootRow).values(values).on_conflict_do_nothing())


def purge(connection: Connection, tenant: str, now: datetime) -> int:
    """Remove the rows that had their time, up to an anchored root, and say so in the trail; return how many."""
    before = (now - timedelta(days=SCHEDULE["audit"])).date()
    gone = int(connection.execute(_PURGE, {"before": before}).scalar_one())
    if gone:
        append(connection, tenant, now, [Entry("system", "audit_purged", "", {"rows": gone})])
    return gone


def unmatched_roots(connection: Connection) -> list[date]:
    """Return the days whose anchored root is no longer in the chain, as far back as the chain goes."""
    first = select(func.coalesce(func.min(AuditRow.seq), 0)).scalar_subquery()
    joined = select(AuditRootRow.day).outerjoin(
        AuditRow, (AuditRow.seq == AuditRootRow.seq) & (AuditRow.hash == AuditRootRow.hash)
    )
    return list(
        connection.execute(
            joined.where(AuditRow.seq.is_(None), AuditRootRow.seq >= first).order_by(AuditRootRow.day)
        ).scalars()
    )


def _hashed(row: Mapping[str, Any]) -> dict[str, Any]:
    return {**row, "at": row["at"].isoformat(timespec="microseconds")}


def _pages(connection: Connection) -> Iterator[list[tuple[int, dict[str, Any], str]]]:
    last = 0
    while True:
        rows = (
            connection.execute(
                select(AuditRow.__table__).where(AuditRow.seq > last).order_by(AuditRow.seq).limit(_PAGE)
            )
            .mappings()
            .all()
        )
        if not rows:
            return
        keys = ("seq", "at", "actor", "action", "subject", "detail")
        yield [(row["seq"], _hashed({key: row[key] for key in keys}), row["hash"]) for row in rows]
        last = rows[-1]["seq"]
