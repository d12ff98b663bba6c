"""Privacy: a person's choices, their export, their erasure; what is kept how long; who was erased (PRIV-1, 3, 4)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from flask import Response, abort, request
from sqlalchemy import Connection

from core.compliance import consent, retention
from core.compliance.consent import CHOICES, PURPOSES, Choice
from core.errors import RejectedError
from core.fields import catalogue
from core.jobs import erasing
from core.judgement import Permissions
from core.model import Level
from core.store import access_export, audit, erasure, feedback, installations, ledger, links, tenants, tombstones
from core.store.installations import Installation
from core.store.links import Link
from manifests import declarations
from plugins.console.answers import back, show
from plugins.console.desk import Answer, Desk, Page, Route, Visitor

SHOWN = 20
CLASSES = {
    "message_text": "The words of a message, redacted",
    "message_tag": "Tone and judgement of a message",
    "case_score": "Scores of a case",
    "account_aggregate": "Scores of an account",
    "care_alert": "Care alerts",
    "consent_mirror": "What a person allows, as shown on the record",
    "audit": "The audit trail",
}


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who was found by the id that a tool has for them."""

    place: Installation
    id: str
    entity: int
    permissions: Permissions
    choices: tuple[Choice, ...]
    records: tuple[Link, ...]

    @property
    def state(self) -> str:
        """What is allowed, in words."""
        return consent.mirror(self.permissions)


def privacy(desk: Desk, visitor: Visitor) -> Answer:
    """Show the page, and somebody's part of it if asked for."""
    return _page(desk, visitor)


def choose(desk: Desk, visitor: Visitor) -> Answer:
    """Record what a person allows or objects to; it holds at once."""
    now = desk.now()
    purpose, choice = request.form.get("purpose", ""), request.form.get("choice", "")
    said = Choice(purpose, choice, now, request.form.get("notice", "").strip()[:100])
    with desk.store.tenant(visitor.tenant) as connection:
        person = _person(connection, request.form) or abort(404)
        try:
            ledger.record(connection, visitor.tenant, person.entity, said, now)
        except RejectedError:
            return _page(desk, visitor, "A consent needs a purpose of its own and the version of the notice.", person)
        names = {"purpose": purpose, "choice": choice}
        _note(desk, visitor, connection, person, "choice_recorded", names)
    desk.wake_choices(visitor.tenant, person.entity)
    return back("privacy", told="CHOICE_RECORDED", installation=person.place.id, person=person.id)


def export(desk: Desk, visitor: Visitor) -> Answer:
    """Give everything that is held about a person as one file; that it was given stands in the trail."""
    with desk.store.tenant(visitor.tenant) as connection:
        person = _person(connection, request.form) or abort(404)
        held = access_export.document(connection, desk.seal, visitor.tenant, person.entity, desk.now())
        _note(desk, visitor, connection, person, "exported", {"format": access_export.FORMAT})
    body = json.dumps(held, indent=2, ensure_ascii=False)
    answer = Response(f"{body}\n", content_type="application/json; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="attune-person.json"'
    return answer


def erase(desk: Desk, visitor: Visitor) -> Answer:
    """Erase a person; whoever asks for it writes the id once more."""
    with desk.store.tenant(visitor.tenant) as connection:
        person = _person(connection, request.form) or abort(404)
    if request.form.get("again", "").strip() != person.id:
        return _page(desk, visitor, "Nothing was erased: write the person's id once more to confirm.", person)
    who = feedback.actor(desk.seal, visitor.reader)
    erased = erasing.erase_person(desk, visitor.tenant, person.entity, actor=who)
    with desk.store.tenant(visitor.tenant) as connection:
        left = erasure.left(connection, person.entity)
    return show("erased.html", erased=erased, left=left, labels=_labels())


def _page(desk: Desk, visitor: Visitor, wrong: str = "", person: Person | None = None) -> Answer:
    asked = {name: request.args.get(name, "").strip()[:100].replace("\0", "") for name in ("installation", "person")}
    with desk.store.tenant(visitor.tenant) as connection:
        person = person or _person(connection, asked)
        return show(
            "privacy.html",
            422 if wrong else 200,
            wrong=wrong,
            asked=asked,
            person=person,
            places=installations.of_tenant(connection),
            labels=_labels(),
            purposes=PURPOSES,
            choices=CHOICES,
            bases=tenants.bases(connection),
            classes=[(said, name, retention.SCHEDULE[name], _fields(name)) for name, said in CLASSES.items()],
            tombstones=tombstones.newest(connection, SHOWN),
        )


def _person(connection: Connection, asked: Any) -> Person | None:
    id_ = asked.get("person", "").strip()[:100].replace("\0", "")
    place = installations.read(connection, asked.get("installation", "").replace("\0", ""))
    link = links.known(connection, place.id, Level.PERSON, [id_]).get(id_) if place and id_ else None
    if place is None or link is None:
        return None
    return Person(
        place,
        id_,
        link.entity,
        ledger.permissions(connection, [link.entity])[link.entity],
        tuple(ledger.choices(connection, link.entity)),
        tuple(links.of_entities(connection, Level.PERSON, [link.entity])[link.entity]),
    )


def _note(desk: Desk, visitor: Visitor, connection: Connection, person: Person, action: str, detail: Any) -> None:
    subject = desk.seal.digest(visitor.tenant, f"person:{person.entity}")
    who = feedback.actor(desk.seal, visitor.reader)
    audit.append(connection, visitor.tenant, desk.now(), [audit.Entry(who, action, subject, detail)])


def _fields(data_class: str) -> list[str]:
    return [one.label.removeprefix("Attune: ") for one in catalogue().values() if one.data_class == data_class]


def _labels() -> dict[str, str]:
    return {name: one["label"] for name, one in declarations().items()}


PAGE = Page(
    "privacy",
    "Privacy",
    roles=("privacy",),
    routes=(
        Route("", privacy),
        Route("choice", choose, post=True),
        Route("export", export, post=True),
        Route("erase", erase, post=True),
    ),
)
