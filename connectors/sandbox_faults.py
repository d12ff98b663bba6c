"""Clock and fault switches of the sandboxes: what goes wrong is asked for, never random."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import Any


class SandboxClock:
    """A clock that runs with real time, shifted by what the control API asks for."""

    def __init__(self) -> None:
        self._shift = timedelta()

    def now(self) -> datetime:
        """Return the sandbox's time, aware UTC."""
        return datetime.now(UTC) + self._shift

    def move(self, order: dict[str, Any]) -> datetime:
        """Obey ``{"advance": seconds}`` or ``{"set": RFC 3339 text}`` and return the new time."""
        if "set" in order:
            self._shift = datetime.fromisoformat(order["set"]).astimezone(UTC) - datetime.now(UTC)
        self._shift += timedelta(seconds=float(order.get("advance", 0)))
        return self.now()


class Faults:
    """The switches. Counted ones (``{"next": n}``) are used up by ``take``; the rest stay until changed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._set: dict[str, Any] = {}

    def update(self, switches: dict[str, Any]) -> dict[str, Any]:
        """Set switches; one that is ``None`` or ``False`` is taken back. Returns what is set now."""
        with self._lock:
            self._set.update(switches)
            self._set = {name: value for name, value in self._set.items() if value not in (None, False)}
            return dict(self._set)

    def clear(self) -> None:
        """Take every switch back."""
        with self._lock:
            self._set.clear()

    def get(self, name: str, default: Any = None) -> Any:
        """Return a standing switch as it was set."""
        return self._set.get(name, default)

    def listed(self, name: str, record_id: object) -> bool:
        """Say whether a record is named by a switch that lists records (``gone``, ``validation``)."""
        return str(record_id) in {str(item) for item in self._set.get(name, ())}

    def take(self, name: str) -> dict[str, Any] | None:
        """Use up one turn of a counted switch: its settings, or ``None`` when it is off or used up."""
        with self._lock:
            switch = self._set.get(name)
            if not isinstance(switch, dict) or int(switch.get("next", 0)) < 1:
                return None
            self._set[name] = {**switch, "next": int(switch["next"]) - 1}
            return dict(switch)
