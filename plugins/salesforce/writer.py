"""Core results into Salesforce records: re-read, compare, write 200 rows a call, give receipts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import product
from typing import Any

from connectors.salesforce.client import MOST, SalesforceClient
from connectors.salesforce.nouns import SOBJECTS, TASK_KEY
from connectors.salesforce.soql import soql
from core.errors import PermanentError
from core.fields import at_level
from core.model import Level, Outcome, Receipt, RecordChange, RecordRef, Remark, TaskOrder
from plugins.salesforce.answers import receipt
from plugins.salesforce.fieldbook import Page
from plugins.salesforce.planning import FIELDS, Plan, has_fields, lacks_fields, plan
from plugins.salesforce.tasks import task

MARK = "[attune-"
OURS = "SELECT Id, CommentBody FROM CaseComment WHERE ParentId IN {} AND CreatedById = {} AND IsPublished = false"
# Records of the package that speak of another record.
SPEAKING = ("Attune_Feedback__c", "Attune_Deleted__c")
ANSWERS = "SELECT Id FROM {:literal} WHERE Attune_Record__c IN {}"
Result = Mapping[str, Any]
Row = dict[str, Any]


class Writer:
    """Writes into one installation. ``page`` returns an object's fields, read afresh when asked to."""

    def __init__(self, client: SalesforceClient, page: Callable[..., Page]) -> None:
        self._client, self._page = client, page

    def apply(self, changes: Sequence[RecordChange]) -> Iterator[Receipt]:
        """See ``core.ports.VendorPlugin.apply``.

        A batch is read and written before the next is read: collections cannot be told a time to compare with, so
        what we compare with must be fresh. Only fields of ours are ever sent.
        """
        for level in Level:
            chosen = [change for change in changes if change.record.level is level and has_fields(change)]
            for start in range(0, len(chosen), MOST):
                yield from self._fields(level, chosen[start : start + MOST])
        yield from self._remarks([(change, remark) for change in changes for remark in change.remarks])
        yield from self._tasks([(change, order) for change in changes for order in change.tasks])

    def erase(self, person: RecordRef) -> list[Receipt]:
        """Empty our fields on the contact and on every case of theirs, and take our remarks off those cases."""
        rows = self._client.query(soql("SELECT Id FROM Case WHERE ContactId = {}", person.id))
        refs = [RecordRef(person.vendor, Level.CASE, str(row["Id"])) for row in rows]
        own = RecordChange(person, fields=dict.fromkeys((f.key for f in at_level(Level.PERSON)), None))
        empty = dict.fromkeys((f.key for f in at_level(Level.CASE)), None)
        self._take_back(refs)
        self._forget_answers([person, *refs])
        told = list(self.apply([own, *(RecordChange(ref, fields=empty) for ref in refs)]))
        # A field that the org does not have holds nothing of ours.
        without = {"FIELD_MISSING", "FIELD_NOT_OWNED"}
        return [replace(r, outcome=Outcome.UNCHANGED, code="", detail="") if r.code in without else r for r in told]

    def _take_back(self, cases: Sequence[RecordRef]) -> None:
        """Delete our private comments: they quote the person. Text of comments cannot be searched for."""
        user, ids = self._client.user_id, [case.id for case in cases]
        for start in range(0, len(ids) if user else 0, MOST):
            rows = self._client.query(soql(OURS, ids[start : start + MOST], user))
            ours = [str(row["Id"]) for row in rows if MARK in str(row.get("CommentBody"))]
            self._client.delete(ours, "remark")

    def _forget_answers(self, records: Sequence[RecordRef]) -> None:
        """Delete what readers answered to scores of these records, in words that may speak of the person, and the notes
        that they were deleted."""
        ids = [record.id for record in records]
        for sobject, start in product(SPEAKING, range(0, len(ids), MOST)):
            try:
                rows = self._client.query(soql(ANSWERS, sobject, ids[start : start + MOST]))
            except PermanentError as refused:
                if refused.code != "FIELD_MISSING":
                    raise
                continue  # The package, of which this object is a part, is not installed, or is an older one.
            self._client.delete([str(row["Id"]) for row in rows], "other")

    # --- fields -----------------------------------------------------------------------------------

    def _fields(self, level: Level, changes: Sequence[RecordChange]) -> Iterator[Receipt]:
        planned = self._planned(level, changes)
        yield from planned.receipts
        if not planned.rows:
            return
        results = self._client.update([row.body for row in planned.rows])
        for row, result in zip(planned.rows, _padded(results, len(planned.rows)), strict=True):
            told = receipt(row.change.record, FIELDS, result)
            yield row.refused if row.refused is not None and told.outcome is Outcome.WRITTEN else told

    def _planned(self, level: Level, changes: Sequence[RecordChange]) -> Plan:
        sobject = SOBJECTS[level]
        page = self._page(sobject)
        if lacks_fields(changes, page):
            page = self._page(sobject, fresh=True)
        try:
            return plan(changes, self._current(sobject, changes, page), page)
        except PermanentError as refused:
            if refused.code != "FIELD_MISSING":
                raise
        # A field went away since its object was described.
        page = self._page(sobject, fresh=True)
        return plan(changes, self._current(sobject, changes, page), page)

    def _current(self, sobject: str, changes: Sequence[RecordChange], page: Page) -> dict[str, Row]:
        keys = sorted({key for change in changes for key in change.fields})
        names = ["Id", *(page.ours[key] for key in keys if key in page.ours)]
        ids = [change.record.id for change in changes]
        asked = soql("SELECT {:literal} FROM {:literal} WHERE Id IN {}", ", ".join(names), sobject, ids)
        return {str(row["Id"]): row for row in self._client.query(asked)}

    # --- remarks ----------------------------------------------------------------------------------

    def _remarks(self, wanted: Sequence[tuple[RecordChange, Remark]]) -> Iterator[Receipt]:
        said = self._said([change for change, _ in wanted if change.resumed])
        fresh = []
        for change, remark in wanted:
            part = f"remark:{remark.ref}"
            if change.record.level is not Level.CASE:
                yield Receipt(change.record, part, Outcome.REFUSED, "VALIDATION_RULE", "only cases take comments")
            elif any(remark.ref in body for body in said.get(change.record.id, ())):
                yield Receipt(change.record, part, Outcome.WRITTEN, "FOUND")
            else:
                fresh.append((change.record, part, _comment(change.record, remark)))
        yield from self._rows(fresh, lambda rows: self._client.create(rows, "remark"))

    def _said(self, changes: Sequence[RecordChange]) -> dict[str, list[str]]:
        """Look for remarks whose first try may have got through."""
        found: dict[str, list[str]] = {}
        ids = sorted({change.record.id for change in changes if change.record.level is Level.CASE})
        for start in range(0, len(ids), MOST):
            shape = "SELECT ParentId, CommentBody FROM CaseComment WHERE ParentId IN {} AND IsPublished = false"
            for row in self._client.query(soql(shape, ids[start : start + MOST])):
                found.setdefault(str(row["ParentId"]), []).append(str(row.get("CommentBody")))
        return found

    # --- tasks ------------------------------------------------------------------------------------

    def _tasks(self, wanted: Sequence[tuple[RecordChange, TaskOrder]]) -> Iterator[Receipt]:
        rows = [(change.record, f"task:{order.external_id}", task(change.record, order)) for change, order in wanted]
        yield from self._rows(rows, lambda bodies: self._client.upsert("Task", TASK_KEY, bodies, "task"))

    def _rows(
        self, wanted: Sequence[tuple[RecordRef, str, Row]], send: Callable[[list[Row]], list[Row]]
    ) -> Iterator[Receipt]:
        """Send rows of one kind, 200 a call; a refused call refuses its rows."""
        for start in range(0, len(wanted), MOST):
            chunk = wanted[start : start + MOST]
            try:
                results = send([body for _, _, body in chunk])
            except PermanentError as refused:
                code = "FIELD_MISSING" if refused.code == "RECORD_GONE" else refused.code
                yield from (Receipt(record, part, Outcome.REFUSED, code, refused.detail) for record, part, _ in chunk)
                continue
            for (record, part, _), result in zip(chunk, _padded(results, len(chunk)), strict=True):
                yield receipt(record, part, result)


def _comment(record: RecordRef, remark: Remark) -> Row:
    # A comment holds 4,000 bytes.
    # https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_casecomment.htm
    body = remark.text.encode()[:4000].decode(errors="ignore")
    return {"attributes": {"type": "CaseComment"}, "ParentId": record.id, "CommentBody": body, "IsPublished": False}


def _padded(results: Sequence[Result], count: int) -> list[Result | None]:
    return [*results[:count], *([None] * (count - len(results)))]
