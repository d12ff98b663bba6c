"""What a person sees: steps and progress on standard error, tables on standard output."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

WIDTH = 150
Tell = Callable[[str, int, int], None]


def step(text: str) -> None:
    """Say what is being done."""
    click.echo(f"· {text}", err=True)


@contextmanager
def progress(*, quiet: bool = False) -> Iterator[Tell]:
    """Show progress bars by name; silent when nobody is looking at a terminal."""
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
    console = Console(width=WIDTH)
    shown = Table(title="What was written, where and why", show_lines=True, expand=True)
    for name, ratio in (("Conversation", 2), ("Case", 4), ("Account", 4), ("Recovery task", 3), ("Because", 6)):
        shown.add_column(name, ratio=ratio, overflow="fold")
    for one in conversations:
        shown.add_row(_head(one), _case(one), _account(one), _tasks(one), _because(one))
    console.print(shown)
    console.print(_totals(summary))
    for name, address in addresses.items():
        console.print(f"{name:>10}  {address}")


def past(rows: Sequence[Mapping[str, Any]]) -> None:
    """Show what Attune would have said of past cases."""
    console = Console(width=WIDTH)
    shown = Table(title="Past cases, judged without writing anything", show_lines=False, expand=True)
    for name in ("Case", "Messages", "Sentiment", "Distress", "Flag", "Nature", "Because"):
        shown.add_column(name, overflow="fold")
    for row in rows:
        values = row["values"]
        cells = [
            values.get(key)
            for key in ("attune_sentiment", "attune_distress", "attune_risk_flag", "attune_complaint_nature")
        ]
        shown.add_row(
            row["id"], str(row["messages"]), *("-" if cell is None else str(cell) for cell in cells), _because(row)
        )
    console.print(shown)


def _head(one: Mapping[str, Any]) -> Text:
    return Text(f"{one['id']}\n{one['status']}", style="" if one["status"] == "scored" else "yellow")


def _case(one: Mapping[str, Any]) -> str:
    lines = []
    for vendor, records in one["records"].items():
        level = next(iter(records), "")
        lines += [f"{vendor} {level}"] * bool(records.get(level))
        lines += [f"  {_short(name)} = {_value(value)}" for name, value in records.get(level, {}).items()]
    return "\n".join(lines) or "nothing written"


def _account(one: Mapping[str, Any]) -> str:
    lines = []
    for vendor, records in one["records"].items():
        level = list(records)[-1] if records else ""
        held = {_short(name): value for name, value in records.get(level, {}).items()}
        if held:
            lines.append(f"{vendor}: {held.get('health_score', '-')} {held.get('health_band', '')}")
    return "\n".join(lines)


def _tasks(one: Mapping[str, Any]) -> str:
    return "\n".join(
        f"{task['template']} ({task['vendor']}) due {task['due_at'][5:16].replace('T', ' ')}" for task in one["tasks"]
    )


def _because(one: Mapping[str, Any]) -> str:
    lines = [
        f"{reason['text']}" + (f": “{reason['evidence']}”" if reason["evidence"] else "") for reason in one["reasons"]
    ]
    return "\n".join([*lines, *one["refusals"]])


def _totals(summary: Mapping[str, Any]) -> str:
    calls = ", ".join(f"{vendor} {sum(made.values())}" for vendor, made in summary["calls"].items())
    n = summary
    return (
        f"{n['conversations']} conversations, {n['messages']} messages, {n['events']} signed webhooks, "
        f"{n['tasks']} tasks, {n['remarks']} private remarks, {n['seconds']} s; calls: {calls}\n"
        f"tenant {n['tenant']}, mode {n['mode']}, basis {n['basis']}"
    )


def _short(name: str) -> str:
    return name.lower().removeprefix("attune_").removesuffix("__c")


def _value(value: Any) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value)
