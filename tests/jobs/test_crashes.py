"""What a killed worker leaves behind is taken up again, and what was on its way is not said twice."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import procrastinate
import pytest
from sqlalchemy import select, text

from core.jobs import inbox, outbox, queue
from core.store.tables import OutboxRow
from tests.conftest import MakeWorld
from tests.journeys.scene import until
from tests.talk import ANGRY, connect
from tests.world import World

STUCK = text("SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing') AND queueing_lock = :lock")
TENANT = "nobody"


async def leave_behind(app: procrastinate.App, task: str, lock: str, arguments: dict[str, Any], again: bool) -> None:
    """Take a job as a worker that then dies; with ``again`` the same work is queued behind it."""
    held = None if task == "attune.stalled" else lock
    worker = await app.job_manager.register_worker()
    await app.configure_task(task, lock=held, queueing_lock=lock).defer_async(**arguments)
    taken = await app.job_manager.fetch_job(queues=None, worker_id=worker)
    assert taken is not None and taken.task_name == task
    if again:
        await app.configure_task(task, lock=held, queueing_lock=lock).defer_async(**arguments)
    await app.job_manager.unregister_worker(worker)


async def work(built: queue.Queue, task: str, lock: str, arguments: dict[str, Any], again: bool) -> None:
    async with built.app.open_async():
        await leave_behind(built.app, task, lock, arguments, again)
        # The clock's own job, as it comes a little later.
        await built.app.configure_task("attune.stalled", queueing_lock="now").defer_async(timestamp=1)
        await built.app.run_worker_async(wait=False, listen_notify=False, install_signal_handlers=False)


@pytest.mark.parametrize("again", [False, True], ids=["alone", "queued again"])
@pytest.mark.parametrize(
    ("task", "lock", "arguments"),
    [
        ("attune.accounts", f"accounts:{TENANT}", {"tenant": TENANT}),
        ("attune.sweep", "sweep", {"timestamp": 0}),
        ("attune.stalled", "stalled", {"timestamp": 0}),
    ],
)
def test_a_dead_workers_job_holds_nobody_up(
    make_world: MakeWorld, task: str, lock: str, arguments: dict[str, Any], again: bool
) -> None:
    made = make_world(only=("zendesk",))
    with made.store.outside() as connection:
        connection.execute(text("DELETE FROM procrastinate_jobs"))  # what a sweep found of other tests
    asyncio.run(work(queue.build(made.store.address, made.runtime), task, lock, arguments, again))
    with made.store.outside() as connection:
        assert connection.execute(STUCK, {"lock": lock}).scalar() == 0


def sending(made: World) -> bool:
    with made.store.tenant(made.tenant) as connection:
        return "sending" in set(connection.execute(select(OutboxRow.state)).scalars())


def read_all(made: World, installation: str) -> None:
    for shard in range(made.runtime.settings.shards):
        inbox.drain(made.runtime, installation, shard)


def test_a_remark_on_its_way_is_not_made_again(make_world: MakeWorld) -> None:
    made = make_world(only=("zendesk",))
    talk, installation = connect(made), made.installations["zendesk"]
    talk.say(ANGRY)
    read_all(made, installation)
    made.advance(6)
    talk.box.faults({"slow": 0.3})
    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(outbox.drain, made.runtime, installation)
        until(lambda: sending(made))
        talk.say("And I still wait for an answer.")
        read_all(made, installation)
        writing.result()
    talk.box.faults({"slow": None})
    made.work()
    assert len(talk.box.records()["remarks"]) == 1
