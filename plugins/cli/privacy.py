"""``attune audit``, ``attune consent``, ``attune erase``, ``attune purge``: what a privacy officer needs."""

from __future__ import annotations

import json
import sys

import click

from core.compliance.consent import CHOICES, PURPOSES, Choice
from core.errors import ConfigurationError
from core.jobs import erasing, sweeping
from core.jobs.inbox import rejudge_all, wake
from core.jobs.runtime import Runtime
from core.model import Level, RecordRef
from core.store import audit as trail
from core.store import cases, erasure, installations, ledger, links
from core.store.installations import Installation
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


@click.command(short_help="Record what a person allows or objects to.")
@click.argument("installation")
@click.argument("person_id")
@click.argument("purpose", type=click.Choice((*PURPOSES, "all")))
@click.argument("choice", type=click.Choice(CHOICES))
@click.option("--notice-version", default="", help="Version of the notice that a consent was given on.")
@click.pass_obj
def consent(wiring: Wiring, installation: str, person_id: str, purpose: str, choice: str, notice_version: str) -> None:
    """Add a person's CHOICE for a PURPOSE to the ledger, PERSON_ID as the tool of INSTALLATION knows them.

    It holds at once: values that are no longer permitted are cleared in every tool, and the mirrors follow. A
    consent (granted) needs the version of the notice that it was given on.
    """
    runtime = runtime_of(wiring)
    place, person = _known(runtime, installation, person_id)
    now = runtime.clock.now()
    with runtime.store.tenant(place.tenant) as connection:
        ledger.record(connection, place.tenant, person, Choice(purpose, choice, now, notice_version), now)
        judged = rejudge_all(runtime, connection, cases.latest(connection, person=person), now)
    wake(runtime, place.tenant, judged)
    click.echo(f"recorded: {purpose} is {choice}")


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
    place, person = _known(runtime, installation, person_id)
    if not yes:
        click.confirm("This cannot be undone. Erase?", abort=True)
    erased = erasing.erase_person(runtime, place.tenant, person, actor="privacy_officer")
    receipts = [_clear(runtime, where, record) for where, record in erased.records]
    with runtime.store.tenant(place.tenant) as connection:
        left = erasure.left(connection, person)
    click.echo(json.dumps({"erased": erased.counts, "vendors": receipts, "found_again": left}, indent=2))


@click.command(short_help="Remove what has had its time, now instead of at night.")
@click.pass_obj
def purge(wiring: Wiring) -> None:
    """Remove what has had its time, now instead of at night, and print how much, by kind."""
    click.echo(json.dumps(sweeping.expire(runtime_of(wiring)), indent=2))


def _known(runtime: Runtime, installation: str, person_id: str) -> tuple[Installation, int]:
    """Return the installation and our own id of somebody its tool knows."""
    tenant = runtime.directory.find(installation).tenant
    with runtime.store.tenant(tenant) as connection:
        place = installations.read(connection, installation)
        found = links.known(connection, installation, Level.PERSON, [person_id]).get(person_id)
    if place is None or found is None:
        raise ConfigurationError(f"nobody with the id {person_id} is known at {installation}")
    return place, found.entity


def _clear(runtime: Runtime, installation: str, record: RecordRef) -> dict[str, object]:
    receipts = erasing.clear_at_vendor(runtime, installation, record)
    return {"record": str(record), "outcomes": [str(receipt.outcome) for receipt in receipts]}
