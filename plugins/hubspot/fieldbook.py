"""Which properties an account has, and which of them are ours: by our group and our mark, never by name alone."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from connectors.hubspot.client import HubSpotClient
from connectors.hubspot.nouns import EXTERNAL_ID, GROUP, marker

KEPT_SECONDS, YOUNGEST_SECONDS = 300.0, 20.0


def is_ours(definition: Mapping[str, Any], key: str) -> bool:
    """Say whether a definition stands in our group and carries our mark."""
    return definition.get("groupName") == GROUP and marker(key) in str(definition.get("description") or "")


@dataclass(frozen=True, slots=True)
class FieldBook:
    """The property names of one kind of record."""

    names: frozenset[str] = frozenset()
    ours: frozenset[str] = frozenset()

    def known(self, names: Iterable[str]) -> list[str]:
        """Return those of the names that the account has: HubSpot refuses a search by one that it has not."""
        return [name for name in names if name in self.names]


def read(client: HubSpotClient, plural: str) -> FieldBook:
    """Read the properties of one kind of record."""
    found = {str(one["name"]): one for one in client.properties(plural) if one.get("archived") is not True}
    ours = {name for name, one in found.items() if is_ours(one, name)}
    unique = found.get(EXTERNAL_ID, {}).get("hasUniqueValue") is True
    return FieldBook(frozenset(found), frozenset(ours if unique else ours - {EXTERNAL_ID}))


class Shelf:
    """Keeps an account's books for a while, for all plugins of a process: a plugin lives for one drain only."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._books: dict[tuple[str, str, str], tuple[float, FieldBook]] = {}

    def get(
        self,
        installation: str,
        base_url: str,
        client: HubSpotClient,
        plural: str,
        *,
        fresh: bool = False,
        at_once: bool = False,
    ) -> FieldBook:
        """Return a book; ``fresh`` reads it again unless it is only seconds old, ``at_once`` in any case."""
        place, now = (installation, base_url, plural), time.monotonic()
        kept = 0.0 if at_once else YOUNGEST_SECONDS if fresh else KEPT_SECONDS
        with self._lock:
            held = self._books.get(place)
        if held is not None and now - held[0] < kept:
            return held[1]
        book = read(client, plural)
        with self._lock:
            self._books[place] = (now, book)
        return book


shelf = Shelf()
