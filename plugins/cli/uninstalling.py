"""``attune uninstall``: the way out of one tool."""

from __future__ import annotations

import json
from typing import TextIO

import click

from core.errors import ConfigurationError, RetryLaterError
from core.installation import ending, leaving
from core.jobs.runtime import Runtime
from core.store import exporting, stages
from core.store.stages import Place
from manifests import declarations
from plugins.cli.privacy import runtime_of
from plugins.cli.wiring import Wiring


@click.command(short_help="Disconnect a tool: revoke, export, purge.")
@click.argument("vendor", type=click.Choice(sorted(declarations())))
@click.option("--tenant", required=True, help="Name of the organisation.")
@click.option("--export", type=click.File("w", encoding="utf-8"), help="First write everything stored into this file.")
@click.option("--purge-now", is_flag=True, help="Delete what it brought now instead of after 30 days.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def uninstall(wiring: Wiring, vendor: str, tenant: str, export: TextIO | None, purge_now: bool, yes: bool) -> None:
    """Disconnect VENDOR from a tenant. Safe to repeat.

    At once nothing comes in or goes out any more; the webhook is removed and our access taken back at the vendor. What
    it brought is deleted after 30 days (or with --purge-now); until then it can be connected again. Says what stays.
    """
    runtime = runtime_of(wiring)
    with runtime.store.tenant(tenant) as connection:
        place = next((one for one in stages.of_tenant(connection).values() if one.vendor == vendor), None)
    if place is None:
        raise ConfigurationError(f"tenant {tenant!r} has no {vendor} installation")
    if not yes:
        click.confirm(f"Uninstall {vendor} {place.account_ref} of {tenant}?", abort=True)
    now = runtime.clock.now()
    with runtime.store.tenant(tenant) as connection:
        for line in exporting.lines(connection, tenant, now) if export else ():
            click.echo(line, file=export, nl=False)
    with runtime.store.tenant(tenant) as connection:
        ending.end(connection, place, now, actor="admin")
    runtime.directory.forget(place.id)
    click.echo("ended          nothing comes in or goes out any more")
    try:
        leaving.take_leave(runtime, place.id)
        click.echo(f"revoked        our access is taken back at {vendor}")
    except RetryLaterError:
        runtime.wake_leave(place.id)
        click.echo(f"revoked        not yet: {vendor} does not answer; a worker goes on trying")
    _purge(runtime, place, purge_now=purge_now)
    for words in ending.STAYS:
        click.echo(f"stays          {words}")


def _purge(runtime: Runtime, place: Place, *, purge_now: bool) -> None:
    if purge_now:
        click.echo(f"purged         {json.dumps(leaving.purge(runtime, place.id, actor='admin'))}")
        return
    with runtime.store.tenant(place.tenant) as connection:
        after = stages.read(connection, place.id)
    click.echo(
        f"purge          {after.purge_after:%-d %b %Y}" if after and after.purge_after else "purge          done"
    )
