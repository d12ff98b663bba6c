"""L11: everything that is held about one person, with its meaning, as one document that a person can read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from core.fields import catalogue
from core.model import Level
from core.reasons import words
from core.store import audit_search, links, tenants
from core.store.audit_search import Wanted
from core.store.seal import Seal
from core.store.tables import (
    CaseRow,
    FeedbackRow,
    HistoryRow,
    LedgerRow,
    ObservationRow,
    TaskRow,
    TurnRow,
    WrittenRow,
)

FORMAT = "attune-person/1"
# More uses than anybody has; the trail itself has no such end.
MOST_USES = 10_000
LOGIC = (
    "Scores are computed from the wording of messages and from counts of contacts, by rules that are published with "
    "the program (docs/fields.md, docs/reasons.md). They are advice to the people who serve you. Nothing is refused, "
    "priced or ended by them. You may object, have a value corrected, or have all of this erased."
)
# What of a message is shown: not the inner numbers of the analyser, but what was concluded.
_JUDGED = ("sentiment", "tag", "intensity", "confidence", "refused")


def document(connection: Connection, seal: Seal, tenant: str, person: int, now: datetime) -> dict[str, Any]:
    """Return the document of a person of the transaction's tenant; times are ISO 8601."""
    cases = connection.execute(select(CaseRow.__table__).where(CaseRow.person_id == person).order_by(CaseRow.id)).all()
    records = links.of_entities(connection, Level.PERSON, [person])[person]
    subjects = [f"person:{person}", *(f"case:{case.id}" for case in cases)]
    refs = [str(link.record) for link in records] + [f"{case.vendor}:case:{case.external_id}" for case in cases]
    names = audit_search.of_person(connection, seal, tenant, person)
    return {
        "format": FORMAT,
        "made_at": now.isoformat(),
        "logic": LOGIC,
        "purposes": tenants.bases(connection),
        "recipients": sorted({link.record.vendor for link in records} | {case.vendor for case in cases}),
        "records": [{"tool": link.record.vendor, "id": link.record.id} for link in records],
        "choices": _rows(connection, LedgerRow, LedgerRow.person_id == person, _CHOICE),
        "cases": [_case(connection, case) for case in cases],
        "scores": [_score(row) for row in _all(connection, ObservationRow, ObservationRow.subject.in_(subjects))],
        "history": _rows(connection, HistoryRow, HistoryRow.subject.in_(subjects), _HISTORY),
        "tasks": _rows(connection, TaskRow, TaskRow.subject.in_(subjects), _TASK),
        "disagreements": _rows(connection, FeedbackRow, FeedbackRow.subject.in_(subjects), _FEEDBACK),
        "written_into_records": _rows(connection, WrittenRow, WrittenRow.record.in_(refs), _WRITTEN),
        "uses": [
            {"at": row.at.isoformat(), "what": row.action, "by": row.actor}
            for row in audit_search.search(connection, Wanted(names), 0, MOST_USES)
        ],
    }


_CHOICE = ("purpose", "choice", "source", "notice_version", "at")
_HISTORY = ("key", "at", "value", "rule_version", "expires_at")
_TASK = ("template", "record", "due_at", "state", "opened_at")
_FEEDBACK = ("key", "kind", "reason", "words", "state", "decision", "at", "expires_at")
_WRITTEN = ("record", "kind", "name", "value", "at", "expires_at")
_CASE = ("vendor", "external_id", "status", "channel", "locale", "opened_at", "last_turn_at")
_TURN = ("role", "at", "public", "words", "refused", "words_until", "judgement_until")


def _case(connection: Connection, case: Any) -> dict[str, Any]:
    turns = connection.execute(select(TurnRow.__table__).where(TurnRow.case_id == case.id).order_by(TurnRow.at))
    return {
        **_picked(case, _CASE),
        # Words of an agent are the agent's; a customer's own are given back as they are kept, redacted.
        "messages": [
            {**_picked(turn, _TURN), "judgement": _judged(turn.judgement)} for turn in turns if turn.role == "customer"
        ],
    }


def _judged(judgement: Mapping[str, Any] | None) -> dict[str, Any] | None:
    held = (judgement or {}).get("customer") or judgement
    return {name: held[name] for name in _JUDGED if name in held} if held else None


def _score(row: Any) -> dict[str, Any]:
    entry = catalogue().get(row.key)
    return {
        "what": entry.label if entry else row.key,
        "meaning": entry.help if entry else "",
        "value": (row.value or {}).get("value"),
        "because": [words(reason["code"]) for reason in row.reasons if reason.get("code")],
        "not_scored": words(row.refused) if row.refused else None,
        **_picked(row, ("confidence", "rule_version", "at", "expires_at")),
    }


def _rows(connection: Connection, table: Any, condition: Any, names: Sequence[str]) -> list[dict[str, Any]]:
    return [_picked(row, names) for row in _all(connection, table, condition)]


def _all(connection: Connection, table: Any, condition: Any) -> Sequence[Any]:
    return connection.execute(
        select(table.__table__).where(condition).order_by(table.at if hasattr(table, "at") else None)
    ).all()


def _picked(row: Any, names: Sequence[str]) -> dict[str, Any]:
    found = {name: getattr(row, name) for name in names}
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in found.items()}
