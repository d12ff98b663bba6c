"""``attune support``: a look into an organisation's console, for a reason that its admins read."""

from __future__ import annotations

from datetime import timedelta

import click

from core.errors import ConfigurationError
from core.roles import CONSOLE_ROLES
from core.store import support
from plugins.cli.console_users import TENANT, runtime_at
from plugins.cli.wiring import Wiring


@click.group("support", short_help="Look into an organisation's console, on record.")
def supporting() -> None:
    """Break the glass: for an hour at most, without changing anything, seen by the organisation's admins."""


@supporting.command("open")
@TENANT
@click.option("--reason", required=True, help="Why; the organisation's admins read it.")
@click.option("--role", type=click.Choice(CONSOLE_ROLES), default="admin", show_default=True, help="What it may see.")
@click.option("--minutes", type=click.IntRange(1, 60), default=60, show_default=True, help="How long.")
@click.pass_obj
def open_(wiring: Wiring, tenant: str, reason: str, role: str, minutes: int) -> None:
    """Open the console for a while and print the password; reason, pages and end stand in the audit trail."""
    runtime = runtime_at(wiring, tenant)
    with runtime.store.tenant(tenant) as connection:
        now = runtime.clock.now()
        access, password = support.begin(connection, tenant, role, reason, timedelta(minutes=minutes), now)
    click.echo(f"sign in at /console/ as {access.name} of {tenant} ({role}) until {access.until:%H:%M UTC}", err=True)
    click.echo(password)


@supporting.command("end")
@click.argument("name")
@TENANT
@click.pass_obj
def end(wiring: Wiring, name: str, tenant: str) -> None:
    """End the look NAME before its time."""
    runtime = runtime_at(wiring, tenant)
    with runtime.store.tenant(tenant) as connection:
        if not support.end(connection, tenant, name, support.SUPPORT, runtime.clock.now()):
            raise ConfigurationError(f"{tenant} has no open look {name!r}")
    click.echo(f"{name} is ended")


@supporting.command("list")
@TENANT
@click.pass_obj
def list_looks(wiring: Wiring, tenant: str) -> None:
    """Show the looks into an organisation, newest first."""
    runtime = runtime_at(wiring, tenant)
    with runtime.store.tenant(tenant) as connection:
        found = support.listed(connection)
    for one in found:
        state = "open" if one.until > runtime.clock.now() else "looked over" if one.reviewed_at else "to be looked over"
        click.echo(f"{one.name}  {one.opened_at:%Y-%m-%d %H:%M}  {one.role:<8} {state:<18} {one.reason}")
