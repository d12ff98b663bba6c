"""The database goes away, the vendor goes away, tokens end, deliveries come twice and in the wrong order."""

from __future__ import annotations

from concurrent.futures import Future

import pytest
import requests

from core.store import installations
from plugins.cli.replay import Played
from tests.journeys.conftest import MakeScene, Told
from tests.journeys.scene import Scene, nothing_lost, until


def restart_database(place: Scene, going: Future[Played], events: int) -> None:
    """Take the database away while people write, until the web says so and webhooks were refused."""
    until(lambda: going.done() or place.progress() >= events // 20)

    def noticed() -> None:
        tried = attempts(place)
        until(lambda: requests.get(f"{place.stack.web_url}/readyz", timeout=30).status_code == 503)
        until(lambda: going.done() or attempts(place) > tried)

    place.restart_database(noticed)


def attempts(place: Scene) -> int:
    return int(place.stack.control(place.vendor, "webhooks")["attempts"])


def paused(place: Scene) -> str:
    with place.runtime.store.tenant(place.tenancy.tenant) as connection:
        found = installations.read(connection, place.tenancy.installations[place.vendor])
        return found.pause_cause if found and found.is_paused(place.runtime.clock.now()) else ""


@pytest.mark.journey
def test_a_database_restart_loses_nothing(make_scene: MakeScene, told: Told) -> None:
    events = sum(len(line.messages) for line in told.lines)
    with make_scene() as place:
        played = place.play(told.lines, lambda going: restart_database(place, going, events))
        assert attempts(place) > sum(place.sent().values())
        nothing_lost(place, told.lines, played, told.outcome)
        assert all(process.poll() is None for process in place.stack.processes.values())


@pytest.mark.journey
def test_a_vendor_outage_pauses_and_loses_nothing(make_scene: MakeScene, told: Told) -> None:
    events = sum(len(line.messages) for line in told.lines)
    with make_scene() as place:

        def outage(going: Future[Played]) -> None:
            until(lambda: place.progress() >= events // 2)
            place.faults(down=True)
            until(lambda: paused(place) == "HTTP 503")
            until(lambda: len(place.sent()) >= events)
            assert place.unfinished()
            place.faults(down=False)

        played = place.play(told.lines, outage)
        nothing_lost(place, told.lines, played, told.outcome)


@pytest.mark.journey
def test_ending_tokens_doubled_and_swapped_webhooks_change_nothing(make_scene: MakeScene, told: Told) -> None:
    with make_scene() as place:
        place.faults(token_expires_after_calls=7, duplicate_webhooks=True, reorder_webhooks=True)
        played = place.play(told.lines)
        assert place.stack.control(place.vendor, "calls")["token"] >= 2
        nothing_lost(place, told.lines, played, told.outcome)
