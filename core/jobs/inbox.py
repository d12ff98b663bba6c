"""The inbox drain: one part of one installation's inbox, batch by batch, until it is empty."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import structlog

from core.errors import AttuneError, ConfigurationError, ContendedError, RetryLaterError
from core.identity import level_of
from core.jobs import answers, erasing, pausing, resolving, signals
from core.jobs.judging import Judged, judge, rejudge
from core.jobs.runtime import Runtime
from core.model import Conversation, Event, Kind, Level, RecordRef
from core.store import cases, due, events, installations, tasks
from core.store.installations import Installation

log = structlog.get_logger()

OF_CASES = frozenset({Kind.CASE_CREATED, Kind.MESSAGE_ADDED, Kind.STATUS_CHANGED})


def drain(runtime: Runtime, installation_id: str, shard: int) -> int:
    """Process everything that waits; return how many events were done. Safe to run twice, at any time."""
    tenant = runtime.directory.find(installation_id).tenant
    done = 0
    while True:
        with runtime.store.tenant(tenant) as connection:
            installation = installations.read(connection, installation_id)
            if installation is None or installation.is_paused(runtime.clock.now()):
                return done
            rows = events.pending(connection, installation_id, shard, runtime.settings.batch)
        if not rows:
            return done
        try:
            done += _batch(runtime, installation, rows)
        except ContendedError:
            continue
        except (RetryLaterError, ConfigurationError) as error:
            pausing.pause(runtime, installation, error)
            return done


def _batch(runtime: Runtime, installation: Installation, rows: Sequence[Any]) -> int:
    """Process a batch; when it fails, case by case, so that one faulty event holds up nobody else."""
    try:
        _process(runtime, installation, rows)
    except (RetryLaterError, ConfigurationError):
        raise
    # The outer loop of the worker: whatever went wrong is counted on the event, kept, and shown to the admin.
    except Exception as error:  # noqa: BLE001
        groups = _groups(rows)
        if len(groups) > 1:
            return sum(_batch(runtime, installation, group) for group in groups)
        log.error("event_failed", installation=installation.id, cause=_cause(error), events=len(rows))
        with runtime.store.tenant(installation.tenant) as connection:
            ids = [row.id for row in rows]
            events.fail(connection, ids, cause=_cause(error), max_tries=runtime.settings.max_tries)
    return len(rows)


def _process(runtime: Runtime, installation: Installation, rows: Sequence[Any]) -> None:
    now = runtime.clock.now()
    happened = [events.event(row, runtime.seal) for row in rows]
    plugin = runtime.plugin(installation)
    of_cases = [event for event in happened if event.kind in OF_CASES]
    with runtime.store.tenant(installation.tenant) as connection:
        known = resolving.known(connection, installation, _case_ids(of_cases), now)
    conversations = plugin.load(of_cases, known) if of_cases else []
    changed = [event for event in happened if event.kind is Kind.RECORD_CHANGED]
    people = plugin.people(_ids(changed, Level.PERSON)) if _ids(changed, Level.PERSON) else []
    accounts = plugin.accounts(_ids(changed, Level.ACCOUNT)) if _ids(changed, Level.ACCOUNT) else []

    with runtime.store.tenant(installation.tenant) as connection:
        if events.claim(connection, rows) != {row.id for row in rows}:
            return  # another worker is at them
        judged = _judge(runtime, connection, installation, conversations, now)
        fed = signals.take(runtime, connection, installation, [e for e in happened if e.kind is Kind.SIGNAL_RECEIVED])
        judged |= Judged(accounts=due.touch(connection, installation.tenant, fed))
        given = [event for event in happened if event.kind is Kind.FEEDBACK_GIVEN]
        judged |= Judged(frozenset(answers.take(runtime, connection, installation, given)))
        for record in (*people, *accounts):
            judged |= _refresh(runtime, connection, installation, record, now)
        events.finish(connection, (row.id for row in rows if row.kind != Kind.PERSON_DELETED))
    wake(runtime, installation.tenant, judged)
    _erase(runtime, installation, [row for row in rows if row.kind == Kind.PERSON_DELETED])


def _erase(runtime: Runtime, installation: Installation, rows: Sequence[Any]) -> None:
    """Erase people; their events are done only then, so that a crash in between forgets nobody."""
    for row in rows:
        subject = RecordRef.parse(row.subject) if row.subject else None
        if subject is not None:
            erasing.erase_record(runtime, installation, subject, actor="vendor")
    if rows:
        with runtime.store.tenant(installation.tenant) as connection:
            events.finish(connection, (row.id for row in rows))


def _judge(
    runtime: Runtime,
    connection: Any,
    installation: Installation,
    conversations: Sequence[Conversation],
    now: Any,
) -> Judged:
    """Judge what is a customer's case; a work item of ours only tells whether it is done."""
    ours = tasks.ours(connection, installation.id, (one.case.ref.id for one in conversations))
    finished = [c.case.ref.id for c in conversations if c.case.ref.id in ours and c.case.status in cases.DONE]
    if finished:
        tasks.close(connection, installation.id, finished)
    of_customers = [one for one in conversations if one.case.ref.id not in ours]
    return judge(runtime, connection, installation, of_customers, now) if of_customers else Judged()


def _refresh(runtime: Runtime, connection: Any, installation: Installation, record: Any, now: Any) -> Judged:
    """Take over a changed record; judge again what rests on it."""
    resolved, permissions_changed = resolving.record(runtime, connection, installation, record, now)
    if level_of(record) is Level.ACCOUNT:
        return Judged(accounts=due.touch(connection, installation.tenant, [resolved.entity]))
    found = cases.latest(connection, person=resolved.entity) if permissions_changed else []
    return rejudge_all(runtime, connection, found, now)


def rejudge_person(runtime: Runtime, tenant: str, person: int) -> None:
    """Judge a person's newest cases again, after they chose what may be done."""
    now = runtime.clock.now()
    with runtime.store.tenant(tenant) as connection:
        judged = rejudge_all(runtime, connection, cases.latest(connection, person=person), now)
    wake(runtime, tenant, judged)


def rejudge_all(runtime: Runtime, connection: Any, found: Sequence[Any], now: Any) -> Judged:
    """Judge cases again, each under the installation that it belongs to."""
    judged = Judged()
    for installation_id in sorted({row.installation_id for row in found}):
        installation = installations.read(connection, installation_id)
        if installation is not None:
            ids = [row.id for row in found if row.installation_id == installation_id]
            judged |= rejudge(runtime, connection, installation, ids, now)
    return judged


def wake(runtime: Runtime, tenant: str, judged: Judged) -> None:
    """Ask for what follows from a judgement, once more of the same had its time to come."""
    for installation in sorted(judged.outboxes):
        runtime.wake_outbox(installation, runtime.settings.coalesce_seconds)
    if judged.accounts:
        runtime.wake_accounts(tenant, runtime.settings.coalesce_seconds)


def _case_ids(happened: Sequence[Event]) -> list[str]:
    return [event.subject.id for event in happened if event.subject and event.subject.level is Level.CASE]


def _ids(happened: Sequence[Event], level: Level) -> list[str]:
    return sorted({event.subject.id for event in happened if event.subject and event.subject.level is level})


def _groups(rows: Sequence[Any]) -> list[list[Any]]:
    grouped: dict[str, list[Any]] = {}
    for row in rows:
        grouped.setdefault(row.subject or str(row.id), []).append(row)
    return list(grouped.values())


def _cause(error: Exception) -> str:
    """Name an error without its text, which could quote what a customer wrote."""
    return str(error) if isinstance(error, AttuneError) else f"PROCESSING_FAILED: {type(error).__name__}"
