"""What the routes do, without HTTP: read a card, judge a draft, keep an answer, call for help."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import Connection, select

from core import overview, roles
from core.cards.model import SPOKESMAN, Card
from core.compliance import gate
from core.errors import RejectedError
from core.language import drafts
from core.model import Delivery, Level, Role
from core.overview import Overview
from core.roles import Reader
from core.store import (
    alerts,
    audit,
    bearer,
    calls,
    cards,
    coaching,
    feedback,
    installations,
    ledger,
    overviews,
    tasks,
)
from core.store.cards import Cards, Place
from core.store.feedback import Answer
from core.store.ground import Ground
from core.store.installations import Installation
from core.store.tables import TenantRow, TurnRow
from plugins.api import advice
from plugins.api.advice import Advice
from plugins.api.coach import Coach

log = structlog.get_logger()

Proof = Callable[[Delivery], Reader | None]
NOT_YOURS, UNKNOWN, NOT_LIVE = "NOT_YOURS", "UNKNOWN_RECORD", "NOT_LIVE"
ANSWERED_TURNS = 5


@dataclass(frozen=True, slots=True)
class Desk(Ground):
    """Everything the routes need. ``proofs``: other ways than our bearer to prove who is asking."""

    coach: Coach
    wake_outbox: Callable[[str, float], None] = lambda installation, seconds: None
    proofs: Sequence[Proof] = ()
    cards: Cards = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "cards", Cards(self.store, self.seal))

    def reader(self, asked: Delivery) -> Reader:
        """Return who is asking; raise ``RejectedError`` SIGN_IN when nobody proves it."""
        for proof in self.proofs:
            found = proof(asked)
            if found is not None:
                return found
        return self._bearer(asked)[0]

    def renew(self, asked: Delivery) -> str:
        """Return a fresh bearer with the role that the reader has now."""
        reader, since = self._bearer(asked)
        with self._place(reader) as (_, installation):
            role = roles.role_of(installation.options, reader.user, reader.role)
        renewed = Reader(reader.tenant, reader.installation, reader.vendor, reader.user, role)
        return bearer.issue(self.seal, renewed, self.clock.now(), since)

    def card(self, reader: Reader, level: Level, id_: str) -> Card:
        """Return what a reader may see of a record."""
        if self.directory.find(reader.installation).tenant != reader.tenant:
            raise RejectedError(bearer.SIGN_IN)
        return self.cards.read(reader, level, id_, self.clock.now())

    def overview(self, reader: Reader) -> Overview:
        """Return what a reader may see of everything; whose scores stand there is in the trail first."""
        with self._place(reader) as (connection, installation):
            facts, people = overviews.read(connection, installation.id, self.clock.now())
            found = overview.build(facts, reader.role)
            if found.cases:
                audit.append(connection, reader.tenant, facts.now, self._readings(reader, people))
        return found

    def _readings(self, reader: Reader, people: Sequence[int]) -> list[audit.Entry]:
        keys = {"level": "case", "keys": [SPOKESMAN[Level.CASE]], "role": reader.role, "vendor": reader.vendor}
        who = feedback.actor(self.seal, reader)
        return [audit.Entry(who, "read", self.seal.digest(reader.tenant, f"person:{one}"), keys) for one in people]

    def advise(self, reader: Reader, id_: str, draft: str, *, ai: bool = False) -> Advice:
        """Judge a draft of a public reply; it is kept nowhere. ``ai``: a machine has written it."""
        _allow(reader, "draft", Level.CASE)
        if len(draft.split()) < drafts.MIN_WORDS:
            return advice.TOO_SHORT
        with self._place(reader) as (connection, installation):
            place = cards.find(connection, installation.id, Level.CASE, id_)
            answered = _answered(connection, place, reader)
            agreed = place is not None and tasks.is_due(connection, place.subject)
        locale = place.case.locale if place else None
        return advice.told(draft, self.coach.judge(draft, answered, locale), drafts.Known(machine=ai, agreed=agreed))

    def coached(self, reader: Reader, accepted: Sequence[str], ignored: Sequence[str], *, unchecked: bool) -> None:
        """Count what became of hints, for the whole team: neither case nor person is kept."""
        _allow(reader, "draft", Level.CASE)
        outcomes = {(code, coaching.ACCEPTED) for code in accepted} | {(code, coaching.IGNORED) for code in ignored}
        if unchecked:
            log.info("draft_sent_unchecked", vendor=reader.vendor)
            outcomes.add((coaching.ANY, coaching.UNCHECKED))
        with self._place(reader) as (connection, _):
            coaching.note(connection, reader.tenant, outcomes, self.clock.now())

    def interrupt(self, reader: Reader, id_: str) -> bool:
        """Say whether this reader may be interrupted for a case now: once in ten minutes, whoever reads it."""
        _allow(reader, "dismiss", Level.CASE)
        with self._place(reader) as (connection, installation):
            _known(connection, installation, Level.CASE, id_)
            return alerts.claim(connection, installation, id_, self.clock.now())

    def disagree(self, reader: Reader, level: Level, id_: str, reason: str, words: str) -> None:
        """Keep a disagreement with a record's score."""
        self._answer(reader, level, id_, "disagree", Answer(feedback.DISAGREE, SPOKESMAN[level], reason, words))

    def dismiss(self, reader: Reader, id_: str) -> None:
        """Put the alert of a case aside, for this reader and this rise of the flag."""
        self._answer(reader, Level.CASE, id_, "dismiss", Answer(feedback.DISMISS, SPOKESMAN[Level.CASE]))

    def call(self, reader: Reader, id_: str) -> bool:
        """Ask a supervisor to join; return ``False`` when one was asked already."""
        _allow(reader, "call", Level.CASE)
        with self._place(reader) as (connection, installation):
            place = _known(connection, installation, Level.CASE, id_)
            _live(connection)
            now = self.clock.now()
            asked = calls.call(connection, installation, place, now)
            answer = Answer(feedback.CALL, SPOKESMAN[Level.CASE])
            feedback.keep(connection, self.seal, reader, place.subject, answer, now, about=_about(place))
        if asked:
            self.wake_outbox(reader.installation, 0.0)
        return asked

    def _answer(self, reader: Reader, level: Level, id_: str, verb: str, answer: Answer) -> None:
        _allow(reader, verb, level)
        with self._place(reader) as (connection, installation):
            place = _known(connection, installation, level, id_)
            now = self.clock.now()
            feedback.keep(connection, self.seal, reader, place.subject, answer, now, about=_about(place))

    def _bearer(self, asked: Delivery) -> tuple[Reader, datetime]:
        scheme, _, given = asked.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            raise RejectedError(bearer.SIGN_IN)
        return bearer.open_bearer(self.seal, given.strip(), asked.received_at)

    @contextmanager
    def _place(self, reader: Reader) -> Iterator[tuple[Connection, Installation]]:
        """Open the reader's tenant; an installation that is gone, or is another tenant's by now, is no place."""
        if self.directory.find(reader.installation).tenant != reader.tenant:
            raise RejectedError(bearer.SIGN_IN)
        with self.store.tenant(reader.tenant) as connection:
            installation = installations.read(connection, reader.installation)
            if installation is None:
                raise RejectedError(bearer.SIGN_IN)
            yield connection, installation


def _allow(reader: Reader, verb: str, level: Level) -> None:
    if not roles.may(reader.role, verb, level):
        raise RejectedError(NOT_YOURS)


def _known(connection: Connection, installation: Installation, level: Level, id_: str) -> Place:
    place = cards.find(connection, installation.id, level, id_)
    if place is None:
        raise RejectedError(UNKNOWN)
    return place


def _live(connection: Connection) -> None:
    if connection.execute(select(TenantRow.mode)).scalar_one() != "live":
        raise RejectedError(NOT_LIVE)


def _about(place: Place) -> str:
    return f"person:{place.person}" if place.person else place.subject


def _answered(connection: Connection, place: Place | None, reader: Reader) -> str | None:
    """Return the customer's newest words, as far as they may be used; the draft is judged without them otherwise."""
    if place is None:
        return None
    held = ledger.permissions(connection, [place.person]).get(place.person) if place.person else None
    permissions = held or ledger.bases_only(connection)
    if not gate.decide(gate.SERVICE, "message_text", reader.role, permissions).allowed:
        return None
    rows: Any = connection.execute(
        select(TurnRow.words)
        .where(TurnRow.case_id == place.case.id, TurnRow.role == Role.CUSTOMER, TurnRow.public, TurnRow.words != "")
        .order_by(TurnRow.at.desc(), TurnRow.id.desc())
        .limit(ANSWERED_TURNS)
    ).scalars()
    return "\n".join(reversed(list(rows))) or None
