"""A step of the wizard in real workers: one is killed in the middle, another takes it up where it was."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from core.installation import asking
from core.jobs.wakes import open_wakes
from core.store import setup
from core.store.setup import Noted
from tests.journeys.conftest import MakeScene
from tests.journeys.scene import WORKERS, Scene, until
from tests.journeys.talk import conversations, lines

CASES = 30


def noted(place: Scene, installation: str) -> Noted:
    with place.runtime.store.tenant(place.tenancy.tenant) as connection:
        return setup.noted(connection, installation).get("past", Noted("waiting"))


@pytest.mark.soak
def test_a_trial_on_past_cases_outlives_its_worker(make_scene: MakeScene) -> None:
    told = lines(conversations(CASES, start=datetime.now(UTC) - timedelta(days=2)))
    with make_scene() as place:
        place.play(told)
        installation, store = place.tenancy.installations[place.vendor], place.runtime.store
        wakes = open_wakes(place.stack.database.addresses.app)
        place.faults(slow=0.03)
        asking.ask(store, wakes.setup, place.tenancy.tenant, installation, "past", datetime.now(UTC))
        until(lambda: 0 < noted(place, installation).detail.get("done", 0) < CASES)
        for name in WORKERS:
            place.kill(name)
        with store.tenant(place.tenancy.tenant) as connection:
            kept = setup.trial_count(connection, installation)
        place.faults(slow=None)
        until(lambda: noted(place, installation).state == "done")
        with store.tenant(place.tenancy.tenant) as connection:
            assert 0 < kept < setup.trial_count(connection, installation)
            first = connection.exec_driver_sql("SELECT count(DISTINCT at) FROM trial").scalar_one()
        assert first > 1
        assert noted(place, installation).detail["cases"] >= CASES
        wakes.app.close()
