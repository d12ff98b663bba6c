"""The outbox drain: whole records, in batches, asked about again at the last moment, written by the vendor's plugin."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import Connection

from core.compliance import gate
from core.errors import ConfigurationError, ContendedError, RetryLaterError
from core.fields import catalogue
from core.jobs import pausing
from core.jobs.runtime import Runtime
from core.judgement import Permissions
from core.model import IntentKind, Outcome, Receipt, RecordChange, RecordRef, Remark, TaskOrder
from core.store import audit, installations, ledger, outbox, standing, tasks
from core.store.installations import Installation

log = structlog.get_logger()

# What was wished stands in the record.
STANDS = frozenset({Outcome.WRITTEN, Outcome.UNCHANGED})
TASK = "task:"

Rows = Mapping[tuple[str, str], list[Any]]


def drain(runtime: Runtime, installation_id: str) -> int:
    """Write everything that is due; return how many parts were done. Safe to run twice, at any time."""
    tenant = runtime.directory.find(installation_id).tenant
    done = 0
    while True:
        now = runtime.clock.now()
        with runtime.store.tenant(tenant) as connection:
            installation = installations.read(connection, installation_id)
            if installation is None or installation.is_paused(now):
                return done
            rows = _take(runtime, connection, installation, now)
        if not rows:
            _come_back(runtime, tenant, installation_id, now)
            return done
        try:
            done += _write(runtime, installation, rows)
        except ContendedError:
            continue
        except (RetryLaterError, ConfigurationError) as error:
            runtime.wake_outbox(installation.id, pausing.pause(runtime, installation, error))
            return done


def _come_back(runtime: Runtime, tenant: str, installation_id: str, now: datetime) -> None:
    """Ask for the next drain when the earliest of the rows that are not due yet will be."""
    with runtime.store.tenant(tenant) as connection:
        next_due = outbox.next_due(connection, installation_id)
    if next_due is not None:
        runtime.wake_outbox(installation_id, max(0.1, (next_due - now).total_seconds()))


def _take(runtime: Runtime, connection: Connection, installation: Installation, now: datetime) -> list[Any]:
    """Take a batch of due records; parts that are no longer permitted are dropped here, and the audit says so."""
    rows = list(outbox.due(connection, installation.id, now, runtime.vendors[installation.vendor].records).rows)
    # A case judged again while its remark was on the way wishes for it once more; it is said once.
    said = standing.said(connection, rows)
    rows = [row for row in rows if row not in said]
    allowed = ledger.permissions(connection, {row.person_id for row in rows if row.person_id})
    nobody = ledger.bases_only(connection)
    denied = {row.id: code for row in rows if (code := _denied(row, allowed.get(row.person_id, nobody)))}
    dropped = [row for row in rows if row.id in denied]
    outbox.drop(connection, [*dropped, *said])
    tasks.forget(connection, [row.value["external_id"] for row in dropped if row.kind == IntentKind.TASK])
    entries = [_entry(runtime, installation, row, "not_written", denied[row.id]) for row in dropped]
    audit.append(connection, installation.tenant, now, entries)
    kept = [row for row in rows if row.id not in denied]
    outbox.mark_sending(connection, [row.id for row in kept])
    return kept


def _denied(row: Any, permissions: Permissions) -> str:
    data_class = catalogue()[row.name].data_class if row.kind == IntentKind.SET_FIELD else "case_score"
    data_class = "account_aggregate" if row.purpose == gate.HEALTH and row.kind == IntentKind.TASK else data_class
    return gate.may_write(row.purpose, data_class, row.value, permissions).code


def _write(runtime: Runtime, installation: Installation, rows: Sequence[Any]) -> int:
    """Write a batch; when it fails for a fault of ours, half by half, so that one record holds up no other."""
    try:
        _apply(runtime, installation, rows)
    except (RetryLaterError, ConfigurationError):
        raise
    # The outer loop of the worker: the fault is counted on the record, kept, and shown to the admin.
    except Exception as error:  # noqa: BLE001
        records = list(dict.fromkeys(row.record for row in rows))
        if len(records) > 1:
            first = set(records[: len(records) // 2])
            halves = ([r for r in rows if r.record in first], [r for r in rows if r.record not in first])
            return sum(_write(runtime, installation, half) for half in halves)
        log.error("write_failed", installation=installation.id, cause=type(error).__name__)
        _fail(runtime, installation, rows, code="PROCESSING_FAILED", detail=type(error).__name__)
    return len(rows)


def _fail(runtime: Runtime, installation: Installation, rows: Sequence[Any], *, code: str, detail: str) -> None:
    with runtime.store.tenant(installation.tenant) as connection:
        outbox.fail(
            connection,
            rows,
            code=code,
            detail=detail,
            now=runtime.clock.now(),
            max_tries=runtime.settings.max_tries,
            final=False,
        )


def _apply(runtime: Runtime, installation: Installation, rows: Sequence[Any]) -> None:
    changes, by_part = _changes(rows)
    gathered: list[Receipt] = []
    try:
        for receipt in runtime.plugin(installation).apply(changes):
            gathered.append(receipt)
            if len(gathered) >= 200:
                _settle(runtime, installation, gathered, by_part)
                gathered = []
    finally:
        _settle(runtime, installation, gathered, by_part)
    with runtime.store.tenant(installation.tenant) as connection:
        installations.resume(connection, installation.id)
    left = [row for rows_ in by_part.values() for row in rows_]
    _fail(runtime, installation, left, code="NO_RECEIPT", detail="the vendor's answer names no such part")


def _changes(rows: Sequence[Any]) -> tuple[list[RecordChange], dict[tuple[str, str], list[Any]]]:
    """Group rows into one change a record; also return the rows behind each (record, part) of the receipts."""
    grouped: dict[str, list[Any]] = {}
    for row in rows:
        grouped.setdefault(row.record, []).append(row)
    by_part: dict[tuple[str, str], list[Any]] = {}
    for row in rows:
        by_part.setdefault((row.record, _part(row)), []).append(row)
    return [_change(record, parts) for record, parts in grouped.items()], by_part


def _change(record: str, rows: Sequence[Any]) -> RecordChange:
    def of(kind: IntentKind) -> list[Any]:
        return [row for row in rows if row.kind == kind]

    return RecordChange(
        record=RecordRef.parse(record),
        fields={row.name: row.value for row in of(IntentKind.SET_FIELD)},
        tags_add=tuple(row.name for row in of(IntentKind.TAG) if row.value),
        tags_remove=tuple(row.name for row in of(IntentKind.TAG) if not row.value),
        remarks=tuple(Remark(row.name, row.value) for row in of(IntentKind.REMARK)),
        tasks=tuple(_order(row.value) for row in of(IntentKind.TASK)),
        resumed=any(row.state == "sending" or row.tries for row in rows),
    )


def _order(value: Mapping[str, Any]) -> TaskOrder:
    return TaskOrder(**{**value, "due_at": datetime.fromisoformat(value["due_at"])})


def _part(row: Any) -> str:
    """Return the part that a receipt names: fields and tags travel together, remarks and tasks alone."""
    if row.kind == IntentKind.TASK:
        return f"{TASK}{row.value['external_id']}"
    return f"remark:{row.name}" if row.kind == IntentKind.REMARK else "fields"


def _settle(
    runtime: Runtime, installation: Installation, receipts: Sequence[Receipt], by_part: dict[tuple[str, str], list[Any]]
) -> None:
    """Bring the vendor's answers into the store; rows they speak of leave ``by_part``."""
    told = [(receipt, by_part.pop((str(receipt.record), receipt.part), [])) for receipt in receipts]
    while told:
        try:
            _keep(runtime, installation, told)
        except ContendedError:
            continue
        return


def _keep(runtime: Runtime, installation: Installation, told: Sequence[tuple[Receipt, list[Any]]]) -> None:
    now = runtime.clock.now()
    with runtime.store.tenant(installation.tenant) as connection:
        done = [row for receipt, rows in told if receipt.outcome in STANDS for row in rows]
        standing.note_written(connection, installation.tenant, done, now)
        outbox.drop(connection, done)
        tasks.sent(connection, _opened(receipt for receipt, _ in told))
        for receipt, rows in told:
            if receipt.outcome not in STANDS:
                _put_off(runtime, connection, receipt, rows, now)
        entries = [
            _entry(runtime, installation, row, str(receipt.outcome), receipt.code)
            for receipt, rows in told
            for row in rows[:1]
        ]
        audit.append(connection, installation.tenant, now, entries)


def _opened(receipts: Iterable[Receipt]) -> dict[str, str]:
    """Return the vendor's ids of tasks that were opened, by our names of them."""
    stand = [one for one in receipts if one.outcome in STANDS and one.part.startswith(TASK) and one.vendor_id]
    return {one.part.removeprefix(TASK): str(one.vendor_id) for one in stand}


def _put_off(runtime: Runtime, connection: Connection, receipt: Receipt, rows: Sequence[Any], now: datetime) -> None:
    gone = receipt.outcome is Outcome.GONE
    code = receipt.code or ("RECORD_GONE" if gone else "WRITE_CONFLICT")
    outbox.fail(
        connection, rows, code=code, detail=receipt.detail, now=now, max_tries=runtime.settings.max_tries, final=gone
    )


def _entry(runtime: Runtime, installation: Installation, row: Any, action: str, code: str) -> audit.Entry:
    who = f"person:{row.person_id}" if row.person_id else row.record
    detail = {
        "record": runtime.seal.digest(installation.tenant, row.record),
        "vendor": installation.vendor,
        "part": row.kind,
        "code": code,
        "rules": row.rule_version,
    }
    return audit.Entry("system", action, runtime.seal.digest(installation.tenant, who), detail)
