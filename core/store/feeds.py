"""Silence is not calm: an installation that sends nothing for an unusual time is noticed."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

from sqlalchemy import Connection, select

from core.store.tables import CounterRow

WINDOW = timedelta(days=14)
TIMES, AT_LEAST = 6, timedelta(hours=2)


def silent_for(connection: Connection, installation: str, now: datetime) -> timedelta | None:
    """Return how long a feed has been silent, if that is unusual: 6 x its median gap over 14 days, 2 h at least.

    Gaps are between hours with events, which is as fine as the counters are. ``None``: it is well, or too new.
    """
    hours = list(
        connection.execute(
            select(CounterRow.hour)
            .where(CounterRow.installation_id == installation, CounterRow.name == "received", CounterRow.n > 0)
            .where(CounterRow.hour > now - WINDOW)
            .order_by(CounterRow.hour)
        ).scalars()
    )
    gaps = [(later - earlier).total_seconds() for earlier, later in pairwise(hours)]
    if not gaps:
        return None
    quiet = now - hours[-1]
    return quiet if quiet > max(AT_LEAST, timedelta(seconds=TIMES * median(gaps))) else None
