"""``attune admin``: who may open the console with a password of ours."""

from __future__ import annotations

import click

from core.errors import ConfigurationError
from core.jobs.runtime import Runtime
from core.roles import CONSOLE_ROLES
from core.store import console_users, passwords
from core.store.tenants import exists
from plugins.cli.privacy import runtime_of
from plugins.cli.wiring import Wiring

TENANT = click.option("--tenant", required=True, help="Name of the organisation.")


@click.group("admin", short_help="Who may open the console.")
def people() -> None:
    """Local users of the console: add, list, remove."""


@people.command("add")
@click.argument("name")
@TENANT
@click.option("--role", type=click.Choice(CONSOLE_ROLES), default="admin", show_default=True, help="What they may see.")
@click.option("--ask", is_flag=True, help="Ask for the one-time password instead of making one.")
@click.pass_obj
def add(wiring: Wiring, name: str, tenant: str, role: str, ask: bool) -> None:
    """Make the console user NAME, or give them a new role and one-time password.

    Prints the one-time password; it is good for 72 hours and has to be changed at the first sign-in. All sessions of
    that user end.
    """
    runtime = runtime_at(wiring, tenant)
    given = click.prompt("One-time password", hide_input=True, confirmation_prompt=True) if ask else ""
    password = given or passwords.one_time()
    with runtime.store.tenant(tenant) as connection:
        console_users.add(connection, tenant, name, role, password, runtime.clock.now())
    click.echo(f"sign in at /console/ as {name} of {tenant} ({role})", err=True)
    if not given:
        click.echo(password)


@people.command("list")
@TENANT
@click.pass_obj
def list_people(wiring: Wiring, tenant: str) -> None:
    """Show the console's local users of an organisation."""
    runtime = runtime_at(wiring, tenant)
    with runtime.store.tenant(tenant) as connection:
        found = console_users.listed(connection)
    for one in found:
        click.echo(f"{one.name:<32} {one.role:<8} {'one-time password' if one.one_time_until else ''}".rstrip())


@people.command("remove")
@click.argument("name")
@TENANT
@click.pass_obj
def remove(wiring: Wiring, name: str, tenant: str) -> None:
    """Remove the console user NAME and end their sessions."""
    runtime = runtime_at(wiring, tenant)
    with runtime.store.tenant(tenant) as connection:
        if not console_users.remove(connection, tenant, name, runtime.clock.now()):
            raise ConfigurationError(f"{tenant} has no console user {name!r}")
    click.echo(f"{name} may no longer open the console")


def runtime_at(wiring: Wiring, tenant: str) -> Runtime:
    """Return the runtime for a tenant that exists; raise ``ConfigurationError`` where it does not."""
    runtime = runtime_of(wiring)
    with runtime.store.tenant(tenant) as connection:
        if not exists(connection):
            raise ConfigurationError(f"no tenant {tenant!r}; `attune tenant {tenant} --new` creates it")
    return runtime
