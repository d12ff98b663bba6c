"""PRIV-4 in the database: what has had its time goes; what stands at a vendor is cleared through the outbox."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from core.compliance.retention import SCHEDULE
from core.model import IntentKind
from core.store import coaching, grants, quotes, standing, support
from core.store.tables import (
    CallRow,
    ConsoleSessionRow,
    CounterRow,
    FeedbackRow,
    HistoryRow,
    InboxRow,
    ObservationRow,
    OutboxRow,
    QuarantineRow,
    SignalRow,
    TrialRow,
    TurnRow,
    WrittenRow,
)

KEEP_KEYS = timedelta(hours=72)
KEEP_COUNTS = timedelta(days=400)


def purge(connection: Connection, tenant: str, now: datetime) -> dict[str, int]:
    """Remove what is due in the transaction's tenant; return how much, by kind."""
    gone = {
        "words": quotes.drop(connection, now),
        "judgements": _run(
            connection,
            update(TurnRow)
            .where(TurnRow.judgement_until <= now, TurnRow.judgement.is_not(None))
            .values(judgement=None, signals=[]),
        ),
        "scores": _run(connection, delete(ObservationRow).where(ObservationRow.expires_at <= now)),
        "history": _run(connection, delete(HistoryRow).where(HistoryRow.expires_at <= now)),
        "feedback": _run(connection, delete(FeedbackRow).where(FeedbackRow.expires_at <= now)),
        "trials": _run(connection, delete(TrialRow).where(TrialRow.expires_at <= now)),
        "grants": grants.drop_old(connection, now),
        "quarantine": _run(connection, delete(QuarantineRow).where(QuarantineRow.expires_at <= now)),
        "events": _run(
            connection, delete(InboxRow).where(InboxRow.state == "done", InboxRow.received_at <= now - KEEP_KEYS)
        ),
        # What failed for good may still be looked at and tried again, but not longer than words are kept.
        "dead letters": _run(connection, _dead(InboxRow, InboxRow.received_at, now))
        + _run(connection, _dead(OutboxRow, OutboxRow.created_at, now)),
        "sessions": _run(connection, delete(ConsoleSessionRow).where(ConsoleSessionRow.expires_at <= now)),
        "signals": _run(connection, delete(SignalRow).where(SignalRow.day <= (now - timedelta(days=80)).date())),
        "counters": _run(connection, delete(CounterRow).where(CounterRow.hour <= now - KEEP_COUNTS)),
        "support": support.drop_old(connection, now),
        "hints": coaching.drop_old(connection, now),
        "calls": _run(connection, delete(CallRow).where(CallRow.day <= (now - KEEP_COUNTS).date())),
    }
    return {**gone, "at vendors": _clear_at_vendors(connection, tenant, now)}


def _clear_at_vendors(connection: Connection, tenant: str, now: datetime) -> int:
    rows = connection.execute(
        select(WrittenRow.__table__).where(
            WrittenRow.expires_at <= now,
            WrittenRow.kind == IntentKind.SET_FIELD,
            func.jsonb_typeof(WrittenRow.value) != "null",
        )
    )
    wishes = [standing.cleared(row, tenant, now, "retention") for row in rows]
    if wishes:
        statement = insert(OutboxRow)
        # A dead letter must not keep an old value standing; a wish that still waits is newer than what expires.
        again = {name: statement.excluded[name] for name in ("value", "purpose", "rule_version", "at", "due_at")}
        connection.execute(
            statement.on_conflict_do_update(
                index_elements=["tenant_id", "installation_id", "record", "kind", "name"],
                set_={**again, "state": "pending", "tries": 0, "revision": OutboxRow.revision + 1},
                where=OutboxRow.state == "dead",
            ),
            wishes,
        )
    return len(wishes)


def _dead(table: type[InboxRow] | type[OutboxRow], since: Any, now: datetime) -> Any:
    return delete(table).where(table.state == "dead", since <= now - timedelta(days=SCHEDULE["message_text"]))


def _run(connection: Connection, statement: Any) -> int:
    return int(connection.execute(statement).rowcount)
