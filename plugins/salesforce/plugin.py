"""Salesforce as the core sees it: one installation's reader, writer and fields behind ``core.ports.VendorPlugin``."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from functools import partial

from connectors.salesforce.client import SalesforceClient
from connectors.salesforce.nouns import SOBJECTS
from core.model import Account, Conversation, Event, Level, Person, Receipt, RecordChange, RecordRef
from core.ports import Access, FieldReport, Found, Known, LinkKeys, VendorPlugin
from plugins.salesforce import provision as provisioning
from plugins.salesforce.fieldbook import shelf
from plugins.salesforce.finding import Finder
from plugins.salesforce.lookup import Lookup
from plugins.salesforce.reader import Reader
from plugins.salesforce.settings import MappingSettings
from plugins.salesforce.writer import Writer


class SalesforcePlugin:
    """See ``core.ports.VendorPlugin``."""

    def __init__(self, access: Access) -> None:
        self._client = SalesforceClient(access)
        self._page = partial(shelf.get, access.installation, access.base_url, self._client)
        lookup = Lookup(self._client, self._page, MappingSettings.from_options(access.options))
        self._reader, self._finder = Reader(lookup), Finder(lookup)
        self._writer = Writer(self._client, self._page)

    def load(self, events: Sequence[Event], known: Known) -> list[Conversation]:
        """Turn events into conversations."""
        return self._reader.load(events, known)

    def people(self, ids: Sequence[str]) -> list[Person]:
        """Read contacts."""
        return self._reader.people(ids)

    def accounts(self, ids: Sequence[str]) -> list[Account]:
        """Read accounts."""
        return self._reader.accounts(ids)

    def find(self, level: Level, wanted: Sequence[LinkKeys]) -> list[Found]:
        """Find contacts or accounts by their keys."""
        return self._finder.find(level, wanted)

    def history(self, since: datetime, limit: int) -> Sequence[Conversation]:
        """Read past cases."""
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
        for sobject in SOBJECTS.values() if not dry_run else ():
            self._page(sobject, fresh=True)
        return report


def build(access: Access) -> VendorPlugin:
    """Return the plugin of one installation."""
    return SalesforcePlugin(access)
