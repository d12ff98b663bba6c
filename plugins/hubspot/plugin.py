"""HubSpot as the core sees it: one installation's reader, writer and fields behind ``core.ports.VendorPlugin``."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from functools import partial

from connectors.hubspot.client import HubSpotClient
from connectors.hubspot.nouns import NOTES, OBJECTS, TASKS
from core.model import Account, Conversation, Event, Level, Person, Receipt, RecordChange, RecordRef
from core.ports import Access, FieldReport, Found, Known, LinkKeys, VendorPlugin
from plugins.hubspot import provision as provisioning
from plugins.hubspot.fieldbook import shelf
from plugins.hubspot.reader import Reader
from plugins.hubspot.settings import MappingSettings
from plugins.hubspot.writer import Writer


class HubSpotPlugin:
    """See ``core.ports.VendorPlugin``."""

    def __init__(self, access: Access) -> None:
        self._client = HubSpotClient(access)
        self._book = partial(shelf.get, access.installation, access.base_url, self._client)
        self._reader = Reader(self._client, MappingSettings.from_options(access.options), self._book)
        self._writer = Writer(self._client, self._book, access.clock)

    def load(self, events: Sequence[Event], known: Known) -> list[Conversation]:
        """Turn events into conversations."""
        return self._reader.load(events, known)

    def people(self, ids: Sequence[str]) -> list[Person]:
        """Read contacts."""
        return self._reader.people(ids)

    def accounts(self, ids: Sequence[str]) -> list[Account]:
        """Read companies."""
        return self._reader.accounts(ids)

    def find(self, level: Level, wanted: Sequence[LinkKeys]) -> list[Found]:
        """Find contacts or companies by the keys that other tools know them by."""
        return self._reader.find(level, wanted)

    def history(self, since: datetime, limit: int) -> Sequence[Conversation]:
        """Read past tickets."""
        return self._reader.history(since, limit)

    def apply(self, changes: Sequence[RecordChange]) -> Iterator[Receipt]:
        """Write changes."""
        return self._writer.apply(changes)

    def erase(self, person: RecordRef) -> list[Receipt]:
        """Clear our values on a person's records."""
        return self._writer.erase(person)

    def provision(self, *, dry_run: bool = False, parts: Collection[str] | None = None) -> FieldReport:
        """Create or check our properties."""
        report = provisioning.provision(self._client, dry_run=dry_run, parts=parts)
        if not dry_run:
            for plural in (*OBJECTS.values(), NOTES, TASKS):
                self._book(plural, at_once=True)
        return report


def build(access: Access) -> VendorPlugin:
    """Return the plugin of one installation."""
    return HubSpotPlugin(access)
