"""``attune doctor`` and ``attune keys``: finding what is wrong, and changing the keys that secrets are sealed with."""

from __future__ import annotations

import json
import sys

import click

from core.store import rotation
from plugins.cli import diagnosis
from plugins.cli.privacy import runtime_of
from plugins.cli.wiring import Wiring


@click.group(short_help="Change the keys that secrets are sealed with.")
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


@click.command(short_help="What is wrong with the set-up, and how to mend it.")
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
