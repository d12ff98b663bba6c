"""After going live: what was scored while observing is written, without the remarks and tasks of days gone by."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from core.errors import ContendedError
from core.jobs.inbox import wake
from core.jobs.judging import Judged, rejudge
from core.jobs.runtime import Runtime
from core.store import cases, due
from core.store.installations import Installation

AT_ONCE = 100
SINCE = timedelta(days=30)


def catch_up(runtime: Runtime, installation: Installation, progress: Callable[[int, int], None]) -> int:
    """Judge the cases of the last 30 days again, and have every account scored; return how many cases.

    Safe to do twice: a value that stands is not written again.
    """
    with runtime.store.tenant(installation.tenant) as connection:
        ids = cases.since(connection, installation.id, runtime.clock.now() - SINCE)
        due.touch_all(connection, installation.tenant)
    runtime.wake_accounts(installation.tenant, runtime.settings.coalesce_seconds)
    for start in range(0, len(ids), AT_ONCE):
        wake(runtime, installation.tenant, _some(runtime, installation, ids[start : start + AT_ONCE]))
        progress(min(start + AT_ONCE, len(ids)), len(ids))
    return len(ids)


def _some(runtime: Runtime, installation: Installation, ids: list[int]) -> Judged:
    while True:
        try:
            with runtime.store.tenant(installation.tenant) as connection:
                return rejudge(runtime, connection, installation, ids, runtime.clock.now())
        except ContendedError:
            continue
