"""Looks for one customer's records in the tenant's other tools, so that one judgement reaches all of them."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from core.errors import ConfigurationError, ContendedError, RetryLaterError
from core.jobs import pausing, resolving
from core.jobs.inbox import rejudge_all
from core.jobs.judging import rescore
from core.jobs.runtime import Runtime
from core.model import Account, Level, Person
from core.store import cases, installations, links, seeking
from core.store.installations import Installation

AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Search:
    """One search in one tool: whom we looked for, and what came back."""

    place: Installation
    level: Level
    wanted: tuple[int, ...]
    found: tuple[Person | Account, ...]


def seek(runtime: Runtime, tenant: str) -> int:
    """Look in every installation for people and accounts that have no record there yet; return how many were found."""
    total = 0
    while True:
        now = runtime.clock.now()
        with runtime.store.tenant(tenant) as connection:
            places = [one for one in installations.of_tenant(connection) if not one.is_paused(now)]
        searches = [
            search
            for place in places
            for level in (Level.ACCOUNT, Level.PERSON)
            if (search := _search(runtime, place, level, now)) is not None
        ]
        if not searches:
            return total
        with suppress(ContendedError):
            total += _take_over(runtime, tenant, searches, now)


def _search(runtime: Runtime, place: Installation, level: Level, now: datetime) -> Search | None:
    with runtime.store.tenant(place.tenant) as connection:
        wanted = seeking.wanted(connection, runtime.seal, place.id, level, now, limit=AT_ONCE)
    if not wanted:
        return None
    try:
        hits = runtime.plugin(place).find(level, wanted)
    except (RetryLaterError, ConfigurationError) as error:
        pausing.pause(runtime, place, error)
        return None
    return Search(place, level, tuple(int(one.key) for one in wanted), tuple(hit.record for hit in hits))


def _take_over(runtime: Runtime, tenant: str, searches: Sequence[Search], now: datetime) -> int:
    """Note what all tools know and judge again, in one transaction: nothing is half linked after a crash, and an
    account's one recovery task goes to its home instead of to whichever tool answered first."""
    accounts: set[int] = set()
    people: dict[int, bool] = {}
    with runtime.store.tenant(tenant) as connection:
        links.lock_keys(connection, runtime.seal, tenant, [record for one in searches for record in one.found])
        for one in searches:
            for resolved, changed in resolving.records(runtime, connection, one.place, one.found, now).values():
                if one.level is Level.ACCOUNT:
                    accounts.add(resolved.entity)
                else:
                    people[resolved.entity] = people.get(resolved.entity, False) or changed
            seeking.note(connection, tenant, one.place.id, one.level, one.wanted, now)
        outboxes = _judge_again(runtime, connection, searches[0].place, accounts, people, now)
    for installation in sorted(outboxes):
        runtime.wake_outbox(installation, runtime.settings.coalesce_seconds)
    return len(accounts) + len(people)


def _judge_again(
    runtime: Runtime,
    connection: Connection,
    place: Installation,
    accounts: set[int],
    people: dict[int, bool],
    now: datetime,
) -> set[str]:
    outboxes = set(rescore(runtime, connection, place, sorted(accounts), now)) if accounts else set()
    unchanged = [person for person, changed in people.items() if not changed]
    found = cases.newest(connection, unchanged)
    for person in sorted(set(people).difference(unchanged)):
        found += cases.latest(connection, person=person)
    return outboxes | rejudge_all(runtime, connection, found, now)
