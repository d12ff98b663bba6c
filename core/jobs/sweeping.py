"""What keeps the house in order: forgotten work is found, due data expires, the audit chain is anchored."""

from __future__ import annotations

from core.jobs.runtime import Runtime
from core.store import audit, due, expiry, waiting


def sweep(runtime: Runtime) -> int:
    """Wake whatever waits without a job: after a crash between commit and wake-up, or after a pause."""
    found = waiting.backlog(runtime.store, runtime.directory.all(), runtime.clock.now())
    for one in found:
        for shard in one.shards:
            runtime.wake_inbox(one.installation, shard)
        if one.writes:
            runtime.wake_outbox(one.installation, 0)
    for tenant in sorted({one.tenant for one in found if one.scores}):
        runtime.wake_accounts(tenant, 0)
    return sum(len(one.shards) + one.writes for one in found)


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
