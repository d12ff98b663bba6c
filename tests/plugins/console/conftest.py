"""A console on a world with one vendor."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.conftest import MakeWorld
from tests.core.installation.connect import account_of, app_of
from tests.plugins.console.visiting import Console, open_console
from tests.plugins.console.wizard import Wizard


@pytest.fixture
def console(make_world: MakeWorld) -> Console:
    """The console of a live tenant with Zendesk connected."""
    return open_console(make_world(only=("zendesk",)))


@pytest.fixture
def make_wizard(make_world: MakeWorld) -> Any:
    def make(vendor: str = "zendesk") -> Wizard:
        made = make_world(only=(vendor,), joined=False, mode="observe")
        made.sandbox(vendor).configure({"account": account_of(made, vendor)})
        made.runtime = replace(made.runtime, public_url="http://localhost")
        console = open_console(made, apps={vendor: app_of(made, vendor)})
        return Wizard(console, console.visit(), vendor)

    return make
