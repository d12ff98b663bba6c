"""Zendesk as the core sees it: one installation's reader, writer and fields behind ``core.ports.VendorPlugin``."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from functools import partial

from connectors.zendesk.client import ZendeskClient
from core.model import Account, Conversation, Event, Level, Person, Receipt, RecordChange, RecordRef
from core.ports import Access, FieldReport, Found, Known, LinkKeys, VendorPlugin
from plugins.zendesk import provision as provisioning
from plugins.zendesk.fieldbook import shelf
from plugins.zendesk.finder import Finder
from plugins.zendesk.reader import Reader
from plugins.zendesk.settings import MappingSettings
from plugins.zendesk.writer import Writer


class ZendeskPlugin:
    """See ``core.ports.VendorPlugin``."""

    def __init__(self, access: Access) -> None:
        self._client = ZendeskClient(access)
        settings = MappingSettings.from_options(access.options)
        self._reader = Reader(self._client, settings)
        self._finder = Finder(self._client, settings)
        self._book = partial(shelf.get, access.installation, access.base_url, self._client)
        self._writer = Writer(self._client, self._book)

    def load(self, events: Sequence[Event], known: Known) -> list[Conversation]:
        """Turn events into conversations."""
        return self._reader.load(events, known)

    def people(self, ids: Sequence[str]) -> list[Person]:
        """Read end users; staff are left out."""
        return self._finder.people(ids)

    def accounts(self, ids: Sequence[str]) -> list[Account]:
        """Read organizations."""
        return self._finder.accounts(ids)

    def find(self, level: Level, wanted: Sequence[LinkKeys]) -> list[Found]:
        """Find end users or organizations by keys known elsewhere."""
        return self._finder.find(level, wanted)

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
        """Create or check our fields."""
        report = provisioning.provision(self._client, dry_run=dry_run, parts=parts)
        if not dry_run:
            self._book(fresh=True)
        return report


def build(access: Access) -> VendorPlugin:
    """Return the plugin of one installation."""
    return ZendeskPlugin(access)
