"""Installing from a vendor's marketplace: it asks us for a state first, and wants its admin back at the end.

https://developers.hubspot.com/docs/apps/developer-platform/list-apps/understand-app-install-flow (with partner sign-in:
the install address is the app's redirect address, ``step`` is ``authorize`` and then ``finalize``)
"""

from __future__ import annotations

from urllib.parse import SplitResult, urlencode, urlsplit

from manifests import declarations
from plugins.console.desk import Desk

RETURN = "returnUrl"
LONGEST = 2_000


def known(desk: Desk, vendor: str, there: str) -> str:
    """Return an address of the vendor's own marketplace as it came, and nothing for any other address."""
    hosts = declarations().get(vendor, {}).get("marketplace_hosts", ())
    where = _parts(there)
    named = where.hostname or ""
    fits = any(named == host or named.endswith(f".{host}") for host in hosts)
    return there if (where.scheme == "https" and fits) or _of_sandbox(desk, vendor, there) else ""


def with_state(there: str, state: str) -> str:
    """Return the marketplace's address with the state that it will bring back."""
    return f"{there}{'&' if '?' in there else '?'}{urlencode({'state': state})}"


def _parts(there: str) -> SplitResult:
    try:
        return urlsplit(there if len(there) <= LONGEST and there.isascii() and there.isprintable() else "")
    except ValueError:  # such as a bracket that nobody closes
        return urlsplit("")


def _of_sandbox(desk: Desk, vendor: str, there: str) -> bool:
    app = desk.apps.get(vendor)
    return bool(app and app.base_url and there.startswith(f"{app.base_url.rstrip('/')}/"))
