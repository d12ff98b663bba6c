"""HubSpot conversations and ticket descriptions as messages of the core. Pure."""

from __future__ import annotations

import mimetypes
from collections.abc import Iterable, Mapping
from typing import Any

from core.model import Message, Role
from plugins.hubspot.parties import moment, text

# Channels of the conversations inbox, and sources of tickets.
# https://developers.hubspot.com/docs/api-reference/latest/conversations/inbox-and-messages/guide
CHANNELS: Mapping[str, str] = {"1000": "chat", "1001": "social", "1002": "email", "1007": "phone_text"}
SOURCES: Mapping[str, str] = {"EMAIL": "email", "CHAT": "chat", "FORM": "web", "PHONE": "phone_text"}
# What a customer wrote becomes a ticket's description from these sources; otherwise an agent summed it up.
WRITTEN_BY_CUSTOMER = frozenset({"EMAIL", "CHAT", "FORM"})
# The letter before an actor's id tells what it is: agent, system, integration, bot, visitor, e-mail address.
OUTGOING: Mapping[str, Role] = {"A": Role.AGENT}
INCOMING: Mapping[str, Role] = {
    "V": Role.CUSTOMER,
    "E": Role.CUSTOMER,
    "A": Role.AGENT,
    "B": Role.BOT,
    "S": Role.SYSTEM,
    "L": Role.BOT,
}
USAGES: Mapping[str, str] = {"IMAGE": "image/*", "AUDIO": "audio/*", "VOICE_RECORDING": "audio/*", "STICKER": "image/*"}
# The endings that Python knows itself: what a machine has installed makes no difference.
NAMES = mimetypes.MimeTypes()
UNKNOWN_TYPE = "application/octet-stream"


def first_id(ticket_id: str) -> str:
    """Return the id of the message that a ticket's description is."""
    return f"{ticket_id}-first"


def channel(ticket: Mapping[str, Any], said: Iterable[Mapping[str, Any]]) -> str | None:
    """Return the core's name of a case's channel: that of its messages, else the ticket's source."""
    by_message = (CHANNELS.get(str(one.get("channelId"))) for one in said)
    known = next((name for name in by_message if name is not None), None)
    return known or SOURCES.get(str(ticket["properties"].get("source_type")))


def description(ticket: Mapping[str, Any]) -> tuple[Message, ...]:
    """Return a ticket's description as its first message; it has no other author than where it came from."""
    held = ticket["properties"]
    words, at = text(held.get("content")), moment(held.get("createdate") or ticket.get("createdAt"))
    if words is None or at is None:
        return ()
    theirs = str(held.get("source_type")) in WRITTEN_BY_CUSTOMER
    return (Message(first_id(str(ticket["id"])), Role.CUSTOMER if theirs else Role.NOTE, words, at, theirs),)


def of_thread(found: Iterable[Mapping[str, Any]]) -> list[Message]:
    """Return what people said in a conversation; changes of its state are no messages."""
    read = (_message(one) for one in found)
    return sorted((one for one in read if one is not None), key=lambda one: (one.at, one.id))


def _message(found: Mapping[str, Any]) -> Message | None:
    at, kind = moment(found.get("createdAt")), found.get("type")
    if at is None or kind not in ("MESSAGE", "COMMENT", "WELCOME_MESSAGE") or found.get("archived") is True:
        return None
    files = tuple(_type(file) for file in found.get("attachments") or () if file.get("type") == "FILE")
    role = Role.NOTE if kind == "COMMENT" else Role.BOT if kind == "WELCOME_MESSAGE" else _role(found)
    return Message(str(found["id"]), role, str(found.get("text") or ""), at, kind != "COMMENT", files)


def _role(found: Mapping[str, Any]) -> Role:
    senders = found.get("senders") or [{}]
    letter = str(senders[0].get("actorId") or found.get("createdBy") or "").partition("-")[0]
    if found.get("direction") == "INCOMING":
        return INCOMING.get(letter, Role.SYSTEM)
    return OUTGOING.get(letter, Role.BOT)


def _type(file: Mapping[str, Any]) -> str:
    by_usage = USAGES.get(str(file.get("fileUsageType")))
    return by_usage or NAMES.guess_type(str(file.get("name") or ""))[0] or UNKNOWN_TYPE
