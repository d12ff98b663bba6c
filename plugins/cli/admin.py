"""``attune install``, ``attune mode``, ``attune doctor``: connecting a tool, going live, finding what is wrong."""

from __future__ import annotations

import json
import secrets as random
import sys

import click

from core.errors import ConfigurationError
from core.ports import Token
from core.store import enrolment, installations, rotation
from core.store.enrolment import MODES, REPLY_WRITES, Joining
from manifests import declarations
from plugins.cli import diagnosis
from plugins.cli.privacy import runtime_of
from plugins.cli.wiring import Wiring


@click.command()
@click.argument("vendor")
@click.option("--tenant", required=True, help="Name of the organisation; created at its first installation.")
@click.option("--account", required=True, help="Zendesk subdomain, HubSpot portal id or Salesforce organisation id.")
@click.option("--installation", help="Existing id, to change or repair an installation.")
@click.option("--secret", multiple=True, help="Signing secret; twice during a rotation, the newest first.")
@click.option("--integration-user", multiple=True, help="The vendor's id of the user or app that Attune writes as.")
@click.option("--token-file", type=click.File("r"), help="JSON with access, refresh and what else renewal needs.")
@click.option("--options-file", type=click.File("r"), help="JSON with the vendor's options (docs/settings.md).")
@click.option(
    "--basis",
    multiple=True,
    metavar="PURPOSE=BASIS",
    help="Recorded lawful basis, e.g. service_analysis=legitimate_interest.",
)
@click.option("--basis-record", default="", help="Where the balancing test or decision is kept.")
@click.option("--dry-run", is_flag=True, help="Report the state of the fields, create nothing at the vendor.")
@click.pass_obj
def install(
    wiring: Wiring,
    vendor: str,
    tenant: str,
    account: str,
    installation: str | None,
    secret: tuple[str, ...],
    integration_user: tuple[str, ...],
    token_file: click.File | None,
    options_file: click.File | None,
    basis: tuple[str, ...],
    basis_record: str,
    dry_run: bool,
) -> None:
    """Connect VENDOR (zendesk, salesforce, hubspot) to a tenant and create our fields there.

    Prints the webhook address, the secret and the fields provisioned, missing, drifted and collided. A new tenant
    starts in mode 'observe': scores are stored, nothing is written. Repeat it at any time; nothing is doubled.
    """
    if vendor not in declarations():
        raise ConfigurationError(f"no vendor {vendor!r}; known are {', '.join(declarations())}")
    runtime = runtime_of(wiring)
    now = runtime.clock.now()
    purposes = _purposes(basis)
    secret = secret or (random.token_urlsafe(24),)
    token = json.load(token_file) if token_file else {}  # type: ignore[arg-type]
    joining = Joining(
        installation=installation or random.token_hex(8),
        tenant=tenant,
        vendor=vendor,
        account_ref=account,
        secrets=secret,
        integration_ids=integration_user,
        options=json.load(options_file) if options_file else {},  # type: ignore[arg-type]
        token=Token(token.pop("access", ""), token.pop("refresh", ""), extra=token),
    )
    with runtime.store.tenant(tenant) as connection:
        enrolment.open_tenant(connection, tenant, tenant, now)
        if purposes:
            enrolment.record_basis(connection, tenant, purposes, basis_record or "not stated", now)
    enrolment.join(runtime.store, runtime.seal, joining, now)
    path_secret = f"/{secret[0]}" if declarations()[vendor].get("path_secret") else ""
    click.echo(f"installation   {joining.installation}")
    click.echo(f"webhook        {{public address}}/webhooks/{vendor}/{joining.installation}{path_secret}")
    click.echo(f"secret         {secret[0]}")
    with runtime.store.tenant(tenant) as connection:
        place = installations.read(connection, joining.installation)
    assert place is not None
    report = runtime.plugin(place).provision(dry_run=dry_run)
    for name in ("provisioned", "missing", "drifted", "collided"):
        click.echo(f"{name:<14} {', '.join(getattr(report, name)) or '-'}")


@click.command()
@click.argument("tenant")
@click.argument("mode", type=click.Choice(MODES), required=False)
@click.option("--reply-write", type=click.Choice(REPLY_WRITES), help="Whether reply scores go into the record.")
@click.pass_obj
def mode(wiring: Wiring, tenant: str, mode: str | None, reply_write: str | None) -> None:
    """Set what TENANT's scores may do: observe (stored only), live (written), paused (nothing)."""
    runtime = runtime_of(wiring)
    chosen = {name: value for name, value in (("mode", mode), ("reply_write", reply_write)) if value}
    if not chosen:
        raise click.UsageError("give a MODE or --reply-write")
    with runtime.store.tenant(tenant) as connection:
        enrolment.change_tenant(connection, tenant, runtime.clock.now(), **chosen)
    click.echo(f"{tenant}: {', '.join(f'{name} = {value}' for name, value in chosen.items())}")


@click.group()
def keys() -> None:
    """Rotate the keys that secrets are sealed with."""


@keys.command("rotate")
@click.pass_obj
def rotate(wiring: Wiring) -> None:
    """Seal every stored secret again with the newest key of ATTUNE_KEYS.

    Put the new key first in ATTUNE_KEYS, restart web and workers, run this, then remove the old key.
    """
    runtime = runtime_of(wiring)
    with runtime.store.outside() as connection:
        count = rotation.rotate_directory(connection, runtime.seal)
    for tenant in sorted({tenant for _, tenant, _ in runtime.directory.all()}):
        with runtime.store.tenant(tenant) as connection:
            count += rotation.rotate_tenant(connection, runtime.seal)
    click.echo(f"{count} secrets are sealed with the newest key")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print findings as JSON.")
@click.pass_obj
def doctor(wiring: Wiring, as_json: bool) -> None:
    """Say in plain words what is wrong with the set-up and how to mend it. Exits with 1 when something is."""
    findings = diagnosis.examine(wiring)
    if as_json:
        click.echo(json.dumps([finding.__dict__ for finding in findings], indent=2))
    else:
        for finding in findings:
            click.echo(
                f"{'ok ' if finding.ok else 'BAD'}  {finding.what}" + (f"\n     {finding.mend}" if finding.mend else "")
            )
    sys.exit(0 if all(finding.ok for finding in findings) else 1)


def _purposes(basis: tuple[str, ...]) -> dict[str, str]:
    pairs = [entry.partition("=") for entry in basis]
    if any(not name or not value for name, _, value in pairs):
        raise click.UsageError("--basis is PURPOSE=BASIS")
    return {name: value for name, _, value in pairs}
