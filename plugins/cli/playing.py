"""``attune demo`` and ``attune replay``."""

from __future__ import annotations

import json
import os
import signal
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any, TextIO

import click

from core.installation import past
from plugins.cli import joining, replay, replay_input, replay_output, showing
from plugins.cli.joining import Tenancy
from plugins.cli.replay_input import Line, Reading
from plugins.cli.stack import Stack, running
from plugins.cli.wiring import Wiring

# A demonstration should not wait for changes that could still be merged.
QUICK = {"ATTUNE_COALESCE_SECONDS": "1.0", "ATTUNE_POLL_SECONDS": "0.2", "ATTUNE_SWEEP_SECONDS": "2"}
UNUSABLE = 2


@click.command(short_help="Run everything here, with made-up conversations, and show the result.")
@click.option("--once", is_flag=True, help="Play, print and stop instead of serving on.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of a table.")
@click.option(
    "--picture", type=click.Path(dir_okay=False, path_type=Path), help="Save the head of the table as SVG as well."
)
@click.pass_obj
def demo(wiring: Wiring, once: bool, as_json: bool, picture: Path | None) -> None:
    """Run everything on this machine and show what is written where and why.

    Starts an embedded PostgreSQL under ATTUNE_DATA_DIR, the three sandboxes, web and worker; plays a dozen made-up
    conversations through the whole pipe; prints the result; keeps serving until Ctrl+C. Needs nothing else.
    """
    source = files("plugins.cli").joinpath("demo.jsonl").read_text(encoding="utf-8")
    reading = replay_input.read(source.splitlines(), datetime.now(UTC))
    folder = wiring.settings().data_dir / "demo"
    with _stack(wiring, folder, keep=not once, as_json=as_json) as (stack, tenancy):
        conversations, summary = _play(wiring, stack, tenancy, reading, "zendesk", as_json)
        addresses = {"web": stack.web_url, "sandboxes": stack.sandbox_url, "logs": str(stack.logs)}
        if as_json:
            click.echo(json.dumps({"conversations": conversations, "summary": summary, "addresses": addresses}))
        else:
            showing.table(conversations, summary, {} if once else addresses)
        if picture:
            showing.picture(conversations, picture)
        if not once:
            click.echo("serving until Ctrl+C", err=True)
            with suppress(KeyboardInterrupt):
                threading.Event().wait()
            showing.step("stopping")


@click.command("replay", short_help="Play your own conversations through it, or judge past cases.")
@click.argument("file", type=click.File("r", encoding="utf-8"), required=False)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line (docs/formats.md).")
@click.option("--vendor", default="zendesk", show_default=True, help="Who carries the conversations.")
@click.option("--keep", is_flag=True, help="Keep database and logs of the throw-away tenant.")
@click.option("--from-vendor", "installation", help="Read past cases of this installation instead of FILE.")
@click.option("--days", type=click.IntRange(1, 730), default=30, show_default=True, help="How far back.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=500, show_default=True, help="Cases at most.")
@click.option("--dry-run", is_flag=True, help="With --from-vendor: judge, write nothing.")
@click.pass_obj
def replay_command(
    wiring: Wiring,
    file: TextIO | None,
    as_json: bool,
    vendor: str,
    keep: bool,
    installation: str | None,
    days: int,
    limit: int,
    dry_run: bool,
) -> None:
    """Play conversations of FILE (JSON lines) through the whole pipe, in a throw-away tenant.

    Uses its own database and sandboxes, also while another Attune runs. A bad line is named on standard error and
    skipped. With --from-vendor ID --days N --dry-run it reads past cases of a real installation instead and writes
    nothing: the way to try Attune before going live.
    """
    if installation:
        _from_vendor(wiring, installation, days, limit, dry_run, as_json)
        return
    if file is None:
        raise click.UsageError("give a FILE, or --from-vendor ID --dry-run")
    _from_file(wiring, file, vendor, keep=keep, as_json=as_json)


def _from_file(wiring: Wiring, file: TextIO, vendor: str, *, keep: bool, as_json: bool) -> None:
    reading = replay_input.read(file, datetime.now(UTC))
    for number, words in reading.bad:
        click.echo(json.dumps({"line": number, "error": words}), err=True)
    if not reading.good:
        click.echo("no readable conversation in this file", err=True)
        sys.exit(UNUSABLE)
    folder = Path(tempfile.mkdtemp(prefix="attune-replay-"))
    with _stack(wiring, folder, keep=keep, as_json=as_json) as (stack, tenancy):
        if vendor not in tenancy.installations:
            raise click.UsageError(f"--vendor is one of {', '.join(tenancy.installations)}")
        conversations, summary = _play(wiring, stack, tenancy, reading, vendor, as_json)
        if as_json:
            for conversation in [*conversations, {"summary": summary}]:
                click.echo(json.dumps(conversation, ensure_ascii=False))
        else:
            showing.table(conversations, summary, {"logs": str(stack.logs)} if keep else {})
    if any(conversation["status"] == "failed" for conversation in conversations):
        sys.exit(1)


def _from_vendor(wiring: Wiring, installation: str, days: int, limit: int, dry: bool, as_json: bool) -> None:
    if not dry:
        raise click.UsageError("a real installation is only ever read: add --dry-run")
    chosen = wiring.settings()
    runtime = wiring.runtime(chosen, wiring.addresses(chosen))
    with showing.progress(quiet=as_json) as progress:
        rows = [one.row for one in past.judge_past(runtime, installation, days, limit, progress)]
    for row in rows if as_json else ():
        click.echo(json.dumps(row, ensure_ascii=False))
    if not as_json:
        showing.past(rows)


@contextmanager
def _stack(wiring: Wiring, folder: Path, *, keep: bool, as_json: bool) -> Iterator[tuple[Stack, Tenancy]]:
    # Without this, being told to stop would leave the processes behind.
    for told in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(told, lambda number, _: sys.exit(128 + number))
    workers = int(os.environ.get("ATTUNE_DEMO_WORKERS", "1"))
    with running(folder, workers=workers, keep=keep, say=showing.step, settings=QUICK) as stack:
        os.environ.update(
            {name: stack.environment[name] for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "ATTUNE_DATA_DIR")}
        )
        runtime = wiring.runtime(wiring.settings(), wiring.addresses(wiring.settings()))
        showing.step("connecting the three tools and creating the fields")
        yield stack, joining.join_sandboxes(runtime, stack, "replay", datetime.now(UTC))


def _play(
    wiring: Wiring, stack: Stack, tenancy: Tenancy, reading: Reading, vendor: str, as_json: bool
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    runtime = wiring.runtime(wiring.settings(), stack.database.addresses)
    lines: Sequence[Line] = reading.good
    with showing.progress() as progress:
        played = replay.play(runtime, stack, tenancy, lines, vendor, progress)
    conversations = list(replay_output.report(runtime, stack, tenancy, lines, played))
    return conversations, replay_output.summary(stack, tenancy, conversations, played, len(reading.bad))
