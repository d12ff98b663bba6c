"""Somebody who connects a tool."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.conftest import MakeWorld
from tests.core.installation.connect import Admin


@pytest.fixture
def make_admin(make_world: MakeWorld) -> Iterator[Any]:
    """A world whose sandbox nobody has connected yet."""

    def make(vendor: str, **app: str) -> Admin:
        return Admin.of(make_world(only=(vendor,), joined=False), vendor, **app)

    yield make
