"""A console on a world with one vendor."""

from __future__ import annotations

import pytest

from tests.conftest import MakeWorld
from tests.plugins.console.visiting import Console, open_console


@pytest.fixture
def console(make_world: MakeWorld) -> Console:
    """The console of a live tenant with Zendesk connected."""
    return open_console(make_world(only=("zendesk",)))
