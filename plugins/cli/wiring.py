"""What the composition root hands to the command line, so that no command knows how things are wired."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from core.jobs.queue import Queue
from core.jobs.runtime import Runtime
from core.settings import Settings
from core.store.embedded import Addresses


@dataclass(frozen=True, slots=True)
class Wiring:
    """Builders, called only by the commands that need them."""

    settings: Callable[[], Settings]
    addresses: Callable[[Settings], Addresses]
    runtime: Callable[[Settings, Addresses], Runtime]
    queue: Callable[[Settings, Addresses], Queue]
