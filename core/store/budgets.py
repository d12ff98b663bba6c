"""Call budgets in PostgreSQL, one row per (installation, limit), shared by every worker on every host."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import bindparam, text

from core.errors import RetryLaterError
from core.ports import Clock
from core.store.engine import Store

# A token bucket in one statement: refill by the time gone by, take the cost if it is there.
_OPEN = text(
    """INSERT INTO budget (installation_id, limit_name, tenant_id, capacity, per_seconds, "left", refilled_at)
    VALUES (:installation, :limit, :tenant, :capacity, :per, :capacity, :now) ON CONFLICT DO NOTHING"""
)
_TAKE = text(
    """UPDATE budget SET "left" = b.filled - :cost, refilled_at = GREATEST(refilled_at, :now), blocked_until = NULL
    FROM (SELECT installation_id, limit_name, LEAST(capacity, "left" + capacity / per_seconds
            * GREATEST(0, EXTRACT(epoch FROM CAST(:now AS timestamptz) - refilled_at))) AS filled
          FROM budget WHERE installation_id = :installation AND limit_name = :limit FOR UPDATE) AS b
    WHERE budget.installation_id = b.installation_id AND budget.limit_name = b.limit_name
      AND (blocked_until IS NULL OR blocked_until <= :now) AND b.filled >= :cost RETURNING "left" """
)
_WAIT = text(
    """SELECT GREATEST(EXTRACT(epoch FROM blocked_until - :now), (:cost - "left") * per_seconds / capacity
         - EXTRACT(epoch FROM CAST(:now AS timestamptz) - refilled_at), 0.05)
    FROM budget WHERE installation_id = :installation AND limit_name = :limit"""
)
# Headers are small whole numbers: without the casts PostgreSQL would multiply them as smallint and overflow.
# The vendor's count is believed where it is the lower one. Where it is higher, calls of other workers are still on
# their way, or the vendor's window began anew: the bucket fills at its own pace, and is never starved by a header
# that was read early in a window.
_LEARN = text(
    """UPDATE budget SET capacity = told.capacity, refilled_at = GREATEST(refilled_at, :now),
      "left" = LEAST(told.remaining, told.capacity, "left" + told.capacity / per_seconds
        * GREATEST(0, EXTRACT(epoch FROM CAST(:now AS timestamptz) - refilled_at)))
    FROM (SELECT CAST(:capacity AS double precision) AS capacity,
      CAST(:remaining AS double precision) AS remaining) AS told
    WHERE installation_id = :installation AND limit_name = :limit AND told.capacity > 0"""
)
_BLOCK = text(
    """UPDATE budget SET blocked_until = GREATEST(blocked_until, :until)
    WHERE installation_id = :installation AND limit_name = :limit"""
)
_COUNT = text(
    """INSERT INTO call (installation_id, day, operation, tenant_id, n)
    VALUES (:installation, :day, :operation, :tenant, :n)
    ON CONFLICT (installation_id, day, operation) DO UPDATE SET n = call.n + EXCLUDED.n"""
).bindparams(bindparam("n"))


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
        if limit not in self.limits:
            return
        values = {**self._key(limit), "now": self.clock.now(), "cost": cost}
        with self.store.tenant(self.tenant) as connection:
            taken = connection.execute(_TAKE, values).first()
            if taken is None:
                connection.execute(_OPEN, {**values, **self._declared(limit)})
                taken = connection.execute(_TAKE, values).first()
            wait = 0.0 if taken else float(connection.execute(_WAIT, values).scalar_one())
        if taken is None:
            raise RetryLaterError(wait, "RATE_LIMITED")

    def learn(self, limit: str, *, capacity: int, remaining: int, resets_in: float) -> None:
        """Believe the vendor's headers: ``remaining`` of ``capacity`` calls; with none left, wait ``resets_in`` s."""
        self._run(_LEARN, limit, capacity=capacity, remaining=remaining, now=self.clock.now())
        if remaining <= 0 and resets_in > 0:
            self.block(limit, resets_in)

    def block(self, limit: str, seconds: float) -> None:
        """Let nothing through for ``seconds``."""
        self._run(_BLOCK, limit, until=self.clock.now() + timedelta(seconds=seconds))

    def count(self, operation: str, calls: int = 1) -> None:
        """Count calls by purpose and day."""
        values = {"operation": operation, "n": calls, "day": self.clock.now().date()}
        with self.store.tenant(self.tenant) as connection:
            connection.execute(_COUNT, {**values, "installation": self.installation, "tenant": self.tenant})

    def _run(self, statement: object, limit: str, **values: object) -> None:
        if limit not in self.limits:
            return
        with self.store.tenant(self.tenant) as connection:
            connection.execute(_OPEN, {**self._key(limit), **self._declared(limit), "now": self.clock.now()})
            connection.execute(statement, {**self._key(limit), **values})  # type: ignore[call-overload]

    def _key(self, limit: str) -> dict[str, object]:
        return {"installation": self.installation, "limit": limit, "tenant": self.tenant}

    def _declared(self, limit: str) -> dict[str, object]:
        capacity, per = self.limits[limit]
        return {"capacity": capacity, "per": per}
