"""The journeys in full size (``make soak``). Sizes come from the environment; the figures are printed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
import psutil
import pytest
from sqlalchemy import func, select

from core.errors import RetryLaterError
from core.store.engine import Store
from core.store.tables import DirectoryRow, InboxRow
from tests.journeys.conftest import MakeScene, undisturbed
from tests.journeys.scene import nothing_lost
from tests.journeys.talk import conversations
from tests.journeys.test_kills import kill_at_random

pytestmark = pytest.mark.soak

MESSAGES_EACH = 4
FIRST = 1000


def size(name: str, otherwise: int) -> int:
    return int(os.environ.get(name, otherwise))


def test_many_kills_lose_and_double_nothing(make_scene: MakeScene, capsys: pytest.CaptureFixture[str]) -> None:
    count, kills = size("ATTUNE_SOAK_EVENTS", 5000), size("ATTUNE_SOAK_KILLS", 20)
    told = undisturbed(make_scene, count // MESSAGES_EACH)
    events = sum(len(line.messages) for line in told.lines)
    killed: list[str] = []
    with make_scene() as place:
        played = place.play(
            told.lines, lambda going: killed.extend(kill_at_random(place, going, events=events, count=kills, seed=23))
        )
        nothing_lost(place, told.lines, played, told.outcome)
        sent = sum(place.sent().values())
    with capsys.disabled():
        click.echo(
            f"\n{len(killed)} kills ({', '.join(killed)}) during {sent} events: {sent} stored, nothing doubled, "
            f"every record as in the undisturbed run; {played.seconds:.0f} s"
        )
    assert len(killed) == kills


def test_a_worker_does_not_grow_over_ten_thousand_messages(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    messages = size("ATTUNE_SOAK_MESSAGES", 10_000)
    file = tmp_path / "talk.jsonl"
    told = conversations(messages // MESSAGES_EACH, start=datetime.now(UTC) - timedelta(days=3))
    file.write_text("\n".join(json.dumps(one) for one in told))
    command = [sys.executable, "-m", "plugins.cli", "replay", str(file), "--json"]
    environment = {**os.environ, "DATABASE_URL": "", "DATABASE_OWNER_URL": "", "ATTUNE_ALLOW_ROOT": "1"}
    with (tmp_path / "out").open("wb") as out, (tmp_path / "err").open("wb") as err:
        replay = subprocess.Popen(command, stdout=out, stderr=err, env=environment)
        seen = list(sampled(replay))
    assert replay.returncode == 0, (tmp_path / "err").read_text()[-2000:]
    summary = json.loads((tmp_path / "out").read_text().splitlines()[-1])["summary"]
    early = next(rss for done, rss in seen if done >= FIRST)
    late, most = seen[-1][1], max(rss for _, rss in seen)
    memory = f"{early / 1e6:.0f} MB after {FIRST}, {late / 1e6:.0f} MB at the end, {most / 1e6:.0f} MB at most"
    with capsys.disabled():
        click.echo(f"\n{summary['messages']} messages in {summary['seconds']} s; worker: {memory}")
    assert late <= early * 1.2


def sampled(replay: subprocess.Popen[bytes]) -> Iterator[tuple[int, int]]:
    """Yield (events done, bytes of the worker's memory) until the command ends."""
    store: Store | None = None
    while replay.poll() is None:
        time.sleep(0.5)
        try:
            worker = next(one for one in psutil.Process(replay.pid).children() if "worker" in one.cmdline())
            store = store or Store(worker.environ()["DATABASE_URL"], 1)
            yield done(store), worker.memory_info().rss
        except (StopIteration, psutil.Error, RetryLaterError):
            continue
    if store:
        store.close()


def done(store: Store) -> int:
    with store.outside() as connection:
        tenant = connection.execute(select(DirectoryRow.tenant_id).limit(1)).scalar()
    with store.tenant(str(tenant)) as connection:
        return int(connection.execute(select(func.count()).where(InboxRow.state == "done")).scalar_one())
