"""Everything a worker works with, wired once by the composition root."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from core.ports import Access, Analyzer, Clock, VendorPlugin
from core.settings import WorkerSettings
from core.store.budgets import PgBudget
from core.store.directory import Directory
from core.store.engine import Store
from core.store.installations import Installation
from core.store.seal import Seal
from core.store.tokens import PgVault


@dataclass(frozen=True, slots=True)
class Vendor:
    """One vendor as its plugin declares it. ``home``: rank for the account's one recovery task, 0 first.

    ``limits``: name -> (calls, seconds). ``records``: records in one write batch.
    """

    name: str
    build: Callable[[Access], VendorPlugin]
    label: str = ""
    home: int = 9
    records: int = 1000
    limits: Mapping[str, tuple[float, float]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Runtime:
    """The worker's world. Each ``wake_`` queues a job; ``wake_accounts`` the search for records and their scores."""

    store: Store
    seal: Seal
    directory: Directory
    clock: Clock
    analyzer: Analyzer
    vendors: Mapping[str, Vendor]
    settings: WorkerSettings
    wake_inbox: Callable[[str, int], None] = lambda installation, shard: None
    wake_outbox: Callable[[str, float], None] = lambda installation, seconds: None
    wake_accounts: Callable[[str, float], None] = lambda tenant, seconds: None
    wake_erasure: Callable[[str, str], None] = lambda installation, record: None

    def plugin(self, installation: Installation) -> VendorPlugin:
        """Return the vendor's plugin bound to one installation."""
        vendor = self.vendors[installation.vendor]
        access = Access(
            installation=installation.id,
            account_ref=installation.account_ref,
            base_url=installation.base_url,
            vault=PgVault(self.store, self.seal, installation.tenant, installation.id),
            budget=PgBudget(self.store, self.clock, installation.tenant, installation.id, vendor.limits),
            clock=self.clock,
            options=installation.options,
        )
        return vendor.build(access)
