"""Reads the conversations of a replay: one JSON object a line, a bad line named and skipped."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

CHANNELS = ("email", "chat", "web", "social", "phone_text")
ROLES = ("customer", "agent", "bot", "note")


class CustomerSchema(Schema):
    """Who writes."""

    class Meta:
        """Unknown keys are left alone."""

        unknown = EXCLUDE

    name = fields.String(load_default=None, validate=validate.Length(max=200))
    email = fields.Email(load_default=None)
    minor = fields.Boolean(load_default=False)
    consent = fields.Dict(keys=fields.String(), values=fields.String(), load_default=dict)


class AccountSchema(Schema):
    """The company behind the customer; ``signals`` are health inputs 0..100."""

    class Meta:
        """Unknown keys are left alone."""

        unknown = EXCLUDE

    name = fields.String(required=True, validate=validate.Length(min=1, max=200))
    domain = fields.String(load_default=None)
    signals = fields.Dict(keys=fields.String(), values=fields.Float(validate=validate.Range(0, 100)), load_default=dict)


class MessageSchema(Schema):
    """One message."""

    class Meta:
        """Unknown keys are left alone."""

        unknown = EXCLUDE

    role = fields.String(required=True, validate=validate.OneOf(ROLES))
    text = fields.String(required=True, validate=validate.Length(max=100_000))
    at = fields.AwareDateTime(load_default=None, format="iso", default_timezone=UTC)
    attachments = fields.List(fields.String(), load_default=list)


class ConversationSchema(Schema):
    """One line."""

    class Meta:
        """Unknown keys are left alone."""

        unknown = EXCLUDE

    id = fields.String(required=True, validate=validate.Length(min=1, max=200))
    channel = fields.String(load_default="email", validate=validate.OneOf(CHANNELS))
    locale = fields.String(load_default="en")
    subject = fields.String(load_default=None)
    customer = fields.Nested(CustomerSchema, load_default=dict)
    account = fields.Nested(AccountSchema, load_default=None)
    messages = fields.List(fields.Nested(MessageSchema), required=True, validate=validate.Length(min=1, max=5000))


@dataclass(frozen=True, slots=True)
class Line:
    """One conversation; every message has its time."""

    id: str
    channel: str
    locale: str
    subject: str | None
    customer: Mapping[str, Any]
    account: Mapping[str, Any] | None
    messages: tuple[Mapping[str, Any], ...]

    @property
    def person_key(self) -> str:
        """The same e-mail is the same person; nobody else is."""
        return str(self.customer.get("email") or f"conversation:{self.id}").lower()

    @property
    def account_key(self) -> str | None:
        """The same domain (or name) is the same company."""
        return str(self.account["domain"] or self.account["name"]).lower() if self.account else None


@dataclass(slots=True)
class Reading:
    """What was read. ``bad``: (line number, what is wrong)."""

    good: list[Line] = field(default_factory=list)
    bad: list[tuple[int, str]] = field(default_factory=list)


def read(lines: Iterable[str], start: datetime) -> Reading:
    """Read lines; messages without a time are spaced by a minute from ``start`` or the last known time."""
    found, seen = Reading(), set[str]()
    for number, text in enumerate(lines, start=1):
        if not text.strip():
            continue
        try:
            line = _line(text, start)
            if line.id in seen:
                raise ValidationError(f"id {line.id!r} came before")
        except (ValidationError, ValueError, RecursionError) as error:
            found.bad.append((number, _words(error)))
            continue
        seen.add(line.id)
        found.good.append(line)
    return found


def _line(text: str, start: datetime) -> Line:
    loaded = ConversationSchema().load(json.loads(text))
    messages = tuple(_timed(loaded.pop("messages"), start))
    customer = loaded.pop("customer") or {}
    return Line(messages=messages, customer=customer, **loaded)


def _timed(messages: Iterable[Mapping[str, Any]], start: datetime) -> Iterator[Mapping[str, Any]]:
    at = start
    for message in messages:
        at = message["at"] or at + timedelta(minutes=1)
        yield {**message, "at": at.astimezone(UTC)}


def _words(error: Exception) -> str:
    if isinstance(error, ValidationError):
        return json.dumps(error.messages, ensure_ascii=False)
    return "no JSON object of this format" if not isinstance(error, json.JSONDecodeError) else f"no JSON: {error.msg}"
