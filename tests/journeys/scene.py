"""A stack of real processes with what a journey does to it: let people write, kill, restart, wait, look."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import psutil
from sqlalchemy import delete, func, select

from core.fields import catalogue
from core.jobs.runtime import Runtime
from core.judgement import JudgementSettings
from core.store.tables import DirectoryRow, InboxRow, OutboxRow
from manifests import declarations
from plugins.cli import joining, replay, replay_output, stack
from plugins.cli.joining import Tenancy
from plugins.cli.replay import Played
from plugins.cli.replay_input import Line
from plugins.cli.stack import Stack

# Recovery is to be seen, not waited for.
QUICK = {
    "ATTUNE_COALESCE_SECONDS": "0.5",
    "ATTUNE_POLL_SECONDS": "0.2",
    "ATTUNE_SWEEP_SECONDS": "1",
    "ATTUNE_HEARTBEAT_SECONDS": "0.5",
    "ATTUNE_STALLED_SECONDS": "4",
}
# The pipe is tried here, not what a vendor's plan allows.
GENEROUS = {
    "tries": 2000,
    "limits": dict.fromkeys(("requests_per_minute", "ticket_updates_per_minute", "per_ticket", "per_user"), 10_000_000),
}
WORKERS = ("worker-1", "worker-2")
# Tells what moved the score last; how many steps there were depends on which messages waited together.
LAST_MOVE = "attune_health_reasons"
SCORE, BAND = "attune_health_score", "attune_health_band"
HYSTERESIS = JudgementSettings().health_hysteresis
ACCOUNTS = frozenset(one["nouns"]["account"] for one in declarations().values())
REFERENCE = re.compile(r"attune-[0-9a-f]{10}")


@dataclass
class Listening(Stack):
    """A stack that remembers what the sandboxes answered when people wrote."""

    answers: list[dict[str, Any]] = field(default_factory=list)

    def control(self, vendor: str, method: str, argument: Any = None) -> Any:
        """Call a sandbox's control API."""
        answer = super().control(vendor, method, argument)
        if method == "say":
            self.answers += answer
        return answer


@dataclass
class Scene:
    """One tenant on the running stack, its sandboxes empty at the beginning."""

    stack: Listening
    runtime: Runtime
    tenancy: Tenancy
    vendor: str = "zendesk"

    # --- what happens ---------------------------------------------------------------------------

    def play(self, lines: Sequence[Line], trouble: Callable[[Future[Played]], object] = lambda _: None) -> Played:
        """Let everybody write, with trouble meanwhile, and wait until nothing is left to do."""
        with ThreadPoolExecutor(1) as pool:
            going = pool.submit(replay.play, self.runtime, self.stack, self.tenancy, lines, self.vendor, _quiet)
            trouble(going)
            return going.result()

    def faults(self, **switches: Any) -> None:
        """Set fault switches of the vendor's sandbox."""
        self.stack.control(self.vendor, "faults", switches)

    def kill(self, name: str) -> None:
        """Kill -9 a process and everything under it, and start it again, as a supervisor does."""
        process = self.stack.processes.pop(name)
        for one in [*psutil.Process(process.pid).children(recursive=True), psutil.Process(process.pid)]:
            one.kill()
        process.wait()
        self.start(name)

    def kill_child(self, name: str) -> None:
        """Kill -9 one of the processes under a process; their parent sees to it."""
        children = psutil.Process(self.stack.processes[name].pid).children()
        children[0].kill()

    def start(self, name: str) -> None:
        """Start web or a worker."""
        if name == "web":
            stack.start_web(self.stack)
        else:
            self.stack.spawn(name, "worker", "--name", name)

    def restart_database(self, meanwhile: Callable[[], None]) -> None:
        """Stop the database, do something, start it again."""
        self.stack.database.server.stop()
        try:
            meanwhile()
        finally:
            self.stack.database.server.start()

    # --- what is seen ---------------------------------------------------------------------------

    def progress(self) -> int:
        """Count events stored and events done, added up."""
        with self.runtime.store.tenant(self.tenancy.tenant) as connection:
            states = connection.execute(select(InboxRow.state, func.count()).group_by(InboxRow.state)).all()
        found = {str(state): int(n) for state, n in states}
        return sum(found.values()) + found.get("done", 0)

    def sent(self) -> Counter[str]:
        """Return the ids of what people's messages led to and the vendor was told 'received' for."""
        return Counter(id_ for one in self.stack.answers if one["status"] == 200 for id_ in one["event_ids"])

    def stored(self) -> Counter[str]:
        """Return the ids of the events in the inbox."""
        with self.runtime.store.tenant(self.tenancy.tenant) as connection:
            return Counter(connection.execute(select(InboxRow.event_id)).scalars())

    def unfinished(self) -> list[Any]:
        """Return events and writes that are not done, dead letters among them."""
        with self.runtime.store.tenant(self.tenancy.tenant) as connection:
            events = connection.execute(select(InboxRow.event_id, InboxRow.cause).where(InboxRow.state != "done"))
            return [*events, *connection.execute(select(OutboxRow.record, OutboxRow.name, OutboxRow.cause))]

    def records(self) -> dict[str, Any]:
        """Return what stands in every sandbox."""
        return {vendor: self.stack.control(vendor, "records") for vendor in sorted(self.tenancy.installations)}

    def outcome(self, lines: Sequence[Line], played: Played) -> dict[str, Any]:
        """Return what each conversation came to, without the numbers that differ from run to run."""
        report = replay_output.report(self.runtime, self.stack, self.tenancy, lines, played)
        return {one["id"]: _comparable(one) for one in report}


def _comparable(one: dict[str, Any]) -> dict[str, Any]:
    tasks = sorted((task["vendor"], task["template"], bool(task["owner"])) for task in one["tasks"])
    return {**one, "tasks": tasks, "reasons": sorted(reason["code"] for reason in one["reasons"])}


def differences(wanted: Any, found: Any, path: str = "") -> Iterator[str]:
    """Name where two outcomes differ.

    A number may be off the true one by less than what would be written again, and so twice that from another run's.
    Just above a line the band depends on where the score came from.
    """
    if isinstance(wanted, dict) and isinstance(found, dict):
        left_out = BAND if _just_above_a_line(wanted) and _just_above_a_line(found) else "-"
        for key in sorted(key for key in {*wanted, *found} if not key.lower().startswith(left_out)):
            yield from differences(wanted.get(key), found.get(key), f"{path}/{key}")
    elif isinstance(wanted, list) and isinstance(found, list) and len(wanted) == len(found):
        for index, pair in enumerate(zip(wanted, found, strict=True)):
            yield from differences(*pair, f"{path}/{index}")
    elif not _same(path.rpartition("/")[2], wanted, found):
        yield f"{path}: {wanted!r} became {found!r}"


def _just_above_a_line(record: dict[str, Any]) -> bool:
    """Say whether a record's health, as far as the written value tells, is where the band's hysteresis holds."""
    scores = [value for name, value in record.items() if name.lower().startswith(SCORE) and value is not None]
    off = catalogue()[SCORE].min_delta or 0
    return any(line - off < score < line + HYSTERESIS + off for score in scores for line in (40, 70))


def _same(name: str, wanted: Any, found: Any) -> bool:
    key = name.lower().removesuffix("__c")
    if key == LAST_MOVE:
        return bool(wanted) == bool(found)
    least = catalogue()[key].min_delta if key in catalogue() else None
    if least and isinstance(wanted, int | float) and isinstance(found, int | float):
        return abs(wanted - found) < 2 * least
    return bool(wanted == found)


def nothing_lost(place: Scene, lines: Sequence[Line], played: Played, wanted: dict[str, Any]) -> None:
    """Fail unless everything sent is stored and done, nothing stands twice, and each record is as it should be."""
    assert place.sent() == place.stored()
    assert not place.unfinished()
    assert not doubled(place.records())
    outcome = place.outcome(lines, played)
    assert not (differ := [*unequal(outcome), *differences(wanted, outcome)]), "\n".join(differ[:20])


def unequal(outcome: dict[str, Any]) -> Iterator[str]:
    """Name accounts that do not show the same health in every tool."""
    for case, one in outcome.items():
        shown = [held for of_vendor in one["records"].values() for noun, held in of_vendor.items() if noun in ACCOUNTS]
        scores = {value for held in shown for name, value in held.items() if name.lower().startswith(SCORE)}
        if len(scores) > 1:
            yield f"{case}: {sorted(scores)}"


def doubled(records: dict[str, Any]) -> list[str]:
    """Name tasks and remarks that stand more than once at a vendor."""
    found: Counter[str] = Counter()
    for vendor, held in records.items():
        found.update(f"{vendor} task {task['external_id']}" for task in held["tasks"])
        for remark in held["remarks"]:
            found.update(f"{vendor} remark {ref}" for ref in REFERENCE.findall(remark["text"]))
    return sorted(name for name, n in found.items() if n > 1)


def until(true: Callable[[], bool], seconds: float = 150.0) -> None:
    """Wait for something to come true; fail when it does not in time."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, f"did not come true within {seconds} s"
        time.sleep(0.02)


@contextmanager
def scene(running: Listening, runtime: Runtime) -> Iterator[Scene]:
    """Empty the sandboxes and connect them to a tenant of their own; its sweeps end with it."""
    for vendor in sorted(declarations()):
        running.control(vendor, "reset")
    running.answers.clear()
    tenancy = joining.join_sandboxes(runtime, running, "journey", datetime.now(UTC))
    for vendor in tenancy.installations:
        running.control(vendor, "configure", GENEROUS)
    yield Scene(running, runtime, tenancy)
    with runtime.store.outside() as connection:
        connection.execute(delete(DirectoryRow).where(DirectoryRow.tenant_id == tenancy.tenant))


def _quiet(name: str, done: int, total: int) -> None:
    """Show no progress."""
