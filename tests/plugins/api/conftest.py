"""A case that the panels ask about."""

from __future__ import annotations

import pytest

from tests.conftest import MakeWorld
from tests.plugins.api.asking import Asking, ask
from tests.talk import ANGRY, Talk, connect


@pytest.fixture
def angry(make_world: MakeWorld) -> tuple[Asking, Talk, str]:
    """A world in which Ada wrote an angry message, worked off."""
    made = make_world(only=("zendesk",))
    talk = connect(made)
    case = talk.say(ANGRY)[0]["case"]
    made.work()
    return ask(made), talk, case
