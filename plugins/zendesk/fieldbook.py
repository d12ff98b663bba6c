"""Which of an account's field definitions are ours: found by our mark, never by title alone."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from connectors.zendesk.client import ZendeskClient
from connectors.zendesk.nouns import marker
from core.fields import Field, at_level
from core.model import Level

KEPT_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class FieldBook:
    """Catalogue key -> the id of the ticket field that holds it. User and organization fields go by their key."""

    ticket_ids: Mapping[str, int] = field(default_factory=dict)


def is_ours(definition: Mapping[str, Any], entry: Field) -> bool:
    """Say whether a definition carries our mark (tickets: in what agents read; else: in the description)."""
    described = definition.get("agent_description") or definition.get("description") or ""
    return marker(entry.key) in str(described)


def read(client: ZendeskClient) -> FieldBook:
    """Read the ids of our ticket fields."""
    definitions = client.fields("ticket_fields")
    found = {
        entry.key: int(definition["id"])
        for entry in at_level(Level.CASE)
        for definition in definitions
        if definition.get("active") is not False and is_ours(definition, entry)
    }
    return FieldBook(found)


class Shelf:
    """Keeps one book an account for a while, for all plugins of a process: a plugin lives for one drain only."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._books: dict[tuple[str, str], tuple[float, FieldBook]] = {}

    def get(self, installation: str, base_url: str, client: ZendeskClient, *, fresh: bool = False) -> FieldBook:
        """Return the account's book; ``fresh`` reads it again."""
        place, now = (installation, base_url), time.monotonic()
        with self._lock:
            held = self._books.get(place)
        if held is not None and not fresh and now - held[0] < KEPT_SECONDS:
            return held[1]
        book = read(client)
        with self._lock:
            self._books[place] = (now, book)
        return book


shelf = Shelf()
