"""Zendesk comments, descriptions and chat messages as messages of the core. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from core.model import Event, Kind, Message, Role
from plugins.zendesk.parties import text

# https://developer.zendesk.com/documentation/ticketing/reference-guides/via-types/
CHANNELS: Mapping[str, str] = {
    "email": "email",
    "mail": "email",
    "web": "web",
    "web_service": "web",
    "web_form": "web",
    "web_widget": "web",
    "help_center": "web",
    "api": "web",
    "mobile_sdk": "web",
    "mobile": "web",
    "chat": "chat",
    "native_messaging": "chat",
    "messaging": "chat",
    "sunshine_conversations_api": "chat",
    "whatsapp": "chat",
    "any_channel": "social",
    "twitter": "social",
    "twitter_dm": "social",
    "facebook": "social",
    "instagram_dm": "social",
    "sms": "phone_text",
    "voice": "phone_text",
    "phone": "phone_text",
}
# The description of a messaging ticket is made up by Zendesk ("Conversation with ..."), nobody wrote it.
GENERATED = frozenset({"native_messaging", "messaging", "sunshine_conversations_api"})
ACTORS: Mapping[str, Role] = {
    "end_user": Role.CUSTOMER,
    "end-user": Role.CUSTOMER,
    "agent": Role.AGENT,
    "admin": Role.AGENT,
    "bot": Role.BOT,
    "system": Role.BOT,
}
SAME_MOMENT = timedelta(seconds=10)


def first_id(ticket_id: str) -> str:
    """Return the id of a ticket's first message: ticket.created does not say which comment it became."""
    return f"{ticket_id}-first"


def channel(detail: Mapping[str, Any]) -> str | None:
    """Return the core's name of a ticket's channel."""
    via = detail.get("via")
    return CHANNELS.get(str(via.get("channel")).lower()) if isinstance(via, dict) else None


def of_event(event: Event, ticket_id: str, staff: frozenset[str]) -> tuple[Message, ...]:
    """Return the message that an event carries; none for a change without words. ``staff``: ids of agents."""
    detail, content = event.raw.get("detail") or {}, event.raw.get("event") or {}
    if "attune" in event.raw or event.kind not in (Kind.CASE_CREATED, Kind.MESSAGE_ADDED):
        return ()
    if event.kind is Kind.CASE_CREATED:
        return _description(detail, ticket_id, event.occurred_at, staff)
    if "message" in content:
        return (_chat(content, event.occurred_at),)
    return (_comment(content["comment"], detail, ticket_id, event.occurred_at, staff),)


def of_comments(comments: list[dict[str, Any]], ticket: Mapping[str, Any], staff: frozenset[str]) -> list[Message]:
    """Return the comments of a ticket as the REST API lists them, oldest first."""
    listed = [_listed(index, comment, ticket, staff) for index, comment in enumerate(comments)]
    return listed[1:] if _generated(ticket) else listed


def _description(detail: Mapping[str, Any], ticket_id: str, at: datetime, staff: frozenset[str]) -> tuple[Message, ...]:
    words = text(detail.get("description"))
    if words is None or _generated(detail):
        return ()
    public = detail.get("is_public") is not False
    role = _first_role(detail, public, staff)
    return (Message(first_id(ticket_id), role, words, moment(detail.get("created_at")) or at, public),)


def _generated(ticket: Mapping[str, Any]) -> bool:
    via = ticket.get("via")
    return isinstance(via, dict) and via.get("channel") in GENERATED


def _first_role(detail: Mapping[str, Any], public: bool, staff: frozenset[str]) -> Role:
    # The submitter always is the author of the first comment.
    # https://developer.zendesk.com/api-reference/ticketing/tickets/tickets/
    author, requester = text(detail.get("submitter_id")), text(detail.get("requester_id"))
    return _author_role(author in staff or author not in (None, requester), public)


def _comment(
    comment: Mapping[str, Any], detail: Mapping[str, Any], ticket_id: str, at: datetime, staff: frozenset[str]
) -> Message:
    author = comment.get("author") or {}
    public = comment.get("is_public") is not False
    words = str(comment["body"])
    role = _author_role(author.get("is_staff") is True or text(author.get("id")) in staff, public)
    found = comment.get("attachments")
    files = found if isinstance(found, list) else []
    id_ = first_id(ticket_id) if _is_first(words, detail, at) else str(comment["id"])
    return Message(id_, role, words, at, public, _types(files))


def _is_first(words: str, detail: Mapping[str, Any], at: datetime) -> bool:
    """Say whether a comment is the description come once more: the same words at the ticket's own moment."""
    opened = moment(detail.get("created_at"))
    same = " ".join(words.split()) == " ".join(str(detail.get("description") or "").split())
    return same and opened is not None and abs(at - opened) <= SAME_MOMENT


def _chat(content: Mapping[str, Any], at: datetime) -> Message:
    actor, message = content.get("actor") or {}, content["message"]
    role = ACTORS.get(str(actor.get("type")).lower(), Role.SYSTEM)
    return Message(str(message["id"]), role, str(message.get("body") or ""), at)


def _listed(index: int, comment: Mapping[str, Any], ticket: Mapping[str, Any], staff: frozenset[str]) -> Message:
    public = comment.get("public") is not False
    role = _author_role(text(comment.get("author_id")) in staff, public)
    id_ = first_id(str(ticket["id"])) if index == 0 else str(comment["id"])
    at = moment(comment.get("created_at")) or moment(ticket.get("created_at"))
    assert at is not None, "Zendesk gives every comment a time"
    return Message(id_, role, str(comment.get("body") or ""), at, public, _types(comment.get("attachments") or []))


def _author_role(staff: bool, public: bool) -> Role:
    if not public:
        return Role.NOTE
    return Role.AGENT if staff else Role.CUSTOMER


def _types(files: list[Any]) -> tuple[str, ...]:
    known = [file for file in files if isinstance(file, dict)]
    return tuple(str(file.get("content_type") or "application/octet-stream") for file in known)


def moment(value: Any) -> datetime | None:
    """Read a time of the REST API or of an event; ``None`` when unreadable."""
    try:
        at = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return at if at.tzinfo else None
