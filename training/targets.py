"""What the student and the teacher learn: one flat row of outputs, absent ones masked by NaN."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

FINE: Final = (
    "admiration amusement anger annoyance approval caring confusion curiosity desire "
    "disappointment disapproval disgust embarrassment excitement fear gratitude grief joy love "
    "nervousness optimism pride realization relief remorse sadness surprise neutral"
).split()
SENTIMENT: Final = ["negative", "neutral", "positive"]
FILM: Final = "anger anticipation disgust fear joy sadness surprise trust".split()
TAGS: Final = (
    "frustration anger anxiety disappointment confusion sadness gratitude delight neutral"
).split()
STATE: Final = ["escalation", "process", "emotional", "intensity", "called_for"]
TARGETS: Final = ["product", "delivery", "billing", "staff", "policy", "none"]
CRITERIA: Final = ["acknowledges", "validates", "owns", "next_step", "clear"]
REPLY: Final = [
    *CRITERIA, "given", "polite", "dismissive", "blaming", "robotic", "over_promise", "liability",
    "jargon", "no_next_step", "third_party_data", "regulated_advice",
]

# Order is the artefact's contract: change it only together with the artefact's format number.
GROUPS: Final[dict[str, list[str]]] = {
    "fine": FINE, "sentiment": SENTIMENT, "film": FILM, "tag": TAGS, "state": STATE,
    "target": TARGETS, "reply": REPLY, "polite": ["polite_request"],
}


def _slices() -> dict[str, slice]:
    out, start = {}, 0
    for name, labels in GROUPS.items():
        out[name] = slice(start, start + len(labels))
        start += len(labels)
    return out


SLICES: Final = _slices()
WIDTH: Final = sum(len(v) for v in GROUPS.values())

POSITIVE: Final = frozenset(
    "admiration amusement approval caring desire excitement gratitude joy love optimism pride "
    "relief".split()
)
NEGATIVE: Final = frozenset(
    "anger annoyance disappointment disapproval disgust embarrassment fear grief nervousness "
    "remorse sadness".split()
)
EKMAN: Final[dict[str, frozenset[str]]] = {
    "anger": frozenset("anger annoyance disapproval".split()),
    "disgust": frozenset(["disgust"]),
    "fear": frozenset("fear nervousness".split()),
    "joy": POSITIVE,
    "sadness": frozenset("sadness disappointment embarrassment grief remorse".split()),
    "surprise": frozenset("surprise realization confusion curiosity".split()),
    "neutral": frozenset(["neutral"]),
}
GROUPED: Final[dict[str, frozenset[str]]] = {
    "positive": POSITIVE,
    "negative": NEGATIVE,
    "ambiguous": EKMAN["surprise"],
    "neutral": frozenset(["neutral"]),
}


@dataclass(frozen=True)
class Example:
    """One text with what is known about it; groups that are absent are not learnt from."""

    text: str
    source: str
    known: dict[str, dict[str, float]] = field(default_factory=dict)
    weight: float = 1.0
    part: str = "train"
    customer: str = ""
