"""Which fields an org has, and which of them are ours: found by our mark, never by name alone."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from connectors.salesforce.client import SalesforceClient
from connectors.salesforce.nouns import marker
from core.fields import catalogue

KEPT_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class Page:
    """One object: the fields and parents that our user may see, the names of our fields by catalogue key,
    and the keys whose name the customer uses for a field of their own."""

    names: frozenset[str] = frozenset()
    parents: frozenset[str] = frozenset()
    ours: Mapping[str, str] = field(default_factory=dict)
    foreign: frozenset[str] = frozenset()

    def having(self, wanted: Iterable[str]) -> list[str]:
        """Return the wanted fields that are there."""
        return [name for name in wanted if name in self.names]


def read(described: Mapping[str, Any]) -> Page:
    """Read an object's description. The managed package's namespace may stand before a name."""
    fields = {str(one["name"]): one for one in described["fields"]}
    ours, foreign = {}, set()
    for key, entry in catalogue().items():
        named = [n for n in fields if n == entry.salesforce_name or n.endswith(f"__{entry.salesforce_name}")]
        marked = [name for name in named if marker(key) in str(fields[name].get("inlineHelpText") or "")]
        if marked:
            ours[key] = marked[0]
        elif entry.salesforce_name in named:
            foreign.add(key)
    parents = frozenset(str(one["relationshipName"]) for one in fields.values() if one.get("relationshipName"))
    return Page(frozenset(fields), parents, ours, frozenset(foreign))


class Shelf:
    """Keeps the pages of each org for a while, for all plugins of a process: a plugin lives for one drain only."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pages: dict[tuple[str, str, str], tuple[float, Page]] = {}

    def get(
        self, installation: str, base_url: str, client: SalesforceClient, sobject: str, *, fresh: bool = False
    ) -> Page:
        """Return an object's page; ``fresh`` reads it again."""
        place, now = (installation, base_url, sobject), time.monotonic()
        with self._lock:
            held = self._pages.get(place)
        if held is not None and not fresh and now - held[0] < KEPT_SECONDS:
            return held[1]
        page = read(client.describe(sobject))
        with self._lock:
            self._pages[place] = (now, page)
        return page


shelf = Shelf()
