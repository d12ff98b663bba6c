"""The background queue: Procrastinate on the same PostgreSQL. Jobs carry ids, never content."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import procrastinate
from procrastinate import JobContext, RetryStrategy
from procrastinate.exceptions import AlreadyEnqueued, UniqueViolation
from procrastinate.jobs import Job, Status
from procrastinate.manager import JobManager

from core.errors import RetryLaterError
from core.installation import leaving, service
from core.jobs import accounts, erasing, inbox, outbox, sweeping
from core.jobs.runtime import Runtime
from core.jobs.wakes import INBOX, Wakes, open_wakes
from core.jobs.working import SteadyConnector
from core.model import RecordRef

KEEP_FINISHED_HOURS = 24
NIGHTLY = "17 2 * * *"
# An erasure is owed; it is tried for three days, like everything that a vendor's outage holds up.
ERASE_AGAIN = RetryStrategy(max_attempts=150, linear_wait=25, retry_exceptions=[RetryLaterError])
# Somebody watches a step of the wizard: it is tried again soon, and for about an hour.
SETUP_AGAIN = RetryStrategy(max_attempts=40, linear_wait=5, retry_exceptions=[RetryLaterError])


class Queue:
    """The jobs. A worker runs ``app``; everybody else asks through ``Wakes``."""

    def __init__(self, app: procrastinate.App, wakes: Wakes, runtime: Runtime) -> None:
        self.app = app
        self.runtime = replace(
            runtime,
            wake_inbox=wakes.inbox,
            wake_outbox=wakes.outbox,
            wake_accounts=wakes.accounts,
            wake_erasure=wakes.erasure,
            wake_leave=wakes.leave,
        )
        self._register()

    def _register(self) -> None:
        """Register the jobs; those of the clock come twice a sweep and once a night."""
        app, runtime = self.app, self.runtime
        every = f"*/{runtime.settings.sweep_seconds} * * * * *"
        app.task(name="attune.inbox", queue=INBOX)(self._inbox)
        app.task(name="attune.outbox")(self._outbox)
        app.task(name="attune.accounts")(self._accounts)
        app.task(name="attune.erase", retry=ERASE_AGAIN)(self._erase)
        app.task(name="attune.choices", retry=ERASE_AGAIN)(self._choices)
        app.task(name="attune.setup", retry=SETUP_AGAIN)(self._setup)
        app.task(name="attune.leave", retry=ERASE_AGAIN)(self._leave)
        for name, cron, lock, job in (
            ("sweep", every, "sweep", self._sweep),
            # No lock: a worker killed in this very job would hold it for ever, and nobody would free the others.
            ("stalled", every, None, self._retry_stalled),
            ("nightly", NIGHTLY, "nightly", self._nightly),
        ):
            task = app.task(name=f"attune.{name}", queueing_lock=name, lock=lock, pass_context=True)(job)
            app.periodic(cron=cron)(task)

    def _inbox(self, installation: str, shard: int) -> None:
        inbox.drain(self.runtime, installation, shard)

    def _outbox(self, installation: str) -> None:
        outbox.drain(self.runtime, installation)

    def _accounts(self, tenant: str) -> None:
        accounts.drain(self.runtime, tenant)

    def _erase(self, installation: str, record: str) -> None:
        erasing.clear_at_vendor(self.runtime, installation, RecordRef.parse(record))

    def _choices(self, tenant: str, person: int) -> None:
        inbox.rejudge_person(self.runtime, tenant, person)

    def _setup(self, installation: str, step: str) -> None:
        service.run(self.runtime, installation, step)

    def _leave(self, installation: str) -> None:
        leaving.take_leave(self.runtime, installation)

    def _sweep(self, context: JobContext, timestamp: int) -> None:
        sweeping.sweep(self.runtime)

    async def _retry_stalled(self, context: JobContext, timestamp: int) -> None:
        # A killed worker leaves its job 'doing', and its lock with it; nobody else would ever take it.
        manager = context.app.job_manager
        for job in await manager.get_stalled_jobs(seconds_since_heartbeat=self.runtime.settings.stalled_seconds):
            await _retry(manager, job)

    async def _nightly(self, context: JobContext, timestamp: int) -> None:
        # In threads: the worker goes on giving signs of life meanwhile.
        await asyncio.to_thread(sweeping.expire, self.runtime)
        await asyncio.to_thread(sweeping.age, self.runtime)
        await asyncio.to_thread(sweeping.anchor, self.runtime)
        await asyncio.to_thread(leaving.purge_due, self.runtime)
        await asyncio.to_thread(leaving.look_at_all, self.runtime)
        await context.app.job_manager.delete_old_jobs(nb_hours=KEEP_FINISHED_HOURS)


async def _retry(manager: JobManager, job: Job) -> None:
    """Queue a dead worker's job again; where the same work is queued already, only free its lock."""
    try:
        await manager.retry_job(job)
    except (AlreadyEnqueued, UniqueViolation):
        await manager.finish_job(job, Status.FAILED, delete_job=True)


def build(address: str, runtime: Runtime) -> Queue:
    """Return the queue on the database at ``address`` (the application's role)."""
    connector = SteadyConnector(conninfo=address, min_size=1, max_size=4)
    return Queue(procrastinate.App(connector=connector), open_wakes(address), runtime)
