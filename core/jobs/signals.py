"""Usage signals of the feed: counted per account and day, under a digest of the account's key."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from core.jobs.runtime import Runtime
from core.model import Event
from core.store import usage
from core.store.installations import Installation


def take(runtime: Runtime, connection: Connection, installation: Installation, happened: Sequence[Event]) -> set[int]:
    """Add signals to the counts of their accounts (raw: account, kind, name, at, count); return those we know."""
    counts: Counter[tuple[str, str, str, Any]] = Counter()
    for event in happened:
        key = _digest(runtime, installation.tenant, str(event.raw["account"]))
        day = datetime.fromisoformat(str(event.raw["at"])).date()
        counts[key, str(event.raw["kind"]), str(event.raw["name"]), day] += event.raw["count"]
    names = ("account_key", "kind", "name", "day")
    rows = [{**dict(zip(names, key, strict=True)), "n": float(n)} for key, n in sorted(counts.items())]
    if not rows:
        return set()
    usage.add(connection, installation.tenant, rows)
    return usage.accounts_of(connection, {key for key, *_ in counts})


def _digest(runtime: Runtime, tenant: str, account: str) -> str:
    """Return the digest under which an account is linked: a domain has a dot, anything else is an external id."""
    kind = "domain" if "." in account else "external"
    return runtime.seal.digest(tenant, kind, account.strip().lower() if kind == "domain" else account.strip())
