"""Events through judgement and sandboxed writes: a backlog, two workers, until nothing is left; and what they weigh."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import psutil

from tests.bench import traffic
from tests.bench.stage import Stage

PER_CASE = 3
WORKERS = 2
PATIENCE_SECONDS = 300.0
MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Draining:
    """Figure 3, in seconds. ``left``: what was still to do when patience ended; ``spent``: CPU, by kind of process."""

    events: int
    judged: float
    written: float
    left: int
    spent: Mapping[str, float] = field(default_factory=dict)

    @property
    def rate(self) -> float:
        """Events a second, judged and written."""
        return (self.events - min(self.left, self.events)) / self.written


@dataclass(frozen=True, slots=True)
class Weight:
    """Figure 5, in MB: resident, and proportional (shared pages counted by share), of one process."""

    name: str
    resident: float
    proportional: float


def drained(stage: Stage, events: int) -> tuple[Draining, list[Weight]]:
    """Let customers write, with nobody working; then start the workers and wait."""
    cases = events // PER_CASE
    stage.seed(cases)
    stage.say(f"draining: {cases * PER_CASE} signed webhooks into the inbox")
    stage.speak(list(traffic.messages(cases, PER_CASE)))
    waiting = stage.pending()
    before = _spent(stage)
    workers = [stage.start_worker(number) for number in range(1, WORKERS + 1)]
    found = _wait(stage, waiting)
    found = replace(found, spent={name: used - before.get(name, 0.0) for name, used in _spent(stage).items()})
    web = psutil.Process(stage.stack.processes["web"].pid).children()
    weights = [_weight("web process", one) for one in web] + [_weight("worker", one) for one in workers]
    return found, weights


def _wait(stage: Stage, waiting: int) -> Draining:
    began, judged, said = time.perf_counter(), 0.0, 0.0
    while True:
        time.sleep(0.5)
        gone = time.perf_counter() - began
        pending, left = stage.pending(), stage.left()
        judged = judged or (0.0 if pending else gone)
        if not left or gone > PATIENCE_SECONDS:
            return Draining(waiting, judged or gone, gone, left)
        if gone - said > 10:
            said = gone
            stage.say(f"draining: {waiting - pending} of {waiting} judged after {gone:.0f} s, {left} things left")


def heaviest_web(stage: Stage, name: str) -> Weight:
    """Return the heaviest of the web processes."""
    found = [_weight(name, one) for one in psutil.Process(stage.stack.processes["web"].pid).children()]
    return max(found, key=lambda weight: weight.resident)


def _weight(name: str, process: psutil.Process) -> Weight:
    """Ask the kernel; where it does not tell the proportional share, the resident size stands for it."""
    held = process.memory_full_info()
    return Weight(name, held.rss / MIB, getattr(held, "pss", held.rss) / MIB)


def _spent(stage: Stage) -> dict[str, float]:
    """Return the CPU seconds, user and system, of each kind of process of the stack."""
    roots = {name.partition("-")[0]: 0.0 for name in stage.stack.processes} | {"database": 0.0}
    for name, process in stage.stack.processes.items():
        roots[name.partition("-")[0]] += _with_children(psutil.Process(process.pid))
    roots["database"] = _with_children(psutil.Process(stage.stack.database.server.get_pid()))
    return roots


def _with_children(process: psutil.Process) -> float:
    """Return what a process and those below it have used; the ended ones count where their parent waited for them."""
    times = [one.cpu_times() for one in (process, *process.children(recursive=True))]
    ended = process.cpu_times()
    return sum(one.user + one.system for one in times) + ended.children_user + ended.children_system
