"""What readers answered to a score inside the vendor's own pages, come back to us as an event."""

from __future__ import annotations

from collections.abc import Sequence

import structlog
from sqlalchemy import Connection, select

from core import roles
from core.cards.model import SPOKESMAN
from core.jobs.runtime import Runtime
from core.model import Event, RecordRef
from core.store import calls, cards, feedback
from core.store.cards import Place
from core.store.feedback import Answer
from core.store.installations import Installation
from core.store.tables import TenantRow

log = structlog.get_logger()
# Whoever may make such a record was given that right by the vendor's admin; a mapped role may narrow it.
DEFAULT_ROLE = "agent"


def take(runtime: Runtime, connection: Connection, installation: Installation, happened: Sequence[Event]) -> set[str]:
    """Keep answers (raw: kind, key, reason, words, user); return the outboxes in which something waits.

    Said twice it is kept once. What is no answer of ours, or speaks of a record that we do not know, is left out.
    """
    return {outbox for event in happened for outbox in _take(runtime, connection, installation, event)}


def _take(runtime: Runtime, connection: Connection, installation: Installation, event: Event) -> set[str]:
    about, given = event.subject, {name: str(value) for name, value in event.raw.items()}
    reader = _reader(installation, given.get("user", ""))
    refusal = _refusal(about, given, reader)
    place = cards.find(connection, installation.id, about.level, about.id) if about and not refusal else None
    if about is None or place is None:
        log.info("answer_left_out", installation=installation.id, cause=refusal or "RECORD_UNKNOWN")
        return set()
    now = runtime.clock.now()
    live = connection.execute(select(TenantRow.mode)).scalar_one() == "live"
    kind = given["kind"]
    answer = Answer(kind, SPOKESMAN[about.level], *((given["reason"], given["words"]) if kind == "disagree" else ()))
    feedback.keep(connection, runtime.seal, reader, place.subject, answer, now, about=_person(place))
    asked = kind == feedback.CALL and live and calls.call(connection, installation, place, now)
    return {installation.id} if asked else set()


def _refusal(about: RecordRef | None, given: dict[str, str], reader: roles.Reader) -> str:
    """Return why an answer is none; an empty text when it is one."""
    kind = given.get("kind", "")
    if about is None or kind not in (feedback.DISAGREE, feedback.CALL):
        return "NO_ANSWER"
    if kind == feedback.DISAGREE and given.get("reason") not in feedback.REASONS:
        return "NO_ANSWER"
    return "" if roles.may(reader.role, kind, about.level) else "NOT_FOR_THIS_ROLE"


def _reader(installation: Installation, user: str) -> roles.Reader:
    role = roles.role_of(installation.options, user, DEFAULT_ROLE)
    return roles.Reader(installation.tenant, installation.id, installation.vendor, user, role)


def _person(place: Place) -> str:
    return f"person:{place.person}" if place.person else place.subject
