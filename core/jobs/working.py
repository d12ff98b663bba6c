"""A worker that outlives its database: it works, waits while the database is away, and works again."""

from __future__ import annotations

import asyncio
import signal
from contextlib import suppress
from typing import Any, LiteralString

import procrastinate
import psycopg
import structlog
from procrastinate.exceptions import ConnectorException

log = structlog.get_logger()

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


def work(app: procrastinate.App, **options: Any) -> None:
    """Run jobs until SIGTERM or SIGINT; ``options`` are those of Procrastinate's worker."""
    asyncio.run(_work(app, options))


async def _work(app: procrastinate.App, options: dict[str, Any]) -> None:
    task, loop = asyncio.current_task(), asyncio.get_running_loop()
    assert task is not None
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, task.cancel)
    with suppress(asyncio.CancelledError):
        while True:
            await _until_interrupted(app, options)
            await asyncio.sleep(AGAIN_SECONDS)


async def _until_interrupted(app: procrastinate.App, options: dict[str, Any]) -> None:
    """Run one worker; it ends by itself when the queue's connections are lost."""
    cause = ""
    try:
        async with app.open_async():
            await app.run_worker_async(install_signal_handlers=False, **options)
    except (ConnectorException, psycopg.OperationalError) as error:
        cause = type(error.__cause__ or error).__name__
    log.warning("worker_interrupted", cause=cause)
