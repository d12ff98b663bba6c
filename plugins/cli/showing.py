"""What a person sees: steps and progress on standard error, tables on standard output."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from plugins.cli import showing_cells as cells

# Columns of text: what is still readable, what is enough, what a file or a pipe gets.
NARROW, WIDE, UNKNOWN = 80, 160, 130
PICTURE_WIDTH, PICTURE_ROWS = 130, 6
Tell = Callable[[str, int, int], None]


def step(text: str) -> None:
    """Say what is being done."""
    click.echo(f"· {text}", err=True)


@contextmanager
def progress(*, quiet: bool = False) -> Iterator[Tell]:
    """Show progress bars by name; silent when ``quiet``."""
    console = Console(stderr=True, quiet=quiet)
    columns = (TextColumn("{task.description:<22}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=quiet) as bars:
        tasks: dict[str, TaskID] = {}

        def tell(name: str, done: int, total: int) -> None:
            if name not in tasks:
                tasks[name] = bars.add_task(name, total=total or None)
            bars.update(tasks[name], completed=done, total=total or None)

        yield tell


def table(conversations: Sequence[Mapping[str, Any]], summary: Mapping[str, Any], addresses: Mapping[str, str]) -> None:
    """Show what was written where and why."""
    console = _console()
    console.print(_written(conversations))
    console.print(_totals(summary), highlight=False, soft_wrap=True)
    for name, address in addresses.items():
        console.print(f"{name:>10}  {address}", highlight=False, soft_wrap=True)


def picture(conversations: Sequence[Mapping[str, Any]], path: Path) -> None:
    """Save the first rows of the table as an SVG picture without outside parts."""
    console = Console(width=PICTURE_WIDTH, record=True, file=StringIO(), force_terminal=True)
    console.print(_written(conversations[:PICTURE_ROWS]))
    drawn = console.export_svg(title="attune demo", unique_id="attune")
    # It would load a font from elsewhere; the reader's own fixed-width font does as well.
    path.write_text(re.sub(r"@font-face \{.*?\}\s*", "", drawn, flags=re.DOTALL), "utf-8")


def past(rows: Sequence[Mapping[str, Any]]) -> None:
    """Show what Attune would have said of past cases."""
    shown = Table(title="Past cases, judged without writing anything", show_lines=False, expand=True)
    for name in ("Case", "Messages", "Sentiment", "Distress", "Flag", "Nature", "Because"):
        shown.add_column(name, overflow="fold")
    keys = ("attune_sentiment", "attune_distress", "attune_risk_flag", "attune_complaint_nature")
    for row in rows:
        values = [row["values"].get(key) for key in keys]
        said = ["-" if value is None else str(value) for value in values]
        shown.add_row(row["id"], str(row["messages"]), *said, cells.because(row))
    _console().print(shown)


def _console() -> Console:
    console = Console()
    console.width = max(NARROW, min(WIDE, console.width)) if console.is_terminal else UNKNOWN
    return console


def _written(conversations: Sequence[Mapping[str, Any]]) -> Table:
    shown = Table(title="What was written, where and why", show_lines=True, expand=True)
    for name, ratio in (("Conversation", 5), ("On the case", 8), ("On the account", 8), ("Task", 7), ("Because", 12)):
        shown.add_column(name, ratio=ratio, overflow="fold")
    for one in conversations:
        shown.add_row(cells.head(one), cells.case(one), cells.account(one), cells.tasks(one), cells.because(one))
    return shown


def _totals(summary: Mapping[str, Any]) -> str:
    calls = ", ".join(f"{vendor} {sum(made.values())}" for vendor, made in summary["calls"].items())
    return (
        f"{summary['conversations']} conversations, {summary['messages']} messages, "
        f"{summary['events']} signed webhooks, {summary['tasks']} tasks, {summary['remarks']} private remarks, "
        f"{summary['seconds']} s; calls: {calls}\n"
        f"tenant {summary['tenant']}, mode {summary['mode']}, basis {summary['basis']}"
    )
