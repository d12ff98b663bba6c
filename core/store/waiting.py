"""How much work is left: what replay waits for, what an admin sees as lag, and what nobody was told to do."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, text

from core.store import due, installations, seeking
from core.store.engine import Store
from core.store.tables import InboxRow, OutboxRow

SETTLED = timedelta(seconds=2)

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


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits of one installation that may be written to: parts of its inbox, writes; its tenant's scores."""

    tenant: str
    installation: str
    shards: tuple[int, ...]
    writes: bool
    scores: bool


def backlog(store: Store, places: Iterable[tuple[str, str, str]], now: datetime) -> list[Backlog]:
    """Return what waits in each of the places (installation, tenant, vendor), of all tenants, in one round trip."""
    asked = [{"tenant": tenant, "installation": installation} for installation, tenant, _ in places]
    found = store.call(
        "attune_backlog", places=json.dumps(asked), settled=now - SETTLED, now=now, sought=now - seeking.AGAIN
    )
    return [Backlog(**{**one, "shards": tuple(one["shards"])}) for one in found]
