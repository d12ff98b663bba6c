"""What keeps the house in order: forgotten work is found, due data expires, the audit chain is anchored."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from core.jobs.runtime import Runtime
from core.store import audit, due, events, expiry, installations, seeking
from core.store.tables import OutboxRow

SETTLED = timedelta(seconds=2)


def sweep(runtime: Runtime) -> int:
    """Wake whatever waits without a job: after a crash between commit and wake-up, or after a pause."""
    now = runtime.clock.now()
    return sum(_sweep_one(runtime, tenant, installation, now) for installation, tenant, _ in runtime.directory.all())


def _sweep_one(runtime: Runtime, tenant: str, installation_id: str, now: datetime) -> int:
    with runtime.store.tenant(tenant) as connection:
        installation = installations.read(connection, installation_id)
        if installation is None or installation.is_paused(now):
            return 0
        parts = [pair for pair in events.backlog(connection, now - SETTLED) if pair[0] == installation_id]
        waits = select(OutboxRow.id).where(
            OutboxRow.installation_id == installation_id, OutboxRow.state != "dead", OutboxRow.due_at <= now
        )
        to_write = connection.execute(waits.limit(1)).first() is not None
        to_score = due.any_waiting(connection) or seeking.waiting(connection, [installation_id], now) > 0
    for _, shard in parts:
        runtime.wake_inbox(installation_id, shard)
    if to_write:
        runtime.wake_outbox(installation_id, 0)
    if to_score:
        runtime.wake_accounts(tenant, 0)
    return len(parts) + to_write


def age(runtime: Runtime) -> None:
    """Have every account scored anew: time alone changes what old words weigh."""
    for tenant in sorted({tenant for _, tenant, _ in runtime.directory.all()}):
        with runtime.store.tenant(tenant) as connection:
            due.touch_all(connection, tenant)
        runtime.wake_accounts(tenant, 0)


def expire(runtime: Runtime) -> dict[str, int]:
    """Remove what has had its time in every tenant; return how much, by kind."""
    total: dict[str, int] = {}
    for tenant in sorted({tenant for _, tenant, _ in runtime.directory.all()}):
        with runtime.store.tenant(tenant) as connection:
            now = runtime.clock.now()
            gone = {**expiry.purge(connection, tenant, now), "audit": audit.purge(connection, tenant, now)}
            for kind, n in gone.items():
                total[kind] = total.get(kind, 0) + n
    return total


def anchor(runtime: Runtime) -> None:
    """Anchor every tenant's audit chain for the day."""
    now = runtime.clock.now()
    for tenant in sorted({tenant for _, tenant, _ in runtime.directory.all()}):
        with runtime.store.tenant(tenant) as connection:
            audit.anchor(connection, tenant, now.date())
