"""A conversation's turns, and what is known beside them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from core.language.service.judgement import CustomerJudgement, ReplyJudgement


@dataclass(frozen=True)
class Turn:
    """One message; customers' turns carry a judgement, agents' a reply judgement."""

    role: str
    text: str
    at: datetime
    customer: CustomerJudgement | None = None
    reply: ReplyJudgement | None = None


@dataclass(frozen=True)
class History:
    """What is known besides the messages."""

    contacts: int = 1
    prior_escalations: int = 0


def parse_time(value: object, previous: datetime | None) -> datetime:
    """RFC 3339, or a minute after the message before where it is missing."""
    if isinstance(value, str):
        try:
            at = datetime.fromisoformat(value.replace("Z", "+00:00"))
            return at if at.tzinfo else at.replace(tzinfo=UTC)
        except ValueError:
            pass
    return (previous or datetime(2026, 1, 1, tzinfo=UTC)) + timedelta(minutes=1)
