"""What to send to Salesforce for a set of changes, given what stands there now. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from connectors.salesforce.nouns import SOBJECTS, outward, same
from core.fields import catalogue
from core.model import Outcome, Receipt, RecordChange
from plugins.salesforce.fieldbook import Page

FIELDS = "fields"
Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a collection call and the change that it carries; ``refused`` speaks of fields left out."""

    change: RecordChange
    body: dict[str, Any]
    refused: Receipt | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """Rows to send, and receipts for what needs no call."""

    rows: tuple[Row, ...] = ()
    receipts: tuple[Receipt, ...] = field(default_factory=tuple)


def has_fields(change: RecordChange) -> bool:
    """Say whether a change has the part that speaks of fields. Cases have no tags here: the risk flag is a field."""
    return bool(change.fields or change.tags_add or change.tags_remove)


def plan(changes: Sequence[RecordChange], current: Mapping[str, Record], page: Page) -> Plan:
    """Compare changes with the records as they were just read, by id; what stands there already is left out."""
    rows: list[Row] = []
    receipts: list[Receipt] = []
    for change in changes:
        record = current.get(change.record.id)
        if record is None:
            receipts.append(Receipt(change.record, FIELDS, Outcome.GONE, "RECORD_GONE"))
            continue
        values, refused = _values(change, record, page), _refused(change, page)
        if values:
            sobject = SOBJECTS[change.record.level]
            body = {"attributes": {"type": sobject}, "id": change.record.id, **values}
            rows.append(Row(change, body, refused))
        else:
            receipts.append(refused or Receipt(change.record, FIELDS, Outcome.UNCHANGED))
    return Plan(tuple(rows), tuple(receipts))


def lacks_fields(changes: Sequence[RecordChange], page: Page) -> bool:
    """Say whether a wanted field is not on the page: it may have been provisioned since."""
    return any(key not in page.ours for change in changes for key in change.fields)


def _values(change: RecordChange, record: Record, page: Page) -> dict[str, Any]:
    found = {}
    for key, value in change.fields.items():
        name = page.ours.get(key)
        if name is None:
            continue
        wanted = outward(catalogue()[key], value)
        if not same(catalogue()[key], record.get(name), wanted):
            found[name] = wanted
    return found


def _refused(change: RecordChange, page: Page) -> Receipt | None:
    """Refuse by name what the org does not have, or has as a field of the customer's own."""
    lacking = sorted(key for key in change.fields if key not in page.ours)
    if not lacking:
        return None
    foreign = [key for key in lacking if key in page.foreign]
    code = "FIELD_NOT_OWNED" if foreign else "FIELD_MISSING"
    return Receipt(change.record, FIELDS, Outcome.REFUSED, code, ", ".join(foreign or lacking))
