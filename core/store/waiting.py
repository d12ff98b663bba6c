"""How much work is left for a tenant: what replay waits for, and what an admin sees as lag."""

from __future__ import annotations

from sqlalchemy import func, select, text

from core.store.engine import Store
from core.store.tables import InboxRow, OutboxRow

# Jobs that lead to more work; those of the clock are always there.
_JOBS = text(
    """SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing')
    AND task_name IN ('attune.inbox', 'attune.outbox', 'attune.links', 'attune.erase')"""
)


def left(store: Store, tenant: str) -> int:
    """Return the number of events, writes and jobs that are not done; dead letters wait for a person."""
    with store.tenant(tenant) as connection:
        inbox = connection.execute(select(func.count()).where(InboxRow.state == "pending")).scalar_one()
        outbox = connection.execute(select(func.count()).where(OutboxRow.state != "dead")).scalar_one()
        jobs = connection.execute(_JOBS).scalar_one()
    return int(inbox + outbox + jobs)
