"""Call budgets in PostgreSQL, one row per (installation, limit), shared by every worker on every host.

Asked before and told after every call to a vendor: each is one round trip to a function in the database.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from core.errors import RetryLaterError
from core.ports import Clock
from core.store.engine import Store


@dataclass(frozen=True, slots=True)
class PgBudget:
    """The budgets of one installation. ``limits``: name -> (calls, seconds), as the vendor's plugin declares them;
    what the vendor's headers say later is believed instead."""

    store: Store
    clock: Clock
    tenant: str
    installation: str
    limits: Mapping[str, tuple[float, float]] = field(default_factory=dict)

    def spend(self, limit: str, cost: int = 1) -> None:
        """Take ``cost`` calls; raise ``RetryLaterError`` with the wait in seconds when they are not there."""
        wait = self._ask("attune_spend", limit, cost=cost)
        if wait:
            raise RetryLaterError(float(wait), "RATE_LIMITED")

    def learn(self, limit: str, *, capacity: int, remaining: int, resets_in: float) -> None:
        """Believe the vendor's headers: ``remaining`` of ``capacity`` calls; with none left, wait ``resets_in`` s."""
        self._ask("attune_learn", limit, told=capacity, remaining=remaining)
        if remaining <= 0 and resets_in > 0:
            self.block(limit, resets_in)

    def block(self, limit: str, seconds: float) -> None:
        """Let nothing through for ``seconds``."""
        self._ask("attune_block", limit, until=self.clock.now() + timedelta(seconds=seconds))

    def count(self, operation: str, calls: int = 1) -> None:
        """Count calls by purpose and day."""
        where = {"tenant": self.tenant, "installation": self.installation}
        self.store.call("attune_count", **where, operation=operation, n=calls, day=self.clock.now().date())

    def _ask(self, function: str, limit: str, **values: object) -> Any:
        """Call a function on one limit; nothing for a limit that the vendor's plugin does not declare."""
        if limit not in self.limits:
            return None
        capacity, per = self.limits[limit]
        key = {"tenant": self.tenant, "installation": self.installation, "limit": limit}
        return self.store.call(function, **key, capacity=capacity, per=per, now=self.clock.now(), **values)
