"""Who is asking from a HubSpot card: ``hubspot.fetch`` signs the whole address, with the user and portal in it.

https://developers.hubspot.com/docs/apps/developer-platform/add-features/ui-extensions/fetching-data
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from connectors.hubspot.signing import SIGNATURE, is_fresh, is_signed
from core.errors import RejectedError
from core.model import Delivery
from core.roles import LEAST, Reader, role_of
from core.store import installations
from core.store.directory import Directory, Entry
from core.store.engine import Store

VENDOR = "hubspot"
MAX_QUERY = 4_000


@dataclass(frozen=True, slots=True)
class HubSpotProof:
    """Proves a HubSpot user by the signature over the address; ``None`` for requests that carry none."""

    store: Store
    directory: Directory

    def __call__(self, asked: Delivery) -> Reader | None:
        """Return the user; raise ``RejectedError`` BAD_SIGNATURE or STALE_TIMESTAMP when the proof does not hold."""
        if SIGNATURE not in asked.headers:
            return None
        portal, user = _one(asked.url, "portalId"), _one(asked.url, "userId")
        entries = self.directory.of_account(VENDOR, portal)
        # The address names the account, the signature proves the address. Two tenants on one account are ambiguous.
        if len(entries) != 1 or not user:
            raise RejectedError("BAD_SIGNATURE")
        if not is_signed(entries[0].secrets.live, asked.method, asked.url, asked.body, asked.headers):
            raise RejectedError("BAD_SIGNATURE")
        if not is_fresh(asked.headers, asked.received_at):
            raise RejectedError("STALE_TIMESTAMP")
        return self._reader(entries[0], user)

    def _reader(self, entry: Entry, user: str) -> Reader:
        with self.store.tenant(entry.tenant) as connection:
            found = installations.read(connection, entry.installation)
        role = role_of(found.options, user, LEAST) if found else LEAST
        return Reader(entry.tenant, entry.installation, VENDOR, user, role)


def _one(url: str, name: str) -> str:
    """Return the one value of a query part; nothing when it is absent or stands there twice."""
    query = urlsplit(url).query
    found = parse_qs(query, max_num_fields=50).get(name, []) if len(query) <= MAX_QUERY else []
    return found[0] if len(found) == 1 and found[0].isascii() and found[0].isdigit() else ""
