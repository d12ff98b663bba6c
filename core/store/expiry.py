"""PRIV-4 in the database: what has had its time goes; what stands at a vendor is cleared through the outbox."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.dialects.postgresql import insert

from core.model import IntentKind
from core.store import standing
from core.store.tables import (
    CallRow,
    CounterRow,
    FeedbackRow,
    HistoryRow,
    InboxRow,
    ObservationRow,
    OutboxRow,
    QuarantineRow,
    SignalRow,
    TurnRow,
    WrittenRow,
)

KEEP_KEYS = timedelta(hours=72)
KEEP_COUNTS = timedelta(days=400)


def purge(connection: Connection, tenant: str, now: datetime) -> dict[str, int]:
    """Remove what is due in the transaction's tenant; return how much, by kind."""
    gone = {
        "words": _run(
            connection, update(TurnRow).where(TurnRow.words_until <= now, TurnRow.words != "").values(words="")
        ),
        "judgements": _run(
            connection,
            update(TurnRow)
            .where(TurnRow.judgement_until <= now, TurnRow.judgement.is_not(None))
            .values(judgement=None, signals=[]),
        ),
        "scores": _run(connection, delete(ObservationRow).where(ObservationRow.expires_at <= now)),
        "history": _run(connection, delete(HistoryRow).where(HistoryRow.expires_at <= now)),
        "feedback": _run(connection, delete(FeedbackRow).where(FeedbackRow.expires_at <= now)),
        "quarantine": _run(connection, delete(QuarantineRow).where(QuarantineRow.expires_at <= now)),
        "events": _run(
            connection, delete(InboxRow).where(InboxRow.state == "done", InboxRow.received_at <= now - KEEP_KEYS)
        ),
        "signals": _run(connection, delete(SignalRow).where(SignalRow.day <= (now - timedelta(days=80)).date())),
        "counters": _run(connection, delete(CounterRow).where(CounterRow.hour <= now - KEEP_COUNTS)),
        "calls": _run(connection, delete(CallRow).where(CallRow.day <= (now - KEEP_COUNTS).date())),
    }
    return {**gone, "at vendors": _clear_at_vendors(connection, tenant, now)}


def _clear_at_vendors(connection: Connection, tenant: str, now: datetime) -> int:
    rows = connection.execute(
        select(WrittenRow.__table__).where(
            WrittenRow.expires_at <= now, WrittenRow.kind == IntentKind.SET_FIELD, WrittenRow.value != _NULL
        )
    )
    wishes = [standing.cleared(row, tenant, now, "retention") for row in rows]
    if wishes:
        connection.execute(insert(OutboxRow).on_conflict_do_nothing(), wishes)
    return len(wishes)


_NULL: Any = "null"


def _run(connection: Connection, statement: Any) -> int:
    return int(connection.execute(statement).rowcount)
