"""What to send to HubSpot for a set of changes, given what stands there now. Pure."""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from connectors.hubspot.nouns import EXTERNAL_ID, outward, same
from core.fields import catalogue
from core.model import Outcome, Receipt, RecordChange, Remark, TaskOrder
from plugins.hubspot.fieldbook import FieldBook

MOST = 100
FIELDS = "fields"
PRIORITIES: Mapping[str, str] = {"urgent": "HIGH", "critical": "HIGH", "high": "HIGH", "low": "LOW"}
Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Row:
    """One input of a batch and the part of the change that it carries. ``body`` holds the trace of the row."""

    change: RecordChange
    part: str
    body: dict[str, Any]
    missing: tuple[str, ...] = ()

    @property
    def trace(self) -> str:
        """Return the mark by which a 207 tells this row from the others."""
        return str(self.body["objectWriteTraceId"])

    def receipt(self, outcome: Outcome, code: str = "", detail: str = "", vendor_id: str = "") -> Receipt:
        """Return the receipt; fields that the account does not have are refused by name."""
        if self.missing and outcome is Outcome.WRITTEN:
            return missing(self.change, self.missing)
        return Receipt(self.change.record, self.part, outcome, code, detail[:300], vendor_id)


@dataclass(frozen=True, slots=True)
class Plan:
    """Rows to send, and receipts for what needs no call."""

    rows: tuple[Row, ...] = ()
    receipts: tuple[Receipt, ...] = ()


def batches(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    """Cut rows into batches of as many as HubSpot takes."""
    for start in range(0, len(rows), MOST):
        yield rows[start : start + MOST]


def has_fields(change: RecordChange) -> bool:
    """Say whether a change is about the record itself. HubSpot has no tags: the flag's property says the same."""
    return bool(change.fields or change.tags_add or change.tags_remove)


def missing(change: RecordChange, keys: Iterable[str]) -> Receipt:
    """Refuse fields that the account does not have, or that are not ours there."""
    return Receipt(change.record, FIELDS, Outcome.REFUSED, "FIELD_MISSING", ", ".join(sorted(keys)))


def plan(changes: Sequence[RecordChange], current: Mapping[str, Record], book: FieldBook) -> Plan:
    """Compare changes with the records as they were just read; one with nothing left costs nothing."""
    rows: list[Row] = []
    receipts: list[Receipt] = []
    for change in changes:
        record = current.get(change.record.id)
        if record is None:
            receipts.append(Receipt(change.record, FIELDS, Outcome.GONE, "RECORD_GONE"))
            continue
        values, lacking = _values(change, record["properties"], book)
        if values:
            body = {"id": change.record.id, "objectWriteTraceId": f"{len(rows)}", "properties": values}
            rows.append(Row(change, FIELDS, body, tuple(lacking)))
        else:
            receipts.append(missing(change, lacking) if lacking else Receipt(change.record, FIELDS, Outcome.UNCHANGED))
    return Plan(tuple(rows), tuple(receipts))


def _values(change: RecordChange, held: Record, book: FieldBook) -> tuple[dict[str, str], list[str]]:
    entries = {key: catalogue()[key] for key in change.fields if key in catalogue() and key in book.ours}
    wanted = {key: outward(entry, change.fields[key]) for key, entry in entries.items()}
    changed = {key: value for key, value in wanted.items() if not same(entries[key], held.get(key), value)}
    return changed, [key for key in change.fields if key not in entries]


# --- remarks and tasks --------------------------------------------------------------------------


def remark_rows(changes: Iterable[RecordChange], now: datetime) -> list[Row]:
    """Return the notes to keep, each by its own reference, so that a second try changes nothing."""
    found = [(change, remark) for change in changes for remark in change.remarks]
    return [
        Row(change, f"remark:{remark.ref}", _owned(remark.ref, index, _note(remark, now)))
        for index, (change, remark) in enumerate(found)
    ]


def task_rows(changes: Iterable[RecordChange]) -> list[Row]:
    """Return the tasks to keep, each by our external id. Their status is left alone: a person may have set it."""
    found = [(change, order) for change in changes for order in change.tasks]
    return [
        Row(change, f"task:{order.external_id}", _owned(order.external_id, index, _task(order)))
        for index, (change, order) in enumerate(found)
    ]


def _owned(reference: str, index: int, properties: dict[str, str]) -> dict[str, Any]:
    named = {EXTERNAL_ID: reference, **properties}
    return {"id": reference, "idProperty": EXTERNAL_ID, "objectWriteTraceId": f"{index}", "properties": named}


def _note(remark: Remark, now: datetime) -> dict[str, str]:
    return {"hs_note_body": _markup(remark.text), "hs_timestamp": _stamp(now)}


def _task(order: TaskOrder) -> dict[str, str]:
    owner = {"hubspot_owner_id": order.owner_id} if order.owner_id and order.owner_id.isdigit() else {}
    return {
        "hs_task_subject": order.subject,
        "hs_task_body": _markup(order.body),
        "hs_timestamp": _stamp(order.due_at),
        "hs_task_priority": PRIORITIES.get(order.priority, "MEDIUM"),
        "hs_task_type": "TODO",
        **owner,
    }


def _markup(words: str) -> str:
    """Return plain text as HTML, which HubSpot's notes and tasks are made of."""
    return html.escape(words).replace("\n", "<br>")


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
