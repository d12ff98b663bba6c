"""How to ask for background work. Light: the web process needs no more of the queue than this."""

from __future__ import annotations

from typing import Any

import procrastinate
import psycopg_pool
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException

from core.errors import RetryLaterError

POOL_SECONDS = 10.0
INBOX = "inbox"


class Wakes:
    """Queues jobs by name; one that is queued already is not queued twice."""

    def __init__(self, app: procrastinate.App) -> None:
        self.app = app

    def inbox(self, installation: str, shard: int) -> None:
        """Ask for a drain of one part of an inbox."""
        self._defer(
            "inbox", f"inbox:{installation}:{shard}", {"installation": installation, "shard": shard}, queue=INBOX
        )

    def outbox(self, installation: str, seconds: float) -> None:
        """Ask for a drain of an outbox in ``seconds``."""
        self._defer("outbox", f"outbox:{installation}", {"installation": installation}, **_later(seconds))

    def accounts(self, tenant: str, seconds: float) -> None:
        """Ask, in ``seconds``, for a search for a tenant's customers in its tools and for its accounts' scores."""
        self._defer("accounts", f"accounts:{tenant}", {"tenant": tenant}, **_later(seconds))

    def choices(self, tenant: str, person: int) -> None:
        """Ask for a person's cases to be judged again, after they chose what may be done."""
        self._defer("choices", f"choices:{tenant}:{person}", {"tenant": tenant, "person": person})

    def erasure(self, installation: str, record: str) -> None:
        """Ask for the clearing of a person's record at a vendor."""
        self._defer("erase", f"erase:{installation}:{record}", {"installation": installation, "record": record})

    def setup(self, installation: str, step: str) -> None:
        """Ask for a step of an installation's set-up."""
        self._defer("setup", f"setup:{installation}:{step}", {"installation": installation, "step": step})

    def leave(self, installation: str) -> None:
        """Ask for an ended installation's access to be taken back at its vendor."""
        self._defer("leave", f"leave:{installation}", {"installation": installation})

    def _defer(self, task: str, lock: str, arguments: dict[str, Any], **options: Any) -> None:
        try:
            self.app.configure_task(f"attune.{task}", lock=lock, queueing_lock=lock, **options).defer(**arguments)
        except AlreadyEnqueued:
            return
        except ConnectorException as error:
            raise RetryLaterError(1.0, "database not reachable") from error


def _later(seconds: float) -> dict[str, Any]:
    return {"schedule_in": {"seconds": seconds}} if seconds > 0 else {}


def open_wakes(address: str) -> Wakes:
    """Return the wake-ups on the database at ``address``, which need not be reachable yet."""
    check = psycopg_pool.ConnectionPool.check_connection
    pool = psycopg_pool.ConnectionPool(address, min_size=1, max_size=2, open=False, check=check, timeout=POOL_SECONDS)
    pool.open()
    app = procrastinate.App(connector=procrastinate.SyncPsycopgConnector())
    app.open(pool)
    return Wakes(app)
