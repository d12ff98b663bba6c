"""LANG-4's beginning: what people answer to a score is kept, with the value and version it speaks of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, select
from sqlalchemy.dialects.postgresql import insert

from core.compliance.redact import redact
from core.compliance.retention import SCHEDULE
from core.roles import Reader
from core.store import audit
from core.store.seal import Seal
from core.store.tables import FeedbackRow, ObservationRow

DISAGREE, DISMISS, CALL = "disagree", "dismiss", "call"
OPEN = "open"
REASONS = ("wrong_tone", "too_high", "too_low", "not_about_this", "other")
MAX_WORDS = 500
KEEP = timedelta(days=SCHEDULE["message_tag"])


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer to one value. ``key`` is the value it speaks of; ``words`` are the person's own, redacted here."""

    kind: str
    key: str
    reason: str = ""
    words: str = ""


def actor(seal: Seal, reader: Reader) -> str:
    """Return the pseudonym under which a reader stands in the trail and in feedback."""
    return f"user:{seal.digest(reader.tenant, 'user', reader.vendor, reader.user)[:16]}"


def keep(
    connection: Connection, seal: Seal, reader: Reader, subject: str, answer: Answer, now: datetime, *, about: str
) -> None:
    """Store an answer; the same answer again replaces itself. ``about``: the subject named in the trail."""
    held = connection.execute(
        select(ObservationRow.value, ObservationRow.rule_version).where(
            ObservationRow.subject == subject, ObservationRow.key == answer.key
        )
    ).first()
    who = actor(seal, reader)
    fixed = {"tenant_id": reader.tenant, "subject": subject, "kind": answer.kind, "key": answer.key, "actor": who}
    said = {
        "installation_id": reader.installation,
        "reason": answer.reason,
        "words": redact(answer.words[:MAX_WORDS], "US").text,
        "value": (held.value or {}).get("value") if held else None,
        "rule_version": held.rule_version if held else "",
        "state": OPEN,
        "decided_at": None,
        "decided_by": "",
        "decision": "",
        "at": now,
        "expires_at": now + KEEP,
    }
    statement = insert(FeedbackRow).values({**fixed, **said})
    connection.execute(statement.on_conflict_do_update(index_elements=list(fixed), set_=said))
    detail = {"key": answer.key, "reason": answer.reason, "role": reader.role}
    entry = audit.Entry(who, answer.kind, seal.digest(reader.tenant, about), detail)
    audit.append(connection, reader.tenant, now, [entry])
