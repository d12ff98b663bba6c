"""Everything a worker works with, wired once by the composition root."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from core.installation.ports import App, Grants, Setup
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

    ``limits``: name -> (calls, seconds). ``records``: records in one write batch. ``setup`` and ``door``: what is
    needed to get in and out.
    """

    name: str
    build: Callable[[Access], VendorPlugin]
    setup: Callable[[Access], Setup]
    door: Callable[[App, Clock], Grants]
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
    wake_leave: Callable[[str], None] = lambda installation: None
    # The web process's address as the vendors call it; empty = nobody has said.
    public_url: str = ""

    def plugin(self, installation: Installation) -> VendorPlugin:
        """Return the vendor's plugin bound to one installation."""
        return self.vendors[installation.vendor].build(self.access(installation))

    def setup(self, installation: Installation) -> Setup:
        """Return what an installation needs once, bound to it."""
        return self.vendors[installation.vendor].setup(self.access(installation))

    def access(self, installation: Installation) -> Access:
        """Return everything by which an installation's vendor is reached."""
        vendor = self.vendors[installation.vendor]
        return Access(
            installation=installation.id,
            account_ref=installation.account_ref,
            base_url=installation.base_url,
            vault=PgVault(self.store, self.seal, installation.tenant, installation.id),
            budget=PgBudget(self.store, self.clock, installation.tenant, installation.id, vendor.limits),
            clock=self.clock,
            options=installation.options,
        )
