"""The shapes of the widgets' API, in and out; the OpenAPI document is made from them."""

from __future__ import annotations

from typing import Any, ClassVar

from marshmallow import Schema, fields, validate

from core.language.drafts import CODES
from core.store.feedback import MAX_WORDS, REASONS

MAX_DRAFT = 20_000
MANY = validate.Length(max=len(CODES))


class StateSchema(Schema):
    """The first line of a card."""

    code = fields.String(
        required=True, metadata={"enum": ["scored", "empty", "not_permitted", "not_scored", "observing", "no_view"]}
    )
    words = fields.String(required=True)
    band = fields.String(allow_none=True)


class ValueSchema(Schema):
    """One value that the reader may see."""

    key = fields.String(required=True)
    label = fields.String(required=True)
    help = fields.String(required=True)
    value = fields.Raw(required=True)
    words = fields.String(required=True)
    band = fields.String(allow_none=True)
    confidence = fields.Float(required=True)


class ReasonSchema(Schema):
    """One reason; ``phrase`` stands between ``before`` and ``after``."""

    code = fields.String(required=True)
    words = fields.String(required=True)
    before = fields.String(required=True)
    phrase = fields.String(required=True)
    after = fields.String(required=True)
    message = fields.Integer(allow_none=True)
    at = fields.AwareDateTime(allow_none=True)


class PointSchema(Schema):
    """One value of the course."""

    at = fields.AwareDateTime(required=True)
    value = fields.Float(required=True)


class TrendSchema(Schema):
    """How the score went."""

    direction = fields.String(required=True, metadata={"enum": ["rising", "falling", "steady"]})
    words = fields.String(required=True)
    points = fields.List(fields.Nested(PointSchema), required=True)


class ClockSchema(Schema):
    """The nearest due time."""

    due_at = fields.AwareDateTime(required=True)
    words = fields.String(required=True)
    late = fields.Boolean(required=True)


class TaskSchema(Schema):
    """One open task."""

    template = fields.String(required=True)
    subject = fields.String(required=True)
    due_at = fields.AwareDateTime(required=True)
    late = fields.Boolean(required=True)


class ConsentSchema(Schema):
    """One purpose: on, off or pending."""

    purpose = fields.String(required=True)
    state = fields.String(required=True)
    words = fields.String(required=True)


class CardSchema(Schema):
    """Everything that one reader may see of one record."""

    level = fields.String(required=True, metadata={"enum": ["case", "person", "account"]})
    id = fields.String(required=True)
    state = fields.Nested(StateSchema, required=True)
    values = fields.List(fields.Nested(ValueSchema), required=True)
    reasons = fields.List(fields.Nested(ReasonSchema), required=True)
    trend = fields.Nested(TrendSchema, allow_none=True)
    next_step = fields.String(allow_none=True)
    clock = fields.Nested(ClockSchema, allow_none=True)
    tasks = fields.List(fields.Nested(TaskSchema), required=True)
    consent = fields.List(fields.Nested(ConsentSchema), required=True)
    notes = fields.List(fields.String(), required=True)
    scored_at = fields.AwareDateTime(allow_none=True)
    rule_version = fields.String(allow_none=True)
    stale = fields.Boolean(required=True)
    degraded = fields.Boolean(required=True)
    disputed = fields.Boolean(required=True)
    alert = fields.Boolean(required=True)
    may = fields.List(fields.String(), required=True)


class HintSchema(Schema):
    """One remark on a draft."""

    code = fields.String(required=True)
    level = fields.String(required=True, metadata={"enum": ["hint", "confirm", "block"]})
    words = fields.String(required=True)
    instead = fields.String(required=True)
    phrase = fields.String(required=True)


class AdviceSchema(Schema):
    """The answer to a draft. ``proceed`` is false only where a hard rule speaks."""

    verdict = fields.String(required=True, metadata={"enum": ["judged", "too_short", "not_checked", "not_coached"]})
    words = fields.String(required=True)
    score = fields.Float(allow_none=True)
    proceed = fields.Boolean(required=True)
    hints = fields.List(fields.Nested(HintSchema), required=True)


class DraftSchema(Schema):
    """A draft of a public reply; it is judged and not kept. ``ai``: a machine has written it."""

    text = fields.String(required=True, validate=validate.Length(max=MAX_DRAFT))
    ai = fields.Boolean(load_default=False)


class OutcomeSchema(Schema):
    """What became of the hints on a reply that was sent. ``unchecked``: it went out without an answer of ours."""

    accepted = fields.List(fields.String(validate=validate.OneOf(CODES)), load_default=[], validate=MANY)
    ignored = fields.List(fields.String(validate=validate.OneOf(CODES)), load_default=[], validate=MANY)
    unchecked = fields.Boolean(load_default=False)


class DisagreementSchema(Schema):
    """Why somebody disagrees with a score."""

    reason = fields.String(required=True, validate=validate.OneOf(REASONS))
    words = fields.String(load_default="", validate=validate.Length(max=MAX_WORDS))


class NothingSchema(Schema):
    """A request without content."""


class DoneSchema(Schema):
    """What was done."""

    done = fields.Boolean(required=True)
    words = fields.String(required=True)


class ListedSchema(Schema):
    """One case or task of the overview."""

    level = fields.String(required=True, metadata={"enum": ["case", "person", "account"]})
    id = fields.String(required=True)
    words = fields.String(required=True)
    more = fields.String(required=True)
    band = fields.String(allow_none=True)
    clock = fields.Nested(ClockSchema, allow_none=True)


class HintedSchema(Schema):
    """How often the team took up one kind of hint in 30 days."""

    words = fields.String(required=True)
    accepted = fields.Integer(required=True)
    ignored = fields.Integer(required=True)


class OverviewSchema(Schema):
    """Everything at once, for leads and admins."""

    code = fields.String(required=True, metadata={"enum": ["risk", "calm", "observing", "only_delivery", "no_view"]})
    words = fields.String(required=True)
    cases = fields.List(fields.Nested(ListedSchema), required=True)
    tasks = fields.List(fields.Nested(ListedSchema), required=True)
    more_cases = fields.Integer(required=True)
    more_tasks = fields.Integer(required=True)
    delivery = fields.String(allow_none=True)
    healthy = fields.Boolean(required=True)
    hinted = fields.List(fields.Nested(HintedSchema), required=True)
    console = fields.String(allow_none=True)
    notes = fields.List(fields.String(), required=True)
    stale = fields.Boolean(required=True)


class SessionSchema(Schema):
    """A fresh bearer, and how long it lives."""

    bearer = fields.String(required=True)
    seconds = fields.Integer(required=True)


class ErrorSchema(Schema):
    """Why a request was not served, in words for the reader."""

    code = fields.String(required=True)
    words = fields.String(required=True)


# All that a route may answer besides its own success.
ERRORS: dict[int, str] = {
    401: "Sign in again: the bearer is missing, expired, changed or of somebody else",
    403: "Not for this role",
    404: "Nothing is known of this record yet",
    409: "Not possible in the tenant's present mode",
    413: "Too large",
    422: "The content does not have the documented shape",
    503: "Try again later",
}


class Documented:
    """Says once what every route may answer."""

    codes: ClassVar[dict[int, str]] = ERRORS

    @staticmethod
    def on(blueprint: Any, view: Any) -> Any:
        """Add the documented errors to a view."""
        for code, words in ERRORS.items():
            view = blueprint.alt_response(code, schema=ErrorSchema, description=words)(view)
        return view
