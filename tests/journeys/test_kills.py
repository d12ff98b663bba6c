"""Kill -9 of web and workers, at random moments, while people write: nothing is lost, nothing is doubled."""

from __future__ import annotations

import random
from concurrent.futures import Future
from functools import partial
from itertools import cycle

import pytest

from plugins.cli.replay import Played
from tests.journeys.conftest import MakeScene, Told
from tests.journeys.scene import Scene, nothing_lost, until

VICTIMS = ("worker-1", "web", "worker-2", "web child")


def kill_at_random(place: Scene, going: Future[Played], *, events: int, count: int, seed: int) -> list[str]:
    """Kill ``count`` times, at moments spread at random over the storing and the judging of ``events``."""
    dice, victims, killed = random.Random(seed), cycle(VICTIMS), []
    for moment in sorted(dice.sample(range(events // 20, events * 18 // 10), count)):
        until(partial(_reached, place, going, moment), 600)
        name = next(victims)
        if name == "web child":
            place.kill_child("web")
        else:
            place.kill(name)
        killed.append(name)
    return killed


def _reached(place: Scene, going: Future[Played], moment: int) -> bool:
    return going.done() or place.progress() >= moment


@pytest.mark.journey
def test_kills_lose_and_double_nothing(make_scene: MakeScene, told: Told) -> None:
    events = sum(len(line.messages) for line in told.lines)
    with make_scene() as place:
        played = place.play(told.lines, lambda going: kill_at_random(place, going, events=events, count=3, seed=11))
        nothing_lost(place, told.lines, played, told.outcome)
