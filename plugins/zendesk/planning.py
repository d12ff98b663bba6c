"""What to send to Zendesk for a set of changes, given what stands there now. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from connectors.zendesk.nouns import FIELD_KINDS, outward, same
from core.fields import Field, catalogue
from core.model import Level, Outcome, Receipt, RecordChange
from plugins.zendesk.fieldbook import FieldBook

MOST = 100
FIELDS = "fields"
Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Row:
    """One element of a bulk update and the parts of the change that it carries."""

    change: RecordChange
    body: dict[str, Any]
    parts: tuple[str, ...]
    missing: tuple[str, ...] = ()

    def receipts(self, outcome: Outcome, code: str = "", detail: str = "") -> list[Receipt]:
        """Return one receipt for each part; fields that Zendesk does not have are refused by name."""
        made = [Receipt(self.change.record, part, outcome, code, detail) for part in self.parts]
        if self.missing and outcome is Outcome.WRITTEN:
            made = [r for r in made if r.part != FIELDS] + [missing(self.change, self.missing)]
        return made


@dataclass(frozen=True, slots=True)
class Plan:
    """Bulk updates of at most 100 rows each, and receipts for what needs no call."""

    batches: tuple[tuple[Row, ...], ...] = ()
    receipts: tuple[Receipt, ...] = field(default_factory=tuple)


def parts(change: RecordChange) -> tuple[str, ...]:
    """Name the parts of a change that a bulk update carries."""
    named = (FIELDS,) if change.fields or change.tags_add or change.tags_remove else ()
    return (*named, *(f"remark:{remark.ref}" for remark in change.remarks))


def missing(change: RecordChange, keys: Iterable[str]) -> Receipt:
    """Refuse fields that the account does not have."""
    return Receipt(change.record, FIELDS, Outcome.REFUSED, "FIELD_MISSING", ", ".join(sorted(keys)))


def plan(
    changes: Sequence[RecordChange],
    current: Mapping[str, Record],
    book: FieldBook,
    said: Mapping[str, frozenset[str]] = {},
) -> Plan:
    """Compare changes with the records as they were just read, by id.

    Fields and tags that stand there already are left out; a record with nothing left costs nothing. ``said``:
    references of remarks that an earlier try has already put on a record.
    """
    rows: list[Row] = []
    receipts: list[Receipt] = []
    for change in changes:
        record = current.get(change.record.id)
        if record is None or record.get("status") == "closed":
            receipts += gone(change, "closed" if record else "")
            continue
        row, done = _row(change, record, book, said.get(change.record.id, frozenset()))
        receipts += done
        if row is not None:
            rows.append(row)
    batches = tuple(tuple(rows[start : start + MOST]) for start in range(0, len(rows), MOST))
    return Plan(batches, tuple(receipts))


def gone(change: RecordChange, detail: str = "") -> list[Receipt]:
    """Tell that a record is not there any more, or closed for good."""
    return [Receipt(change.record, part, Outcome.GONE, "RECORD_GONE", detail) for part in parts(change)]


def unknown_keys(changes: Iterable[RecordChange], current: Mapping[str, Record], book: FieldBook) -> bool:
    """Say whether the book looks out of date: a wanted field has no id, or a record does not list that id."""
    for change in changes:
        record = current.get(change.record.id)
        if change.record.level is not Level.CASE or record is None:
            continue
        listed = {item["id"] for item in record.get("custom_fields") or ()}
        if any(book.ticket_ids.get(key) not in listed for key in change.fields):
            return True
    return False


def _row(
    change: RecordChange, record: Record, book: FieldBook, said: frozenset[str]
) -> tuple[Row | None, list[Receipt]]:
    values, lacking = _values(change, record, book)
    body: dict[str, Any] = {**values, **_tags(change, record)}
    wanted = parts(change)[:1] if FIELDS in parts(change) else ()
    done: list[Receipt] = []
    if wanted and not body:
        done.append(missing(change, lacking) if lacking else Receipt(change.record, FIELDS, Outcome.UNCHANGED))
        wanted = ()
    told = [remark for remark in change.remarks if remark.ref in said]
    done += [Receipt(change.record, f"remark:{remark.ref}", Outcome.WRITTEN, "FOUND") for remark in told]
    fresh = [remark for remark in change.remarks if remark.ref not in said]
    if fresh and change.record.level is not Level.CASE:
        done += [
            Receipt(change.record, f"remark:{r.ref}", Outcome.REFUSED, "VALIDATION_RULE", "no remarks here")
            for r in fresh
        ]
        fresh = []
    if fresh:
        body["comment"] = {"body": "\n\n".join(remark.text for remark in fresh), "public": False}
    if not body:
        return None, done
    return Row(
        change,
        {"id": int(change.record.id), **body, **_stamp(change, record)},
        (*wanted, *(f"remark:{remark.ref}" for remark in fresh)),
        tuple(lacking),
    ), done


def _stamp(change: RecordChange, record: Record) -> dict[str, Any]:
    # Zendesk refuses the row if the ticket has changed since we read it.
    # https://developer.zendesk.com/documentation/ticketing/managing-tickets/creating-and-updating-tickets/
    if change.record.level is not Level.CASE:
        return {}
    return {"safe_update": True, "updated_stamp": record["updated_at"]}


def _values(change: RecordChange, record: Record, book: FieldBook) -> tuple[dict[str, Any], list[str]]:
    entries = {key: catalogue()[key] for key in change.fields if key in catalogue()}
    kind = FIELD_KINDS[change.record.level]
    stored = _stored(entries, record, book, kind)
    wanted = {key: outward(entries[key], change.fields[key]) for key in stored}
    changed = {key: value for key, value in wanted.items() if not same(entries[key], stored[key], value)}
    lacking = [key for key in change.fields if key not in stored]
    if not changed:
        return {}, lacking
    if kind == "ticket_fields":
        return {"custom_fields": [{"id": book.ticket_ids[k], "value": v} for k, v in changed.items()]}, lacking
    return {kind: changed}, lacking


def _stored(entries: Mapping[str, Field], record: Record, book: FieldBook, kind: str) -> dict[str, Any]:
    """Return the stored values of those wanted fields that the account has."""
    if kind != "ticket_fields":
        held = record.get(kind) or {}
        return {key: held[key] for key in entries if key in held}
    by_id = {item["id"]: item.get("value") for item in record.get("custom_fields") or ()}
    ids = {key: book.ticket_ids.get(key) for key in entries}
    return {key: by_id[id_] for key, id_ in ids.items() if id_ in by_id}


def _tags(change: RecordChange, record: Record) -> dict[str, Any]:
    held = set(record.get("tags") or ())
    add, remove = sorted(set(change.tags_add) - held), sorted(set(change.tags_remove) & held)
    if change.record.level is not Level.CASE:
        return {"tags": sorted((held | set(add)) - set(remove))} if add or remove else {}
    return {**({"additional_tags": add} if add else {}), **({"remove_tags": remove} if remove else {})}
