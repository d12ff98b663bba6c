"""``attune dead``: what could not be processed or written, why, and trying again."""

from __future__ import annotations

import click

from core.store import dead as letters
from plugins.cli.privacy import runtime_of
from plugins.cli.wiring import Wiring


@click.group(short_help="What could not be processed or written: list, retry.")
def dead() -> None:
    """List and retry what could not be processed or written."""


@dead.command("list")
@click.argument("installation")
@click.pass_obj
def list_letters(wiring: Wiring, installation: str) -> None:
    """Show the dead letters of INSTALLATION: id, what, record, cause, the vendor's words."""
    runtime = runtime_of(wiring)
    tenant = runtime.directory.find(installation).tenant
    with runtime.store.tenant(tenant) as connection:
        rows = letters.all_of(connection, installation)
    for row in rows:
        click.echo(f"{row.id:<12} {row.what:<28} {row.record:<34} {row.tries:>2} tries  {row.cause}  {row.detail}")
    click.echo(f"{len(rows)} dead letters", err=True)


@dead.command("retry")
@click.argument("installation")
@click.argument("ids", nargs=-1)
@click.pass_obj
def retry(wiring: Wiring, installation: str, ids: tuple[str, ...]) -> None:
    """Try dead letters of INSTALLATION again: the named IDS, or all of them."""
    runtime = runtime_of(wiring)
    tenant = runtime.directory.find(installation).tenant
    now = runtime.clock.now()
    with runtime.store.tenant(tenant) as connection:
        woken = letters.revive(connection, installation, ids, now)
    for shard in woken.shards:
        runtime.wake_inbox(installation, shard)
    runtime.wake_outbox(installation, 0)
    click.echo(f"{woken.count} dead letters are tried again")
