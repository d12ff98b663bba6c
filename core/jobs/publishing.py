"""From intents to the outbox: to every record that an entity of ours stands for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from core.jobs.runtime import Runtime
from core.judgement import Assessment
from core.model import Level, RecordRef
from core.store import links, outbox, stages, tasks
from core.writing import Target, fan_out


@dataclass(frozen=True, slots=True)
class Subjects:
    """What assessments speak of: ``cases`` as stored rows, people and accounts by our own ids."""

    cases: Sequence[Any] = ()
    people: frozenset[int] = frozenset()
    accounts: frozenset[int] = frozenset()


def publish(
    runtime: Runtime,
    connection: Connection,
    tenant: str,
    results: Iterable[Assessment],
    subjects: Subjects,
    now: datetime,
    *,
    coalesce_seconds: float,
) -> frozenset[str]:
    """Put a batch's intents into the outbox; return the installations that have something to do."""
    intents = [intent for result in results for intent in result.intents]
    if not intents:
        return frozenset()
    targets = {f"case:{row.id}": [_case_target(row)] for row in subjects.cases}
    targets |= _targets(runtime, connection, Level.PERSON, subjects.people)
    targets |= _targets(runtime, connection, Level.ACCOUNT, subjects.accounts)
    places = stages.of_tenant(connection)
    # What an installation is not far enough for, or has no part or right for, is not even remembered as wished.
    allowed = [
        wish
        for wish in fan_out(intents, targets)
        if places[wish.target.installation].lets_through(wish.kind, wish.target.record.level)
    ]
    wishes = tasks.admit(connection, tenant, allowed, now)
    whose = {f"case:{row.id}": row.person_id for row in subjects.cases}
    return frozenset(
        outbox.put(connection, tenant, wishes, person_of=whose, now=now, coalesce_seconds=coalesce_seconds)
    )


def _case_target(row: Any) -> Target:
    return Target(row.installation_id, RecordRef(row.vendor, Level.CASE, row.external_id))


def _targets(
    runtime: Runtime, connection: Connection, level: Level, entities: Iterable[int]
) -> dict[str, list[Target]]:
    return {
        f"{level}:{entity}": [
            Target(link.installation, link.record, link.owner_id, runtime.vendors[link.record.vendor].home)
            for link in found
        ]
        for entity, found in links.of_entities(connection, level, entities).items()
    }
