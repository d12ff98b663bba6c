"""The real clock, and one that stands still until told to move."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


class SystemClock:
    """The machine's time."""

    def now(self) -> datetime:
        """Return the current time, aware UTC."""
        return datetime.now(UTC)


@dataclass
class ManualClock:
    """Time for tests: moves only by ``advance``."""

    at: datetime

    def now(self) -> datetime:
        """Return the set time."""
        return self.at

    def advance(self, seconds: float) -> None:
        """Move ``seconds`` ahead."""
        self.at += timedelta(seconds=seconds)
