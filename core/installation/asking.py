"""How a step is asked for. Light: the web process needs no more of the work than this."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from core.installation.steps import QUEUED, RUNNING
from core.store import setup
from core.store.engine import Store


def ask(
    store: Store, wake: Callable[[str, str], None], tenant: str, installation: str, step: str, now: datetime
) -> None:
    """Have a worker do a step; asking again while it waits or runs changes nothing."""
    with store.tenant(tenant) as connection:
        held = setup.noted(connection, installation).get(step)
        if held is None or held.state not in (QUEUED, RUNNING):
            setup.note(connection, tenant, installation, step, QUEUED, now)
    wake(installation, step)
