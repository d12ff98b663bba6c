"""A worker that outlives its database: it works, waits while the database is away, and works again."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, LiteralString

import procrastinate
import psycopg
import structlog
from procrastinate.exceptions import ConnectorException

from core.jobs.wakes import INBOX

log = structlog.get_logger()

# Queues and how many jobs of them run at once.
Shares = Mapping[tuple[str, ...], int]
REST = ("default",)

AGAIN_SECONDS = 1.0
TRIES = 30


class SteadyConnector(procrastinate.PsycopgConnector):
    """Notes the end of a job again when the database went away at that very moment.

    A job whose end was not noted stays 'doing' under a living worker: it is never found stalled, and nobody else
    gets its lock.
    """

    async def execute_query_async(self, query: LiteralString, **arguments: Any) -> None:
        """Run a statement that gives nothing back (the end of a job, a sign of life) until it gets through."""
        for _ in range(TRIES):
            try:
                await super().execute_query_async(query, **arguments)
            except ConnectorException as error:
                if not isinstance(error.__cause__, psycopg.OperationalError):
                    raise
                lost = error
                await asyncio.sleep(AGAIN_SECONDS)
            else:
                return
        raise lost


def work(app: procrastinate.App, *, concurrency: int, **options: Any) -> None:
    """Run up to ``concurrency`` jobs at once until SIGTERM or SIGINT; ``options`` are those of Procrastinate's worker.

    One of them is an inbox: judging is CPU work, of which a Python process does one at a time. A second inbox would
    only wait here while another worker has nothing to do.
    """
    asyncio.run(_work(app, {(INBOX,): 1, REST: max(1, concurrency - 1)}, options))


async def _work(app: procrastinate.App, shares: Shares, options: dict[str, Any]) -> None:
    task, loop = asyncio.current_task(), asyncio.get_running_loop()
    assert task is not None
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, task.cancel)
    with suppress(asyncio.CancelledError):
        while True:
            await _until_interrupted(app, shares, options)
            await asyncio.sleep(AGAIN_SECONDS)


async def _until_interrupted(app: procrastinate.App, shares: Shares, options: dict[str, Any]) -> None:
    """Run one worker for each share of the queues; when one ends, for the connections are lost, both do."""
    cause = ""
    try:
        async with app.open_async(), asyncio.TaskGroup() as together:
            for queues, concurrency in shares.items():
                together.create_task(_run(app, queues, concurrency, options))
    except* (ConnectorException, psycopg.OperationalError) as errors:
        first = errors.exceptions[0]
        cause = type(first.__cause__ or first).__name__
    log.warning("worker_interrupted", cause=cause)


async def _run(app: procrastinate.App, queues: Sequence[str], concurrency: int, options: dict[str, Any]) -> None:
    await app.run_worker_async(install_signal_handlers=False, queues=list(queues), concurrency=concurrency, **options)
    raise psycopg.OperationalError("the queue's connections are lost")
