"""From intents to the outbox: to every record that an entity of ours stands for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Connection

from core.jobs.runtime import Runtime
from core.judgement import Assessment
from core.model import Level, RecordRef
from core.store import links, outbox, tasks
from core.store.installations import Installation
from core.writing import Target, fan_out


class CaseWork(Protocol):
    """A case of the batch."""

    row: Any


def publish(
    runtime: Runtime,
    connection: Connection,
    installation: Installation,
    results: Sequence[Assessment],
    people: Mapping[str, int | None],
    works: Sequence[CaseWork],
    now: datetime,
    *,
    accounts: frozenset[int] = frozenset(),
) -> frozenset[str]:
    """Put a batch's intents into the outbox; return the installations that have something to do."""
    intents = [intent for result in results for intent in result.intents]
    if not intents:
        return frozenset()
    targets = {f"case:{w.row.id}": [_case_target(installation, w.row)] for w in works}
    targets |= _targets(runtime, connection, Level.PERSON, {w.row.person_id for w in works if w.row.person_id})
    companies = {w.row.account_id for w in works if w.row.account_id} | accounts
    targets |= _targets(runtime, connection, Level.ACCOUNT, companies)
    wishes = tasks.admit(connection, installation.tenant, fan_out(intents, targets), now)
    found = outbox.put(
        connection,
        installation.tenant,
        wishes,
        person_of=people,
        now=now,
        coalesce_seconds=runtime.settings.coalesce_seconds,
    )
    return frozenset(found)


def _case_target(installation: Installation, row: Any) -> Target:
    return Target(row.installation_id, RecordRef(row.vendor, Level.CASE, row.external_id))


def _targets(runtime: Runtime, connection: Connection, level: Level, entities: set[int]) -> dict[str, list[Target]]:
    return {
        f"{level}:{entity}": [
            Target(link.installation, link.record, link.owner_id, runtime.vendors[link.record.vendor].home)
            for link in found
        ]
        for entity, found in links.of_entities(connection, level, entities).items()
    }
