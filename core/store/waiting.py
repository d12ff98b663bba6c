"""How much work is left for a tenant: what replay waits for, and what an admin sees as lag."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select, text

from core.store import due, installations, seeking
from core.store.engine import Store
from core.store.tables import InboxRow, OutboxRow

# Jobs that lead to more work; those of the clock are always there.
_JOBS = text(
    """SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing')
    AND task_name IN ('attune.inbox', 'attune.outbox', 'attune.accounts', 'attune.erase')"""
)


def left(store: Store, tenant: str, now: datetime) -> int:
    """Return the number of events, writes, accounts, searches and jobs that are not done.

    Dead letters wait for a person; searches also wait for a tool that is away.
    """
    with store.tenant(tenant) as connection:
        inbox = connection.execute(select(func.count()).where(InboxRow.state == "pending")).scalar_one()
        outbox = connection.execute(select(func.count()).where(OutboxRow.state != "dead")).scalar_one()
        jobs = connection.execute(_JOBS).scalar_one()
        places = [one.id for one in installations.of_tenant(connection)]
        to_score = due.waiting(connection) + seeking.waiting(connection, places, now)
    return int(inbox + outbox + jobs) + to_score
