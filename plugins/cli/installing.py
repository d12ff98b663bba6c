"""``attune install``: connects a tool to a tenant, or changes and repairs the connection that is there."""

from __future__ import annotations

import json
import secrets as random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TextIO

import click

from core.errors import ConfigurationError
from core.installation import modules, service
from core.installation.modules import Stage
from core.installation.steps import FAILED
from core.jobs.runtime import Runtime
from core.ports import FieldReport, Token
from core.store import enrolment, installations, setup, stages
from core.store.enrolment import Joining
from core.store.installations import Installation
from manifests import declarations
from plugins.cli.privacy import runtime_of
from plugins.cli.wiring import Wiring

STATES = service.STATES


@dataclass(frozen=True, slots=True)
class Wish:
    """What an admin gave; whatever is empty stays as it is."""

    vendor: str
    tenant: str
    account: str = ""
    secrets: tuple[str, ...] = field(default=(), repr=False)
    integration_ids: tuple[str, ...] = ()
    token: Mapping[str, Any] = field(default_factory=dict, repr=False)
    options: Mapping[str, Any] = field(default_factory=dict)
    client_cert: str = ""
    base_url: str = ""
    parts: tuple[str, ...] = ()


@click.command(short_help="Connect a tool, or change and repair the connection.")
@click.argument("vendor")
@click.option("--tenant", required=True, help="Name of the organisation; created at its first installation.")
@click.option(
    "--account", default="", help="Zendesk subdomain, HubSpot portal id or Salesforce organisation id; needed once."
)
@click.option("--secret", multiple=True, help="Signing secret; twice during a rotation, the newest first.")
@click.option("--integration-user", multiple=True, help="The vendor's id of the user or app that Attune writes as.")
@click.option(
    "--client-cert", default="", help="Fingerprint of the certificate that this sender must show (Salesforce)."
)
@click.option("--token-file", type=click.File("r"), help="JSON with access, refresh and client secrets; kept sealed.")
@click.option("--options-file", type=click.File("r"), help="JSON with the vendor's options (docs/settings.md).")
@click.option(
    "--basis",
    multiple=True,
    metavar="PURPOSE=BASIS",
    help="Recorded lawful basis, e.g. service_analysis=legitimate_interest.",
)
@click.option("--basis-record", default="", help="Where the balancing test or decision is kept.")
@click.option("--part", "parts", multiple=True, type=click.Choice(list(modules.MODULES)), help="Only these parts.")
@click.option("--base-url", default="", help="Address of a sandbox instead of the vendor, for trying out.")
@click.option("--listen", is_flag=True, help="Have the vendor send its events from now on, where it can be asked to.")
@click.option("--dry-run", is_flag=True, help="Report the state of the fields, create nothing at the vendor.")
@click.pass_obj
def install(
    wiring: Wiring,
    vendor: str,
    tenant: str,
    account: str,
    secret: tuple[str, ...],
    integration_user: tuple[str, ...],
    client_cert: str,
    token_file: TextIO | None,
    options_file: TextIO | None,
    basis: tuple[str, ...],
    basis_record: str,
    parts: tuple[str, ...],
    base_url: str,
    listen: bool,
    dry_run: bool,
) -> None:
    """Connect VENDOR (zendesk, salesforce, hubspot) to a tenant and create our fields there.

    Prints the webhook address, the secret if it is new, and the fields provisioned, missing, drifted, collided and
    limited by the plan. A new installation observes: scores are stored, nothing is written until `attune mode`. Repeat
    it at any time, to change or repair: what is not given stays as it is, nothing is doubled. The console does the
    same with a wizard and the vendor's own sign-in; docs/installation.md has both ways.
    """
    if vendor not in declarations():
        raise ConfigurationError(f"no vendor {vendor!r}; known are {', '.join(declarations())}")
    purposes = _purposes(basis)
    given = (_json(token_file), _json(options_file))
    wish = Wish(vendor, tenant, account, secret, integration_user, *given, client_cert, base_url.rstrip("/"), parts)
    _refuse_open_secrets(wish)
    runtime = runtime_of(wiring)
    now = runtime.clock.now()
    with runtime.store.tenant(tenant) as connection:
        enrolment.open_tenant(connection, tenant, tenant, now)
        if purposes:
            enrolment.record_basis(connection, tenant, purposes, basis_record or "not stated", now)
        held = next((one for one in installations.of_tenant(connection) if one.vendor == vendor), None)
    joining = _joining(runtime, wish, held)
    enrolment.join(runtime.store, runtime.seal, joining, now)
    _begin(runtime, wish, joining, fresh=held is None)
    _say(joining, wiring.settings().web.public_url, fresh=held is None or bool(secret))
    for name, keys in _set_up(runtime, joining, dry_run=dry_run, listen=listen).items():
        click.echo(f"{name:<14} {', '.join(keys) or '-'}")


def _joining(runtime: Runtime, wish: Wish, held: Installation | None) -> Joining:
    if held is None and not wish.account:
        raise ConfigurationError(f"{wish.tenant} has no {wish.vendor} installation yet: give --account")
    before = runtime.directory.find(held.id) if held else None
    kept_secrets = before.secrets.live if before else (random.token_urlsafe(24),)
    kept_ids = tuple(sorted(before.integration_ids)) if before else ()
    token = dict(wish.token)
    return Joining(
        installation=held.id if held else random.token_hex(8),
        tenant=wish.tenant,
        vendor=wish.vendor,
        account_ref=wish.account or (held.account_ref if held else ""),
        base_url=wish.base_url or (held.base_url if held else ""),
        secrets=wish.secrets or kept_secrets,
        integration_ids=wish.integration_ids or kept_ids,
        client_cert=wish.client_cert or (before.secrets.client_cert if before else ""),
        options=wish.options or (held.options if held else {}),
        token=Token(token.pop("access", ""), token.pop("refresh", ""), extra=token),
    )


def _say(joining: Joining, public_url: str, *, fresh: bool) -> None:
    path_secret = f"/{joining.secrets[0]}" if declarations()[joining.vendor].get("path_secret") else ""
    click.echo(f"installation   {joining.installation}")
    address = public_url.rstrip("/") or "https://YOUR-ADDRESS"
    click.echo(f"webhook        {address}/webhooks/{joining.vendor}/{joining.installation}{path_secret}")
    click.echo(f"secret         {joining.secrets[0] if fresh else 'unchanged'}")


def _begin(runtime: Runtime, wish: Wish, joining: Joining, *, fresh: bool) -> None:
    """A new installation observes first; what is given of parts is kept."""
    values: dict[str, Any] = {"stage": Stage.OBSERVING} if fresh else {}
    values |= {"modules": sorted({*wish.parts, modules.ESSENTIAL})} if wish.parts else {}
    values |= {"grant_refused_at": None} if wish.token else {}
    if values:
        with runtime.store.tenant(joining.tenant) as connection:
            stages.change(connection, joining.installation, **values)
    runtime.directory.forget(joining.installation)


def _set_up(runtime: Runtime, joining: Joining, *, dry_run: bool, listen: bool) -> dict[str, list[str]]:
    """Do the wizard's steps here and now; return what they report."""
    if dry_run:
        return service.told(_looked_at(runtime, joining))
    for step in ("connect", "fields", *(("observe",) if listen else ())):
        service.run(runtime, joining.installation, step)
        with runtime.store.tenant(joining.tenant) as connection:
            noted = setup.noted(connection, joining.installation)
        if noted[step].state == FAILED:
            raise ConfigurationError(f"{step}: {noted[step].cause}")
    off = [f"{name} ({', '.join(lacking)})" for name, lacking in noted["connect"].detail["off"].items()]
    found = {name: list(noted["fields"].detail[name]) for name in STATES}
    said = {
        "warning": noted["connect"].detail["warning"],
        "left to you": noted["observe"].detail["by_hand"] if listen else "",
    }
    told = {name: [words] for name, words in said.items() if words}
    return {**told, **({"off for want of": off} if off else {}), **found}


def _looked_at(runtime: Runtime, joining: Joining) -> FieldReport:
    with runtime.store.tenant(joining.tenant) as connection:
        place, stage = (
            installations.read(connection, joining.installation),
            stages.read(connection, joining.installation),
        )
    assert place is not None and stage is not None
    return runtime.plugin(place).provision(dry_run=True, parts=stage.working)


def _json(file: TextIO | None) -> dict[str, Any]:
    try:
        found = json.load(file) if file else {}
    except ValueError:
        raise click.UsageError("the token and options files hold one JSON object each") from None
    if not isinstance(found, dict):
        raise click.UsageError("the token and options files hold one JSON object each")
    return found


def _refuse_open_secrets(wish: Wish) -> None:
    """Options are stored as they are; what must be sealed belongs to the token."""
    declared = declarations()[wish.vendor].get("settings", {})
    unknown = sorted(set(wish.options) - set(declared))
    if unknown:
        raise ConfigurationError(f"{wish.vendor} has no option {', '.join(unknown)}; docs/settings.md lists them")
    secret = sorted(name for name in wish.options if declared[name].get("secret"))
    if secret:
        raise ConfigurationError(f"{', '.join(secret)}: put it into the token file, which is kept sealed")


def _purposes(basis: tuple[str, ...]) -> dict[str, str]:
    pairs = [entry.partition("=") for entry in basis]
    if any(not name or not value for name, _, value in pairs):
        raise click.UsageError("--basis is PURPOSE=BASIS")
    return {name: value for name, _, value in pairs}
