"""``attune``: the command line. Each command says in its help what it does, needs and leaves behind."""

from __future__ import annotations

import sys

import click

from core.errors import AttuneError, RejectedError, RetryLaterError
from core.reasons import REFUSALS
from plugins.cli import (
    admin,
    console_users,
    docs,
    installing,
    letters,
    playing,
    privacy,
    scoring,
    service,
    supporting,
    tenants,
    uninstalling,
)

CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


class Friendly(click.Group):
    """Shows the commands by who needs them, and our own errors as one plain line with exit code 1."""

    def invoke(self, ctx: click.Context) -> object:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except RejectedError as error:
            refusal = REFUSALS.get(error.code)
            click.echo(f"attune: {refusal.user if refusal else error} ({error})", err=True)
        except RetryLaterError as error:
            click.echo(f"attune: the other side cannot be reached now ({error}); repeat this later", err=True)
        except AttuneError as error:
            click.echo(f"attune: {error}", err=True)
        sys.exit(1)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write one section a group of commands."""
        for title, commands in SECTIONS.items():
            with formatter.section(title):
                formatter.write_dl([(str(one.name), one.short_help or "") for one in commands])


@click.group(cls=Friendly, context_settings=CONTEXT)
@click.version_option(package_name="attune", prog_name="attune")
def cli() -> None:
    """Attune reads customer conversations and writes explained scores into Zendesk, Salesforce and HubSpot.

    Start with `attune demo`: it runs everything on this machine, against local stand-ins of the three tools. Settings
    come from the environment or a .env file (docs/settings.md); the steps to a real installation are in
    docs/operations.md.
    """


SECTIONS: dict[str, tuple[click.Command, ...]] = {
    "Try it": (playing.demo, playing.replay_command, scoring.score_command, service.sandbox),
    "Connect your tools": (
        installing.install,
        tenants.tenant,
        tenants.checklist,
        tenants.mode,
        uninstalling.uninstall,
        console_users.people,
    ),
    "Run it": (service.migrate, service.serve, service.worker, admin.keys),
    "When something is wrong": (admin.doctor, letters.dead, supporting.supporting),
    "Privacy": (privacy.consent, privacy.erase, privacy.purge, privacy.audit),
    "For developers": (docs.docs,),
}

for section in SECTIONS.values():
    for command in section:
        cli.add_command(command)
