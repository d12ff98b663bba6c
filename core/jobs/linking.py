"""Looks for one customer's records in the tenant's other tools, so that one judgement reaches all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from core import assess as judgement
from core.errors import ConfigurationError, ContendedError, RetryLaterError
from core.jobs import pausing, resolving
from core.jobs.inbox import rejudge_all
from core.jobs.judging import Judged
from core.jobs.publishing import Subjects, publish
from core.jobs.runtime import Runtime
from core.model import Account, Level, Person
from core.store import cases, due, histories, installations, ledger, links, scores, seeking
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
    """Note what all tools know in one transaction: nothing is half linked after a crash."""
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
        due.touch(connection, tenant, accounts)
        outboxes = _tell(runtime, connection, searches[0].place, people, now)
    for installation in sorted(outboxes):
        runtime.wake_outbox(installation, 0)
    return len(accounts) + len(people)


def _tell(
    runtime: Runtime, connection: Connection, place: Installation, people: Mapping[int, bool], now: datetime
) -> frozenset[str]:
    """Write on the found records what stands on a person's others; judge again where a record forbids something."""
    judged = Judged()
    for person in sorted(person for person, changed in people.items() if changed):
        judged |= rejudge_all(runtime, connection, cases.latest(connection, person=person), now)
    allowed = ledger.permissions(connection, people)
    settings = installations.judgement_settings(connection, place.vendor)
    version = runtime.analyzer.version
    results = [judgement.assess_person(str(one), allowed[one], settings, version, now) for one in sorted(people)]
    seen = [observation for result in results for observation in result.observations]
    scores.save(connection, place.tenant, seen, histories.previous(connection, {one.subject for one in seen}))
    subjects = Subjects(people=frozenset(people))
    return judged.outboxes | publish(runtime, connection, place.tenant, results, subjects, now, coalesce_seconds=0)
