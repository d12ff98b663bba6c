"""``attune audit``, ``attune erase``, ``attune purge``: what a privacy officer needs."""

from __future__ import annotations

import json
import sys

import click

from core.errors import ConfigurationError
from core.jobs import erasing, sweeping
from core.jobs.runtime import Runtime
from core.model import Level, RecordRef
from core.store import audit as trail
from core.store import erasure, installations, links
from plugins.cli.wiring import Wiring


def runtime_of(wiring: Wiring) -> Runtime:
    """Return a worker's runtime for a command, with wake-ups that reach the real queue."""
    chosen = wiring.settings()
    return wiring.queue(chosen, wiring.addresses(chosen)).runtime


@click.group(short_help="Verify the trail of every decision.")
def audit() -> None:
    """Check the audit trail."""


@audit.command("verify")
@click.option("--tenant", help="Only this tenant.")
@click.pass_obj
def verify(wiring: Wiring, tenant: str | None) -> None:
    """Check every tenant's hash chain and anchored roots; names the first broken row and exits with 1."""
    runtime = runtime_of(wiring)
    tenants = [tenant] if tenant else sorted({owner for _, owner, _ in runtime.directory.all()})
    broken = False
    for name in tenants:
        with runtime.store.tenant(name) as connection:
            rows, first = trail.verify(connection)
            lost = trail.unmatched_roots(connection)
        if first is None and not lost:
            click.echo(f"{name}: {rows} rows, unbroken")
            continue
        broken = True
        where = f"first break at row {first}" if first is not None else f"anchored root of {lost[0]} is missing"
        click.echo(f"{name}: {where}; this is a privacy incident", err=True)
    sys.exit(1 if broken else 0)


@click.command(short_help="Remove a person here and in every connected tool.")
@click.argument("installation")
@click.argument("person_id")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def erase(wiring: Wiring, installation: str, person_id: str, yes: bool) -> None:
    """Erase a person: PERSON_ID as the tool of INSTALLATION knows them.

    Removes words, scores, tasks, choices and links from Attune at once and clears our fields in every connected
    tool. A keyed tombstone with counts remains. Prints counts, receipts and what a second search finds (0).
    """
    runtime = runtime_of(wiring)
    tenant = runtime.directory.find(installation).tenant
    with runtime.store.tenant(tenant) as connection:
        place = installations.read(connection, installation)
        found = links.known(connection, installation, Level.PERSON, [person_id]).get(person_id)
    if place is None or found is None:
        raise ConfigurationError(f"nobody with the id {person_id} is known at {installation}")
    if not yes:
        click.confirm("This cannot be undone. Erase?", abort=True)
    erased = erasing.erase_person(runtime, tenant, found.entity, actor="privacy_officer")
    receipts = [_clear(runtime, where, record) for where, record in erased.records]
    with runtime.store.tenant(tenant) as connection:
        left = erasure.left(connection, found.entity)
    click.echo(json.dumps({"erased": erased.counts, "vendors": receipts, "found_again": left}, indent=2))


@click.command(short_help="Remove what has had its time, now instead of at night.")
@click.pass_obj
def purge(wiring: Wiring) -> None:
    """Remove what has had its time, now instead of at night, and print how much, by kind."""
    click.echo(json.dumps(sweeping.expire(runtime_of(wiring)), indent=2))


def _clear(runtime: Runtime, installation: str, record: RecordRef) -> dict[str, object]:
    receipts = erasing.clear_at_vendor(runtime, installation, record)
    return {"record": str(record), "outcomes": [str(receipt.outcome) for receipt in receipts]}
