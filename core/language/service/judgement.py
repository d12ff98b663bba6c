"""What the analyser answers: frozen values, no behaviour beyond reading them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.language.service.labelling import Labelling


class Span(NamedTuple):
    """Words of the input that speak for a driver; offsets are code points of the input."""

    start: int
    end: int
    text: str
    driver: str


class Fine(NamedTuple):
    """GoEmotions' 28 labels of one text, worked out where somebody asks for them."""

    labelling: Labelling | None = None
    values: NDArray[np.float32] = np.zeros(0, np.float32)

    def table(self) -> dict[str, float]:
        """Independent probability of each label."""
        labels = self.labelling.labels if self.labelling else ()
        return {label: round(p, 4) for label, p in zip(labels, self.values.tolist(), strict=True)}

    def above(self) -> tuple[str, ...]:
        """The labels that the text is told to have; none where none fits."""
        return self.labelling.told(self.values) if self.labelling else ()


class CustomerJudgement(NamedTuple):
    """How one customer text reads.

    ``sentiment`` −1…1; ``p`` negative, neutral, positive, sum 1; ``tag`` one of nine, ``unclear``
    or None; ``emotions`` independent probabilities of the nine; ``intensity`` 0…3;
    ``refused`` a reason code, with everything else neutral.
    """

    sentiment: float
    p: tuple[float, float, float]
    label: str | None
    tag: str | None
    emotions: Mapping[str, float]
    fine: Fine
    intensity: int
    target: str | None
    confidence: float
    spans: tuple[Span, ...] = ()
    signals: tuple[str, ...] = ()
    nature: tuple[float, float] = (0.0, 0.0)
    p_escalation: float = 0.0
    called_for: float = 0.0
    refused: str | None = None


def refusal(code: str) -> CustomerJudgement:
    """An answer that says why there is none."""
    return CustomerJudgement(0.0, (0.0, 1.0, 0.0), None, None, {}, Fine(), 0, None, 0.0, refused=code)


@dataclass(frozen=True)
class Finding:
    """Something in a reply that may harm: where, why in plain words, what to add or change."""

    kind: str
    level: str
    start: int
    end: int
    text: str
    why: str
    add: str


@dataclass(frozen=True)
class ReplyJudgement:
    """A reply against its customer's message; criteria 0…4, empathy 0…100 or None."""

    empathy: float | None
    called_for: bool
    outcome: str
    criteria: Mapping[str, float]
    penalties: tuple[tuple[str, float], ...] = ()
    findings: tuple[Finding, ...] = ()
    spans: tuple[Span, ...] = ()
    refused: str | None = None


@dataclass(frozen=True)
class ConversationJudgement:
    """The whole conversation; see ``attune score conversation``."""

    sentiment: float | None
    distress: int | None
    risk_flag: str
    nature: str
    p_escalation: float
    factors: tuple[tuple[str, float], ...]
    slope: float | None
    shift: float | None
    resolution: str
    reasons: tuple[Mapping[str, object], ...] = ()
    messages: tuple[Mapping[str, object], ...] = field(default=())
