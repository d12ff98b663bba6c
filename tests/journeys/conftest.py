"""One stack of real processes for all journeys, and the undisturbed run that the others are compared with."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import wsgi
from core.jobs.runtime import Runtime
from plugins.cli.replay_input import Line
from plugins.cli.stack import running
from tests.journeys.scene import QUICK, WORKERS, Listening, Scene, doubled, scene
from tests.journeys.talk import conversations, lines

MakeScene = Callable[[], AbstractContextManager[Scene]]


@dataclass(frozen=True)
class Told:
    """Conversations and what they come to when nothing goes wrong."""

    lines: list[Line]
    outcome: dict[str, Any]


@pytest.fixture(scope="session")
def theatre() -> Iterator[tuple[Listening, Runtime]]:
    """Database, sandboxes, web and two workers, each a real process."""
    # Not in pytest's own folder: its next session takes the rights of others away, and PostgreSQL's user is another.
    folder = Path(tempfile.mkdtemp(prefix="attune-theatre-"))
    with running(folder, workers=len(WORKERS), keep=False, say=_quiet, settings=QUICK) as made:
        chosen = wsgi.settings()
        chosen = replace(chosen, storage=replace(chosen.storage, data_dir=str(folder)))
        runtime = wsgi.create_runtime(chosen, made.database.addresses)
        yield Listening(**vars(made)), runtime
        runtime.store.close()


@pytest.fixture(scope="session")
def make_scene(theatre: tuple[Listening, Runtime]) -> MakeScene:
    """Build scenes one after the other."""
    return partial(scene, *theatre)


@pytest.fixture(scope="session")
def told(make_scene: MakeScene) -> Told:
    """The journeys' conversations, played without any trouble."""
    count = int(os.environ.get("ATTUNE_JOURNEY_CONVERSATIONS", "50"))
    return undisturbed(make_scene, count)


def undisturbed(make_scene: MakeScene, count: int) -> Told:
    """Play so many conversations without trouble."""
    chosen = lines(conversations(count, start=datetime.now(UTC) - timedelta(days=2)))
    with make_scene() as calm:
        played = calm.play(chosen)
        assert calm.sent() == calm.stored()
        assert not calm.unfinished()
        assert not doubled(calm.records())
        return Told(chosen, calm.outcome(chosen, played))


def _quiet(text: str) -> None:
    """Show no steps."""
