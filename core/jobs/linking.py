"""Looks for one customer's records in the tenant's other tools, so that one judgement reaches all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from core.errors import ConfigurationError, RetryLaterError
from core.jobs import pausing, resolving
from core.jobs.inbox import rejudge_all
from core.jobs.judging import rescore
from core.jobs.runtime import Runtime
from core.model import Level
from core.ports import LinkKeys
from core.store import cases, installations, links, seeking
from core.store.installations import Installation


def seek(runtime: Runtime, tenant: str) -> int:
    """Look in every installation for people and accounts that have no record there yet; return how many were found."""
    now = runtime.clock.now()
    with runtime.store.tenant(tenant) as connection:
        places = [one for one in installations.of_tenant(connection) if not one.is_paused(now)]
    return sum(_seek_in(runtime, place, level, now) for place in places for level in (Level.ACCOUNT, Level.PERSON))


def _seek_in(runtime: Runtime, place: Installation, level: Level, now: datetime) -> int:
    found = 0
    while True:
        with runtime.store.tenant(place.tenant) as connection:
            wanted = seeking.wanted(connection, runtime.seal, place.id, level, now, limit=100)
        if not wanted:
            return found
        try:
            found += _take_over(runtime, place, level, wanted, now)
        except (RetryLaterError, ConfigurationError) as error:
            pausing.pause(runtime, place, error)
            return found


def _take_over(runtime: Runtime, place: Installation, level: Level, wanted: Sequence[LinkKeys], now: datetime) -> int:
    hits = runtime.plugin(place).find(level, wanted)
    outboxes: set[str] = set()
    with runtime.store.tenant(place.tenant) as connection:
        links.lock_keys(connection, runtime.seal, place.tenant, [hit.record for hit in hits])
        touched: Mapping[int, bool] = {
            resolved.entity: changed
            for resolved, changed in (resolving.record(runtime, connection, place, hit.record, now) for hit in hits)
        }
        seeking.note(connection, place.tenant, place.id, level, [int(one.key) for one in wanted], now)
        if level is Level.ACCOUNT:
            outboxes |= rescore(runtime, connection, place, sorted(touched), now)
        for entity in sorted(touched) if level is Level.PERSON else ():
            newest = cases.latest(connection, person=entity, limit=50 if touched[entity] else 1)
            outboxes |= rejudge_all(runtime, connection, newest, now)
    for installation in sorted(outboxes):
        runtime.wake_outbox(installation, runtime.settings.coalesce_seconds)
    return len(hits)
