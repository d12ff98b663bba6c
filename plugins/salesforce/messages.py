"""Salesforce descriptions, e-mails and case comments as messages of the core. Pure."""

from __future__ import annotations

import mimetypes
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from core.model import Message, Role
from plugins.salesforce.parties import yes

Record = Mapping[str, Any]
# Case.Origin is a list of words that each org edits; these are the usual ones.
# https://help.salesforce.com/s/articleView?id=sf.cases_fields.htm
CHANNELS: Mapping[str, str] = {
    "email": "email",
    "web": "web",
    "community": "web",
    "portal": "web",
    "chat": "chat",
    "messaging": "chat",
    "web chat": "chat",
    "social": "social",
    "twitter": "social",
    "facebook": "social",
    "instagram": "social",
    "sms": "phone_text",
    "phone": "phone_text",
}
# Where the customer types the description. Elsewhere (telephone) an agent notes what was said.
TYPED = frozenset({"email", "web", "chat", "social"})
EMAIL = "email"
DRAFT = "5"
# https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_user.htm
STAFF = frozenset({"Standard", "CsnOnly"})
ROBOTS = frozenset({"AutomatedProcess", "CloudIntegrationUser"})
UNKNOWN_FILE = "application/octet-stream"


def first_id(case_id: str) -> str:
    """Return the id of the message that a case's description is."""
    return f"{case_id}-first"


def channel(case: Record) -> str | None:
    """Return the core's name of a case's channel."""
    return CHANNELS.get(str(case.get("Origin") or "").strip().lower())


def is_typed(case: Record) -> bool:
    """Say whether the customer wrote the description: by the channel, or a form kept the writer's address."""
    return channel(case) in TYPED or str(case.get("Origin")).upper() == "SMS" or bool(case.get("SuppliedEmail"))


def description(case: Record, users: Mapping[str, Record]) -> Message | None:
    """Return a case's description as its first message; an e-mail's text comes with the e-mail itself."""
    words, at = case.get("Description"), moment(case.get("CreatedDate"))
    if not words or at is None or channel(case) == EMAIL:
        return None
    author = users.get(str(case.get("CreatedById")), {})
    written = is_typed(case) or role_of(author) is Role.CUSTOMER
    role = Role.CUSTOMER if written else Role.NOTE
    return Message(first_id(str(case["Id"])), role, str(words), at, public=written)


def email(record: Record, at: datetime, files: Mapping[str, tuple[str, ...]]) -> Message | None:
    """Return an e-mail; a draft is none yet."""
    if str(record.get("Status")) == DRAFT:
        return None
    incoming = yes(record.get("Incoming"))
    words = str(record.get("TextBody") or record.get("HtmlBody") or "")
    sent = moment(record.get("MessageDate")) or moment(record.get("CreatedDate")) or at
    id_ = str(record["Id"])
    return Message(id_, Role.CUSTOMER if incoming else Role.AGENT, words, sent, True, files.get(id_, ()))


def comment(record: Record, at: datetime, users: Mapping[str, Record]) -> Message:
    """Return a case comment: an unpublished one is a note, whoever wrote it."""
    public = yes(record.get("IsPublished"))
    role = role_of(users.get(str(record.get("CreatedById")), {})) if public else Role.NOTE
    written = moment(record.get("CreatedDate")) or at
    return Message(str(record["Id"]), role, str(record.get("CommentBody") or ""), written, public)


def role_of(user: Record) -> Role:
    """Return who a user is; one we know nothing of counts as staff, so that no feeling of staff is inferred."""
    kind = str(user.get("UserType") or "Standard")
    if kind in ROBOTS:
        return Role.BOT
    return Role.AGENT if kind in STAFF else Role.CUSTOMER


def mime(extension: Any) -> str:
    """Return the MIME type of a file by its extension."""
    return mimetypes.guess_type(f"file.{str(extension or '').lower()}")[0] or UNKNOWN_FILE


def moment(value: Any) -> datetime | None:
    """Read a time of the REST API or of a message; ``None`` when unreadable."""
    try:
        at = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return at if at.tzinfo else None
