"""What every part that serves somebody stands on."""

from __future__ import annotations

from dataclasses import dataclass

from core.ports import Clock
from core.store.directory import Directory
from core.store.engine import Store
from core.store.seal import Seal


@dataclass(frozen=True, slots=True)
class Ground:
    """The store, the keys, who is connected, the time."""

    store: Store
    seal: Seal
    directory: Directory
    clock: Clock
