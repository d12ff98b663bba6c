"""Core results into HubSpot records: re-read, compare, update in batches, tell the rows of a 207 apart."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby

from connectors.hubspot.client import Answered, HubSpotClient, Record
from connectors.hubspot.nouns import EXTERNAL_ID, NOTES, OBJECTS, TASKS
from core.errors import PermanentError
from core.fields import at_level, catalogue
from core.model import Level, Outcome, Receipt, RecordChange, RecordRef
from core.ports import Clock
from plugins.hubspot.fieldbook import FieldBook
from plugins.hubspot.planning import Row, batches, has_fields, plan, remark_rows, task_rows

# Records that are compared before the first batch goes out, so that the batches are full.
WINDOW = 1000
# https://developers.hubspot.com/docs/api-reference/error-handling
OUTCOMES: Mapping[str, tuple[Outcome, str]] = {
    "OBJECT_NOT_FOUND": (Outcome.GONE, "RECORD_GONE"),
    "CONFLICT": (Outcome.CONFLICT, "WRITE_CONFLICT"),
    "RATE_LIMITS": (Outcome.CONFLICT, "RATE_LIMITED"),
}
ABSENT = ("PROPERTY_DOESNT_EXIST", "does not exist")
UNTOLD = (Outcome.CONFLICT, "WRITE_CONFLICT", "HubSpot says nothing of this row")
Books = Callable[..., FieldBook]
Send = Callable[[Sequence[Record]], Answered]


class Writer:
    """Writes into one installation. ``book`` returns an account's properties, read afresh when asked to."""

    def __init__(self, client: HubSpotClient, book: Books, clock: Clock) -> None:
        self._client, self._book, self._clock = client, book, clock

    def apply(self, changes: Sequence[RecordChange]) -> Iterator[Receipt]:
        """See ``core.ports.VendorPlugin.apply``."""
        for level in Level:
            chosen = [change for change in changes if change.record.level is level and has_fields(change)]
            for start in range(0, len(chosen), WINDOW):
                yield from self._records(OBJECTS[level], chosen[start : start + WINDOW])
        yield from self._activities(NOTES, remark_rows(changes, self._clock.now()), "remark")
        yield from self._activities(TASKS, task_rows(changes), "task")

    def erase(self, person: RecordRef) -> list[Receipt]:
        """Empty our properties on the contact and on every ticket that is associated with it.

        A contact that HubSpot has deleted is associated with nothing any more: a ticket may be named itself.
        """
        tickets = (
            {}
            if person.level is Level.CASE
            else self._client.associated(OBJECTS[Level.PERSON], OBJECTS[Level.CASE], [person.id])
        )
        refs = [person, *(RecordRef(person.vendor, Level.CASE, id_) for id_ in tickets.get(person.id, ()))]
        told = list(self.apply([RecordChange(ref, fields=_emptied(ref.level)) for ref in refs]))
        # A property that the account does not have holds nothing of ours.
        return [replace(r, outcome=Outcome.UNCHANGED, code="") if r.code == "FIELD_MISSING" else r for r in told]

    # --- fields ---------------------------------------------------------------------------------

    def _records(self, plural: str, changes: Sequence[RecordChange]) -> Iterator[Receipt]:
        book = self._book(plural)
        wanted = sorted({key for change in changes for key in change.fields if key in catalogue()})
        if not set(wanted) <= book.ours:
            book = self._book(plural, fresh=True)
        current = self._client.read(plural, [change.record.id for change in changes], wanted)
        planned = plan(changes, current, book)
        yield from planned.receipts
        for rows in batches(planned.rows):
            for row, outcome in self._sent(rows, lambda inputs: self._client.update(plural, inputs)):
                yield row.receipt(*outcome)

    def _sent(self, rows: Sequence[Row], send: Send) -> Iterator[tuple[Row, tuple[Outcome, str, str, str]]]:
        """Send a batch; where HubSpot refuses it as a whole, send its halves, so that one row harms no other."""
        try:
            answer = send([row.body for row in rows])
        except PermanentError as refused:
            if len(rows) == 1:
                gone = refused.code == "RECORD_GONE"
                yield rows[0], (Outcome.GONE if gone else Outcome.REFUSED, refused.code, refused.detail, "")
                return
            middle = len(rows) // 2
            yield from self._sent(rows[:middle], send)
            yield from self._sent(rows[middle:], send)
            return
        yield from _told(rows, answer)

    # --- remarks and tasks ----------------------------------------------------------------------

    def _activities(self, plural: str, rows: Sequence[Row], operation: str) -> Iterator[Receipt]:
        """Keep notes or tasks and hang them on their records. Both steps may be done twice without harm."""
        if rows and not self._can_keep(plural):
            yield from (row.receipt(Outcome.REFUSED, "FIELD_MISSING", EXTERNAL_ID) for row in rows)
            return
        for batch in batches(rows):
            kept: list[tuple[Row, str]] = []
            sent = self._sent(batch, lambda inputs: self._client.upsert(plural, inputs, operation))
            for row, (outcome, code, detail, vendor_id) in sent:
                if outcome is Outcome.WRITTEN and vendor_id:
                    kept.append((row, vendor_id))
                else:
                    yield row.receipt(outcome, code, detail)
            for level, group in _by_level(kept):
                yield from self._hang(plural, OBJECTS[level], group, operation)

    def _can_keep(self, plural: str) -> bool:
        """Say whether our unique id is there: without it a second try would double what the first one made."""
        return EXTERNAL_ID in self._book(plural).ours or EXTERNAL_ID in self._book(plural, fresh=True).ours

    def _hang(self, plural: str, other: str, kept: list[tuple[Row, str]], operation: str) -> Iterator[Receipt]:
        pairs = [(vendor_id, row.change.record.id) for row, vendor_id in kept]
        try:
            answer = self._client.associate(plural, other, pairs, operation)
        except PermanentError as refused:
            yield from (row.receipt(Outcome.REFUSED, refused.code, refused.detail) for row, _ in kept)
            return
        done = {str((result.get("from") or {}).get("id")) for result in answer.results}
        lost = {str(id_) for error in answer.errors for id_ in (error.get("context") or {}).get("toObjectId") or ()}
        for row, vendor_id in kept:
            if row.change.record.id in lost:
                yield row.receipt(Outcome.GONE, "RECORD_GONE")
            elif vendor_id in done:
                yield row.receipt(Outcome.WRITTEN, vendor_id=vendor_id)
            else:
                yield row.receipt(*UNTOLD)


def _emptied(level: Level) -> dict[str, None]:
    return dict.fromkeys((field.key for field in at_level(level)), None)


def _by_level(kept: Iterable[tuple[Row, str]]) -> Iterator[tuple[Level, list[tuple[Row, str]]]]:
    ordered = sorted(kept, key=lambda pair: pair[0].change.record.level)
    for level, group in groupby(ordered, key=lambda pair: pair[0].change.record.level):
        yield level, list(group)


def _told(rows: Sequence[Row], answer: Answered) -> Iterator[tuple[Row, tuple[Outcome, str, str, str]]]:
    """Match a batch's results and errors with its rows; a row that neither names is tried again."""
    ids = {name: str(result.get("id")) for result in answer.results for name in _result_names(result)}
    faults = {name: error for error in answer.errors for name in _names(error)}
    for row in rows:
        mine = (f"trace:{row.trace}", f"id:{row.body['id']}")
        fault = next((faults[name] for name in mine if name in faults), None)
        done = next((ids[name] for name in mine if name in ids), None)
        if fault is not None:
            outcome, code = _outcome(fault)
            yield row, (outcome, code, f"{fault.get('category')}: {fault.get('message')}", "")
        elif done is not None:
            yield row, (Outcome.WRITTEN, "", "", done)
        else:
            yield row, (*UNTOLD, "")


def _result_names(result: Record) -> Iterator[str]:
    """Name a result as a row does: by its trace, by our own id for notes and tasks, by HubSpot's."""
    if result.get("objectWriteTraceId") is not None:
        yield f"trace:{result['objectWriteTraceId']}"
    yield f"id:{(result.get('properties') or {}).get(EXTERNAL_ID) or result.get('id')}"


def _names(error: Record) -> Iterator[str]:
    context = error.get("context") or {}
    yield from (f"trace:{trace}" for trace in context.get("objectWriteTraceId") or ())
    yield from (f"id:{id_}" for id_ in context.get("ids") or ())


def _outcome(error: Record) -> tuple[Outcome, str]:
    words = str(error.get("message"))
    refused = (Outcome.REFUSED, "FIELD_MISSING" if any(one in words for one in ABSENT) else "VALIDATION_RULE")
    return OUTCOMES.get(str(error.get("category")), refused)
