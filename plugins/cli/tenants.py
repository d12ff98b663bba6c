"""``attune tenant`` and ``attune mode``: what an organisation has decided."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import click
from sqlalchemy import Connection, select

from core.errors import ConfigurationError
from core.installation import golive
from core.installation.checklist import ITEMS
from core.installation.modules import Stage
from core.installation.steps import CATCH_UP
from core.recovery import hours
from core.store import enrolment, notices, setup, stages
from core.store.enrolment import MODES, REPLY_WRITES
from core.store.tables import TenantRow
from manifests import declarations
from plugins.cli.privacy import runtime_of
from plugins.cli.wiring import Wiring

OWNERS = ("admin", "on_call", "trained")
SHOWN = ("mode", "reply_write", "locale", "time_zone", "choices")


@click.command(short_help="Only observe, go live, or pause.")
@click.argument("tenant")
@click.argument("mode", type=click.Choice(MODES), required=False)
@click.option("--vendor", type=click.Choice(sorted(declarations())), help="Go live with this tool only.")
@click.option("--early", default="", metavar="REASON", help="Why before the time of observing is over; recorded.")
@click.option("--tasks/--no-tasks", default=None, help="Whether follow-up tasks are opened by themselves.")
@click.option("--reply-write", type=click.Choice(REPLY_WRITES), help="Whether reply scores go into the record.")
@click.pass_obj
def mode(
    wiring: Wiring,
    tenant: str,
    mode: str | None,
    vendor: str | None,
    early: str,
    tasks: bool | None,
    reply_write: str | None,
) -> None:
    """Set what TENANT's scores may do: observe (stored only), live (written), paused (nothing).

    Going live needs the fields, a lawful basis, the time of observing and the whole checklist (`attune checklist`); the
    first thing that is missing is named and nothing is changed. Tasks come last: repeat with --tasks.
    """
    chosen = {name: value for name, value in (("mode", mode), ("reply_write", reply_write)) if value}
    if not chosen and tasks is None:
        raise click.UsageError("give a MODE, --tasks, --no-tasks or --reply-write")
    if mode == "live" or tasks is not None:
        _turn(wiring, tenant, vendor, live=mode == "live", early=early, tasks=tasks)
    _change(wiring, tenant, chosen)


def _turn(wiring: Wiring, tenant: str, vendor: str | None, *, live: bool, early: str, tasks: bool | None) -> None:
    """Take every observing tool live, all or none, and switch tasks."""
    from core.installation.service import run

    runtime = runtime_of(wiring)
    now, begun = runtime.clock.now(), list[str]()
    with runtime.store.tenant(tenant) as connection:
        _read(connection, tenant)
        for place in stages.of_tenant(connection).values():
            if place.stage == Stage.ENDED or vendor not in (None, place.vendor):
                continue
            if live and place.stage == Stage.OBSERVING:
                golive.go_live(connection, place, now, actor="admin", early=early)
                begun.append(place.id)
                place = replace(place, stage=Stage.WRITING)
            if tasks is not None:
                golive.automate(connection, place, now, actor="admin", on=tasks)
    for installation in begun:
        run(runtime, installation, CATCH_UP)


@click.command(short_help="What has to be in place before going live.")
@click.argument("tenant")
@click.option(
    "--confirm",
    multiple=True,
    metavar="POINT=NOTE",
    help="Confirm a point with who or where; an empty note takes it back.",
)
@click.option("--texts", is_flag=True, help="Print the notices for customers and staff as well.")
@click.pass_obj
def checklist(wiring: Wiring, tenant: str, confirm: tuple[str, ...], texts: bool) -> None:
    """Show TENANT's checklist after confirming what is given: each point needs a note that says who, when or where.

    OLD: the notices have changed since they were confirmed.
    """
    pairs = [entry.partition("=") for entry in confirm]
    if any(not sign or name not in ITEMS for name, sign, _ in pairs):
        raise click.UsageError(f"--confirm is POINT=NOTE with a point of {', '.join(ITEMS)}")
    runtime = runtime_of(wiring)
    now = runtime.clock.now()
    with runtime.store.tenant(tenant) as connection:
        _read(connection, tenant)
        golive.confirm(connection, tenant, now, actor="admin", notes={name: note for name, _, note in pairs})
        held = setup.confirmed(connection)
        old, found = golive.outdated(connection, held), notices.current(connection) if texts else []
    for name, item in ITEMS.items():
        state = "OLD" if name in old else "yes" if name in held else "NO"
        click.echo(f"{state:<4} {name:<14} {held[name].note if name in held else item.asks}")
    for one in found:
        click.echo(f"\n--- {one.title} ---\n{one.text}")


@click.command(short_help="Who takes tasks, business hours, language.")
@click.argument("name")
@click.option("--new", is_flag=True, help="Create the organisation, observing and without a tool.")
@click.option("--locale", help="Language of customers whose messages are too short to tell, e.g. en-GB.")
@click.option("--time-zone", help="Zone of the business hours (Monday to Friday, 9 to 17), e.g. Europe/Berlin.")
@click.option("--holidays", help="Country or region of the public holidays, e.g. DE or US-CA; empty for none.")
@click.option(
    "--owner",
    multiple=True,
    metavar="VENDOR.ROLE=ID",
    help="Who takes tasks: admin, on_call or trained, as the vendor's user id, e.g. zendesk.on_call=3601.",
)
@click.pass_obj
def tenant(
    wiring: Wiring,
    name: str,
    new: bool,
    locale: str | None,
    time_zone: str | None,
    holidays: str | None,
    owner: tuple[str, ...],
) -> None:
    """Show what is set for the organisation NAME, after changing what is given."""
    if new:
        runtime = runtime_of(wiring)
        with runtime.store.tenant(name) as connection:
            enrolment.open_tenant(connection, name, name, runtime.clock.now())
    if time_zone or holidays:
        # Refuses an unknown zone or calendar now rather than at the first task.
        hours.add_business_hours(datetime.now(UTC), 1, zone=time_zone or "UTC", holidays=holidays or "")
    plain = {key: value for key, value in (("locale", locale), ("time_zone", time_zone)) if value}
    _change(wiring, name, plain, _owners(owner), holidays)


def _change(
    wiring: Wiring,
    name: str,
    plain: Mapping[str, str],
    owners: Mapping[str, Mapping[str, str]] | None = None,
    holidays: str | None = None,
) -> None:
    runtime = runtime_of(wiring)
    with runtime.store.tenant(name) as connection:
        choices = dict(_read(connection, name)["choices"])
        held = choices.get("owners", {})
        merged = {vendor: {**held.get(vendor, {}), **given} for vendor, given in (owners or {}).items()}
        choices |= {"owners": {**held, **merged}} if merged else {}
        choices |= {} if holidays is None else {"holidays": holidays}
        if plain or merged or holidays is not None:
            enrolment.change_tenant(connection, name, runtime.clock.now(), **plain, choices=choices)
        for key, value in _read(connection, name).items():
            click.echo(f"{key:<12} {value if isinstance(value, str) else json.dumps(value)}")


def _read(connection: Connection, name: str) -> dict[str, Any]:
    row = connection.execute(select(TenantRow.__table__)).first()
    if row is None:
        raise ConfigurationError(f"no tenant {name!r}; `attune tenant {name} --new` creates it")
    return {key: getattr(row, key) for key in SHOWN}


def _owners(given: tuple[str, ...]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for entry in given:
        who, _, id_ = entry.partition("=")
        vendor, _, role = who.partition(".")
        if vendor not in declarations() or role not in OWNERS or not id_:
            raise click.UsageError(f"--owner is VENDOR.ROLE=ID with a role of {', '.join(OWNERS)}")
        found.setdefault(vendor, {})[role] = id_
    return found
