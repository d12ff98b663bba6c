"""Turns a computed value into an observation: subject, time, version and expiry are stamped in one place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from core.compliance.retention import expires
from core.model import Observation, Reason, Value


@dataclass(frozen=True, slots=True)
class Reading:
    """A value of one catalogue key before it is stamped; ``refused`` says why there is none."""

    key: str
    value: Value
    confidence: float = 0.0
    reasons: tuple[Reason, ...] = ()
    refused: str | None = None
    parts: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Stamp:
    """What all observations of one subject share."""

    subject: str
    at: datetime
    rule_version: str

    def observation(self, reading: Reading) -> Observation:
        """Return the reading as an observation of this subject."""
        return Observation(
            key=reading.key,
            subject=self.subject,
            value=reading.value,
            confidence=reading.confidence,
            reasons=reading.reasons,
            rule_version=self.rule_version,
            at=self.at,
            expires_at=expires(reading.key, self.at),
            refused=reading.refused,
            parts=reading.parts,
        )


def refused(keys: tuple[str, ...], code: str) -> tuple[Reading, ...]:
    """Return one empty reading per key: not scored, and why."""
    return tuple(Reading(key, None, refused=code) for key in keys)
