"""``python -m tests.bench``: measure, print, and write ``docs/benchmarks.md`` (not with ``--quick``)."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import click
from cryptography.fernet import Fernet, MultiFernet

from core.store import embedded
from core.store.engine import Store
from core.store.migrate import upgrade
from core.store.seal import Seal
from tests.bench import calling, door, draining, machine, reading, report, traffic
from tests.bench.report import Figures
from tests.bench.stage import stage

PAGE = Path(__file__).parents[2] / "docs" / "benchmarks.md"
PARTS = ("door", "drain", "read", "calls")


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured."""

    runs: int = 5
    seconds: float = 6.0
    paced_seconds: float = 30.0
    tickets: int = 2000
    events: int = 10_000
    cases: int = 1000

    def __str__(self) -> str:
        return (
            f"{self.runs} pairs of runs of {self.seconds:.0f} s; {self.paced_seconds:.0f} s paced; "
            f"{self.events} events drained; {self.cases} changed cases"
        )


QUICK = Size(runs=2, seconds=3.0, paced_seconds=10.0, tickets=200, events=900, cases=300)


def say(words: str) -> None:
    """Tell what is going on, on standard error."""
    click.echo(f"{time.strftime('%H:%M:%S')} {words}", err=True)


@click.command()
@click.option("--quick", is_flag=True, help="About two minutes; writes no page.")
@click.option("--only", type=click.Choice(PARTS), multiple=True, help="Measure only this.")
def main(quick: bool, only: tuple[str, ...]) -> None:
    """Measure what docs/benchmarks.md tells."""
    os.environ.setdefault("ATTUNE_ALLOW_ROOT", "1")
    size, chosen = QUICK if quick else Size(), only or PARTS
    figures = Figures(size=str(size))
    parts = {"door": _door, "drain": _drain, "read": _read, "calls": _calls}
    for name in chosen:
        figures.loads.append(machine.load_now())
        parts[name](figures, size)
    for row in report.rows(figures):
        click.echo("  ".join(row))
    if not quick and set(chosen) == set(PARTS):
        PAGE.write_text(report.page(figures), encoding="utf-8")
        say(f"written: {PAGE.name}")


def _door(figures: Figures, size: Size) -> None:
    with stage(say) as running:
        figures.database = machine.database(running.stack.database.addresses.app)
        tickets = running.silent_tickets(size.tickets, list(traffic.messages(size.tickets, 1)))
        figures.accepting = door.accepting(running, tickets, runs=size.runs, seconds=size.seconds)
        running.start_worker(1)
        time.sleep(8)  # It imports the SDKs first; that is not the work that is meant.
        figures.answering = door.answering(running, tickets, seconds=size.paced_seconds)


def _drain(figures: Figures, size: Size) -> None:
    with stage(say) as running:
        figures.draining, figures.weights = draining.drained(running, size.events)


def _read(figures: Figures, size: Size) -> None:
    with stage(say) as running:
        figures.reading = reading.reading(running, seconds=size.seconds)


def _calls(figures: Figures, size: Size) -> None:
    with tempfile.TemporaryDirectory(prefix="attune-bench-") as folder:
        server = embedded.start(Path(folder))
        upgrade(server.addresses.owner)
        store = Store(server.addresses.app)
        seal = Seal(MultiFernet([Fernet(Fernet.generate_key())]), b"pepper-of-the-benchmarks")
        for vendor in calling.vendors():
            say(f"calls: {vendor}")
            figures.calls.append(calling.calls(store, seal, vendor, size.cases))
        store.close()
        server.stop()


if __name__ == "__main__":
    sys.exit(main())
