"""One headless Chromium for all browser tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.stage import Stage, browser, lacking, stage
from tests.conftest import MakeWorld
from tests.talk import Talk, connect

MakeStage = Callable[..., tuple[Stage, Talk]]


# For this folder only: as long as it runs, its driver holds the event loop of the main thread.
@pytest.fixture(scope="package")
def tabs() -> Iterator[Browser]:
    """The browser."""
    if lacking():
        pytest.skip(lacking())
    # A page is waited for as long as a busy machine may need; nothing waits once it is there.
    expect.set_options(timeout=20_000)
    with browser() as made:
        yield made


@pytest.fixture
def make_stage(make_world: MakeWorld, tabs: Browser) -> Iterator[MakeStage]:
    """Build stages that are torn down after the test; every script error in a page fails it."""
    with ExitStack() as stack:
        made: list[Stage] = []

        def make(*, mode: str = "live", width: int = 1180, **options: Any) -> tuple[Stage, Talk]:
            world = make_world(only=("zendesk",), mode=mode)
            talk = connect(world)
            made.append(stack.enter_context(stage(world, tabs, options=options, width=width)))
            return made[-1], talk

        yield make
        assert [error for one in made for error in one.errors] == []
