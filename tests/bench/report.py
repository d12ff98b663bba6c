"""Writes the figures down: what was to be reached, what was measured, how, and what limits it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from statistics import median

from tests.bench import machine, reading
from tests.bench.calling import Calling
from tests.bench.door import Accepting, Answering
from tests.bench.draining import Draining, Weight
from tests.bench.reading import Reading

METHOD = """\
- **Accepting**: the same signed one-event Zendesk deliveries go to a bare Flask view that answers `204` and to
  Attune, both behind gunicorn with 2 gthread workers of 8 threads, over 16 keep-alive connections, in alternating
  runs after one pair that warms up; the ratio is of the medians. Every accepted delivery must stand in the inbox
  afterwards. The generator (`tests/bench/load.py`) is one thread with raw sockets and signs before the clock starts.
- **Answering**: 120 deliveries a second at an even pace, each wait counted from the moment at which the delivery was
  due, while one worker judges what the first figure left in the inbox of the same database.
- **Draining**: made-up conversations of three messages are written in the Zendesk sandbox, whose signed webhooks fill
  the inbox while nobody works; then two worker processes start, and the clock stops when inbox, outbox and queue are
  empty. Sandboxes, web and database share the machine. The sandbox's rate limits are lifted.
- **Cards and drafts**: 100 judged cases, 20 readers with bearers of their own; cards at full speed over 16 connections,
  then at an even pace; drafts at an even pace, counted like the answers. Nobody works meanwhile, but the generator runs
  on the same machine. Each reading is committed to the audit trail before it is answered.
- **Calls**: one message in each case, all judged, then written at once with the clock moved past the merging time;
  counted by the sandbox by purpose. The floor is the number of cases by the records of one call.
- **Memory**: after draining; resident (RSS) and proportional (PSS, shared pages by share).

Repeat them with `make bench` (`QUICK=1` for a short run that writes nothing).
"""


@dataclass
class Figures:
    """Everything that was measured. ``loads``: the machine's one-minute load before each part."""

    database: str = ""
    size: str = ""
    accepting: Accepting | None = None
    answering: Answering | None = None
    draining: Draining | None = None
    weights: Sequence[Weight] = ()
    reading: tuple[Reading, Weight] | None = None
    calls: list[Calling] = field(default_factory=list)
    loads: list[float] = field(default_factory=list)


def page(figures: Figures) -> str:
    """Return the whole page."""
    facts = [
        *machine.described(),
        ("Database", figures.database),
        ("Size", figures.size),
        ("Load before each part", machine.loads(figures.loads)),
        ("Date", f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"),
    ]
    lines = ["# Benchmarks", "", "Written by `make bench`.", "", "| machine | |", "|---|---|"]
    lines += [f"| {name} | {words} |" for name, words in facts]
    lines += ["", "## Figures", "", "| what | measured | to reach | beyond |", "|---|---|---|---|"]
    lines += [f"| {' | '.join(row)} |" for row in rows(figures)]
    lines += ["", "## Method", "", METHOD, "## Weak spots", "", *(f"- {line}" for line in weak(figures)), ""]
    return "\n".join(lines)


def rows(figures: Figures) -> list[tuple[str, str, str, str]]:
    """Return the table: what, measured, to reach, beyond."""
    found = [*_door(figures), *_drain(figures)]
    found += reading.rows(*figures.reading) if figures.reading else ()
    for one in figures.calls:
        calls = one.calls
        words = (
            f"{calls['field_write']} writes (floor {one.floor}), {calls['read']} reads; apart: "
            f"{calls['poll']} polls, {calls['remark']} remarks, {calls['task']} tasks, {calls['search']} searches"
        )
        reach = {"salesforce": "≤ 6 for the cases"}.get(one.vendor, "≤ 12 for the cases")
        what = f"{one.vendor}: calls for the fields of {one.cases} changed cases and of {one.people} people"
        found.append((what, words, reach, "the floor"))
    return found


def _door(figures: Figures) -> list[tuple[str, str, str, str]]:
    found = []
    if (one := figures.accepting) is not None:
        words = (
            f"**{one.ratio:.2f}** ({median(one.ours):.0f}/s of {median(one.bare):.0f}/s; "
            f"{one.stored} of {one.sent} stored)"
        )
        found.append(("accepted deliveries, ratio to a bare Flask `204`", words, "≥ 0.25", "≥ 0.40"))
    if (two := figures.answering) is not None:
        words = (
            f"**{two.p99:.0f} ms** (median {two.p50:.0f}, worst {two.worst:.0f}; {two.sent} sent, "
            f"{two.busy} judged meanwhile)"
        )
        found.append(("answer p99 at 120/s, worker busy", words, "< 60 ms", "< 30 ms"))
    return found


def _drain(figures: Figures) -> list[tuple[str, str, str, str]]:
    found = []
    if (one := figures.draining) is not None:
        words = f"**{one.rate:.0f}/s** ({one.events} events; judged after {one.judged:.0f} s, written after "
        words += f"{one.written:.0f} s" + (f", {one.left} things were left)" if one.left else ")")
        found.append(("events judged and written, 2 workers", words, "≥ 200/s", "≥ 600/s"))
        used = ", ".join(f"{name} {1000 * seconds / one.events:.1f} ms" for name, seconds in sorted(one.spent.items()))
        found.append(("CPU time an event, by kind of process", used, "", ""))
    for name, reach, beyond in (("web process", "< 110 MB", "< 80 MB"), ("worker", "< 300 MB", "< 200 MB")):
        of_name = [weight for weight in figures.weights if weight.name == name]
        if of_name:
            most = max(of_name, key=lambda weight: weight.resident)
            words = f"**{most.resident:.0f} MB** resident, {most.proportional:.0f} MB proportional"
            found.append((f"{name}, the largest of {len(of_name)}", words, reach, beyond))
    return found


def weak(figures: Figures) -> list[str]:
    """Say in plain words what these figures do not show or do not reach."""
    found = [
        "Everything shares one machine: load generator, sandboxes, web, workers and database take CPU from "
        "each other, so that absolute figures are lower than on hosts of their own."
    ]
    if figures.loads and max(figures.loads) > 2:
        found.append(
            f"Others worked on this machine at the same time (load {machine.loads(figures.loads)}): the "
            "ratios are noisy and the absolute figures too low."
        )
    if (one := figures.accepting) is not None and one.ratio < 0.4:
        found.append(
            "Accepting is limited by CPU in Python (verify, parse, one INSERT shared by the deliveries of "
            "a moment); the database needs about a third of it. On a shared host the ratio moves by a factor of two "
            "and more from run to run: judge by several."
        )
    if (two := figures.draining) is not None and two.rate < 600:
        found.append(
            "Draining is limited by CPU, most of it in the workers; the first seconds go into their start, the last "
            "into the time within which changes are merged."
        )
    return found
