"""Core results into Zendesk records: re-read, compare, update in bulk, follow the jobs, give receipts."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

from connectors.zendesk.client import ZendeskClient
from connectors.zendesk.nouns import PLURALS, TASK_TAG
from core.errors import PermanentError, RetryLaterError
from core.fields import TAG_PREFIX, at_level
from core.model import Level, Outcome, Receipt, RecordChange, RecordRef, TaskOrder
from plugins.zendesk.fieldbook import FieldBook
from plugins.zendesk.planning import Plan, Row, parts, plan, unknown_keys

# Ten jobs of 100 rows: a third of the jobs that an account may have queued or running.
# https://developer.zendesk.com/api-reference/introduction/rate-limits/
WINDOW = 1000
# Tickets are opened one a call: only such a call can carry a key by which a repetition is known.
# https://developer.zendesk.com/api-reference/ticketing/introduction/#idempotency
TASKS_AT_ONCE = 4
PRIORITIES: Mapping[str, str] = {"urgent": "urgent", "critical": "urgent", "high": "high", "low": "low"}
OUTCOMES: Mapping[str, tuple[Outcome, str]] = {
    "UpdateConflict": (Outcome.CONFLICT, "WRITE_CONFLICT"),
    "DatabaseConflict": (Outcome.CONFLICT, "WRITE_CONFLICT"),
    "TooManyRequests": (Outcome.CONFLICT, "RATE_LIMITED"),
    "RecordNotFound": (Outcome.GONE, "RECORD_GONE"),
    "TicketNotFound": (Outcome.GONE, "RECORD_GONE"),
    "NotFound": (Outcome.GONE, "RECORD_GONE"),
}
UNTOLD = (Outcome.CONFLICT, "WRITE_CONFLICT")
ENDED = frozenset({"completed", "failed", "killed"})


class Writer:
    """Writes into one installation. ``book`` returns our fields' ids, read afresh when asked to."""

    def __init__(self, client: ZendeskClient, book: Any) -> None:
        self._client, self._book = client, book
        self._pause = threading.Event()

    def apply(self, changes: Sequence[RecordChange]) -> Iterator[Receipt]:
        """See ``core.ports.VendorPlugin.apply``."""
        for level in Level:
            chosen = [change for change in changes if change.record.level is level and parts(change)]
            for start in range(0, len(chosen), WINDOW):
                yield from self._records(PLURALS[level], chosen[start : start + WINDOW])
        orders = [(change, order) for change in changes for order in change.tasks]
        with ThreadPoolExecutor(min(TASKS_AT_ONCE, len(orders) or 1), "tasks") as pool:
            yield from pool.map(lambda pair: self._task(*pair), orders)

    def erase(self, person: RecordRef) -> list[Receipt]:
        """Empty our fields and take our tags off the person's user record and every ticket they requested."""
        try:
            tickets = self._client.requested(person.id)
        except PermanentError as missing:
            return [Receipt(person, "fields", Outcome.GONE, missing.code)]
        own = RecordChange(person, fields=dict.fromkeys((f.key for f in at_level(Level.PERSON)), None))
        empty = dict.fromkeys((f.key for f in at_level(Level.CASE)), None)
        refs = [(RecordRef(person.vendor, Level.CASE, str(ticket["id"])), _ours(ticket)) for ticket in tickets]
        theirs = [RecordChange(ref, fields=empty, tags_remove=tags) for ref, tags in refs]
        told = list(self.apply([own, *theirs]))
        # A field that the account does not have holds nothing of ours.
        return [replace(r, outcome=Outcome.UNCHANGED, code="") if r.code == "FIELD_MISSING" else r for r in told]

    # --- fields, tags, remarks ------------------------------------------------------------------

    def _records(self, plural: str, changes: Sequence[RecordChange]) -> Iterator[Receipt]:
        current = self._client.show_many(plural, [change.record.id for change in changes])
        planned = plan(changes, current, self._fresh_book(changes, current), self._said(changes))
        yield from planned.receipts
        jobs, outage = self._submit(plural, planned)
        yield from self._follow(jobs)
        if outage is not None:
            raise outage

    def _fresh_book(self, changes: Sequence[RecordChange], current: Mapping[str, Any]) -> FieldBook:
        book: FieldBook = self._book(fresh=False)
        if unknown_keys(changes, current, book):
            book = self._book(fresh=True)
        return book

    def _said(self, changes: Sequence[RecordChange]) -> dict[str, frozenset[str]]:
        """Look for remarks whose first try may have got through."""
        said = {}
        for change in changes:
            if change.resumed and change.remarks and change.record.level is Level.CASE:
                said[change.record.id] = self._found(change)
        return said

    def _found(self, change: RecordChange) -> frozenset[str]:
        try:
            bodies = [str(comment.get("body")) for comment in self._client.comments(change.record.id)]
        except PermanentError:
            return frozenset()
        return frozenset(r.ref for r in change.remarks if any(r.ref in body for body in bodies))

    def _submit(self, plural: str, planned: Plan) -> tuple[dict[str, tuple[Row, ...]], RetryLaterError | None]:
        """Queue every batch; when Zendesk stops taking them, return what it took and why it stopped."""
        jobs: dict[str, tuple[Row, ...]] = {}
        for rows in planned.batches:
            remark_only = all(set(row.body) <= {"id", "comment", "safe_update", "updated_stamp"} for row in rows)
            try:
                job = self._client.update_many(plural, [row.body for row in rows], "remark" if remark_only else "write")
            except RetryLaterError as outage:
                return jobs, outage
            jobs[job] = rows
        return jobs, None

    def _follow(self, jobs: dict[str, tuple[Row, ...]]) -> Iterator[Receipt]:
        """Poll the jobs, all in one call, until each has ended."""
        waiting, settings = dict(jobs), self._client.settings
        for turn in range(settings.poll_times if waiting else 0):
            self._pause.wait(min(settings.poll_seconds * 1.5**turn, 5.0) if settings.poll_seconds else 0)
            for job_id, job in self._client.job_statuses(list(waiting)).items():
                if job["status"] in ENDED and job_id in waiting:
                    yield from _told(waiting.pop(job_id), job)
            if not waiting:
                return
        if waiting:
            raise RetryLaterError(None, "bulk job not finished")

    # --- tasks ----------------------------------------------------------------------------------

    def _task(self, change: RecordChange, order: TaskOrder) -> Receipt:
        part = f"task:{order.external_id}"
        try:
            ticket_id = self._open(change, order)
        except PermanentError as refused:
            return Receipt(change.record, part, Outcome.REFUSED, refused.code, refused.detail)
        return Receipt(change.record, part, Outcome.WRITTEN, vendor_id=ticket_id)

    def _open(self, change: RecordChange, order: TaskOrder) -> str:
        if change.resumed and (found := self._client.tickets_by_external_id(order.external_id)):
            return str(found[0]["id"])
        try:
            return str(self._client.create_ticket(self._ticket(change.record, order), order.external_id)["id"])
        except PermanentError:
            # The key was used with another body: an earlier try has opened the task.
            if found := self._client.tickets_by_external_id(order.external_id):
                return str(found[0]["id"])
            raise

    def _ticket(self, record: RecordRef, order: TaskOrder) -> dict[str, Any]:
        link = f"https://{self._client.subdomain}.zendesk.com/agent/{PLURALS[record.level]}/{record.id}"
        return {
            "type": "task",
            "subject": order.subject,
            "external_id": order.external_id,
            "due_at": order.due_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "priority": PRIORITIES.get(order.priority, "normal"),
            "tags": [TASK_TAG],
            "comment": {"body": f"{order.body}\n\n{link}", "public": False},
            **({"assignee_id": int(order.owner_id)} if order.owner_id and order.owner_id.isdigit() else {}),
        }


def _told(rows: tuple[Row, ...], job: Mapping[str, Any]) -> Iterator[Receipt]:
    """Turn a job's results into receipts, row by row; a row that the job says nothing of is tried again."""
    results = job.get("results")
    by_id = {str(result.get("id")): result for result in results} if isinstance(results, list) else {}
    for row in rows:
        result = by_id.get(row.change.record.id, {})
        if result.get("success") is True:
            yield from row.receipts(Outcome.WRITTEN)
            continue
        error = str(result.get("error") or "")
        refused = (Outcome.REFUSED, "VALIDATION_RULE") if error else UNTOLD
        outcome, code = OUTCOMES.get(error, refused)
        yield from row.receipts(outcome, code, str(result.get("details") or job.get("status"))[:300])


def _ours(ticket: Mapping[str, Any]) -> tuple[str, ...]:
    tags = [str(tag) for tag in ticket.get("tags") or ()]
    return tuple(tag for tag in tags if tag.startswith(TAG_PREFIX) and tag != TASK_TAG)
