"""Turns judgements into JSON for the database, and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

from core.judgement import Scored, Turn
from core.model import Observation, Reason, Role
from core.ports import ReplyJudgement, Span, TextJudgement

_NAMES: dict[type[Any], tuple[str, ...]] = {
    kind: tuple(field.name for field in fields(kind)) for kind in (Reason, Span, TextJudgement, ReplyJudgement)
}


def turn_row(turn: Turn) -> dict[str, Any]:
    """Return a turn's columns."""
    return {
        "external_id": turn.id,
        "role": turn.role,
        "at": turn.at,
        "public": turn.public,
        "words": turn.words,
        "judgement": _judgement(turn),
        "refused": turn.refused,
        "notes": list(turn.notes),
        "signals": [flat(signal) for signal in turn.signals],
    }


def turn(row: Any) -> Turn:
    """Return a row as the turn that it was."""
    judged: Mapping[str, Any] = row.judgement or {}
    return Turn(
        id=row.external_id,
        role=Role(row.role),
        at=row.at,
        public=row.public,
        words=row.words,
        customer=_text(judged["customer"]) if "customer" in judged else None,
        reply=_reply(judged["reply"]) if "reply" in judged else None,
        refused=row.refused,
        notes=tuple(row.notes),
        signals=reasons(row.signals),
    )


def reasons(rows: Sequence[Mapping[str, Any]]) -> tuple[Reason, ...]:
    """Return stored reasons."""
    return tuple(Reason(**row) for row in rows)


def observation_row(tenant: str, seen: Observation) -> dict[str, Any]:
    """Return an observation's columns."""
    return {
        "tenant_id": tenant,
        "subject": seen.subject,
        "key": seen.key,
        "value": {"value": seen.value, "parts": dict(seen.parts)},
        "confidence": seen.confidence,
        "reasons": [flat(reason) for reason in seen.reasons],
        "refused": seen.refused,
        "rule_version": seen.rule_version,
        "at": seen.at,
        "expires_at": seen.expires_at,
    }


def scored(row: Any) -> Scored:
    """Return a stored observation as the previous value."""
    held = row.value or {}
    return Scored(held.get("value"), row.at, held.get("parts", {}), reasons(row.reasons))


def _judgement(judged: Turn) -> dict[str, Any] | None:
    if judged.customer is not None:
        return {"customer": _with_spans(judged.customer)}
    return {"reply": _with_spans(judged.reply)} if judged.reply is not None else None


def _text(stored: Mapping[str, Any]) -> TextJudgement:
    return TextJudgement(**{**stored, "spans": tuple(Span(**span) for span in stored["spans"])})


def _reply(stored: Mapping[str, Any]) -> ReplyJudgement:
    return ReplyJudgement(**{**stored, "spans": tuple(Span(**span) for span in stored["spans"])})


def _with_spans(judged: TextJudgement | ReplyJudgement) -> dict[str, Any]:
    return {**flat(judged), "spans": [flat(span) for span in judged.spans]}


def flat(value: Reason | Span | TextJudgement | ReplyJudgement) -> dict[str, Any]:
    """Return the fields as they are. ``dataclasses.asdict`` copies to the bottom: a fifth of the worker's time."""
    return {name: getattr(value, name) for name in _NAMES[type(value)]}
