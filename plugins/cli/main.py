"""``attune``: the command line. Each command says in its help what it does, needs and leaves behind."""

from __future__ import annotations

import sys

import click

from core.errors import AttuneError
from plugins.cli import admin, docs, letters, playing, privacy, service

CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


class Friendly(click.Group):
    """Shows our own errors as one plain line, and a fault of ours as exit code 1."""

    def invoke(self, ctx: click.Context) -> object:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except AttuneError as error:
            click.echo(f"attune: {error}", err=True)
            sys.exit(1)


@click.group(cls=Friendly, context_settings=CONTEXT)
@click.version_option(package_name="attune", prog_name="attune")
def cli() -> None:
    """Attune reads customer conversations and writes explained scores into Zendesk, Salesforce and HubSpot.

    Start with `attune demo`: it runs everything on this machine, against local stand-ins of the three tools.
    `attune doctor` says what is wrong with a set-up. Settings come from the environment or a .env file
    (docs/settings.md).
    """


for command in (
    service.serve,
    service.worker,
    service.sandbox,
    service.migrate,
    playing.demo,
    playing.replay_command,
    admin.install,
    admin.doctor,
    admin.mode,
    admin.keys,
    privacy.audit,
    privacy.erase,
    privacy.purge,
    letters.dead,
    docs.docs,
):
    cli.add_command(command)
