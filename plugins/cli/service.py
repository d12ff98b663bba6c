"""The long-running processes: web, worker, sandbox; and the migration that comes before them."""

from __future__ import annotations

import os
import sys

import click

from core.errors import ConfigurationError
from core.settings import Settings
from core.store.embedded import Addresses
from plugins.cli.wiring import Wiring

NOT_AS_ROOT = (
    "the embedded PostgreSQL is not meant to serve as root: set DATABASE_URL (docs/deployment.md), run as another "
    "user, or set ATTUNE_ALLOW_ROOT=1 in a container"
)


def web_server(app: str, bind: str, workers: int, threads: int) -> list[str]:
    """Return the command that serves a WSGI application as ours is served."""
    options = {
        "bind": bind,
        "workers": workers,
        "threads": threads,
        "worker-class": "gthread",
        "keep-alive": 15,
        "log-level": "warning",
    }
    given = [f"--{name}={value}" for name, value in options.items()]
    return [sys.executable, "-m", "gunicorn", app, *given, "--no-control-socket"]


@click.command(short_help="Receive the tools' webhooks.")
@click.pass_obj
def serve(wiring: Wiring) -> None:
    """Serve the webhooks (gunicorn).

    Reads ATTUNE_HOST, ATTUNE_PORT, ATTUNE_WEB_WORKERS and ATTUNE_WEB_THREADS. Needs a migrated database; run
    at least one `attune worker` beside it, or nothing is judged.
    """
    chosen = wiring.settings()
    where = reachable(wiring, chosen)
    os.environ.update(DATABASE_URL=where.app, DATABASE_OWNER_URL=where.owner)
    # glibc gives each thread a heap of its own, which keeps what was freed; Python's threads take turns anyway.
    # https://www.gnu.org/software/libc/manual/html_node/Memory-Allocation-Tunables.html
    os.environ.setdefault("MALLOC_ARENA_MAX", "2")
    web = chosen.web
    command = web_server("wsgi:app", f"{web.host}:{web.port}", web.workers, web.threads)
    os.execv(sys.executable, command)  # noqa: S606


@click.command(short_help="Judge and write, in the background; as many as you like.")
@click.option("--concurrency", type=click.IntRange(1, 64), help="Jobs at once in this process.")
@click.option("--name", default="worker", show_default=True, help="Name in the logs.")
@click.pass_obj
def worker(wiring: Wiring, concurrency: int | None, name: str) -> None:
    """Judge and write: runs the background jobs until stopped.

    Start as many as you like, on as many hosts as you like; they share the work through the database. A worker
    that is killed loses nothing: its jobs are taken over after ATTUNE_STALLED_SECONDS. While the database is away
    it waits.
    """
    from core.jobs.working import work

    chosen = wiring.settings()
    queue = wiring.queue(chosen, reachable(wiring, chosen))
    settings = chosen.worker
    work(
        queue.app,
        name=name,
        concurrency=concurrency or settings.concurrency,
        delete_jobs="successful",
        fetch_job_polling_interval=settings.poll_seconds,
        update_heartbeat_interval=settings.heartbeat_seconds,
        stalled_worker_timeout=settings.stalled_seconds,
    )


@click.command(short_help="Stand-ins of Zendesk, Salesforce and HubSpot on this machine.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Loopback address to listen on.")
@click.option("--port", default=8900, show_default=True, help="Port to listen on.")
def sandbox(host: str, port: int) -> None:
    """Run the local stand-ins of Zendesk, Salesforce and HubSpot.

    They answer like the vendors' real APIs, from memory, for demo, tests and trying things out. Nothing reaches a
    real account.
    """
    import threading

    from connectors.sandbox import build, serving

    with serving(build(), host, port) as address:
        click.echo(f"sandboxes at {address}")
        threading.Event().wait()


@click.command(short_help="Bring the database to the newest shape.")
@click.pass_obj
def migrate(wiring: Wiring) -> None:
    """Bring the database to the newest shape. Safe to repeat; uses DATABASE_OWNER_URL."""
    from core.store.migrate import upgrade

    chosen = wiring.settings()
    upgrade(wiring.addresses(chosen).owner)
    click.echo("the database is up to date")


def reachable(wiring: Wiring, chosen: Settings) -> Addresses:
    """Return the database's addresses, refusing the embedded server to a service that runs as root."""
    if not chosen.database.url and os.geteuid() == 0 and not os.environ.get("ATTUNE_ALLOW_ROOT"):
        raise ConfigurationError(NOT_AS_ROOT)
    return wiring.addresses(chosen)
