"""What the student and the teacher learn: one flat row of outputs, absent ones masked by NaN."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from core.language.service.emotions import UNDERNEATH
from core.language.service.labelling import FAMILIES
from core.language.service.reply import CRITERIA


def _names(text: str) -> list[str]:
    return text.split()


FINE: Final = _names(
    "admiration amusement anger annoyance approval caring confusion curiosity desire "
    "disappointment disapproval disgust embarrassment excitement fear gratitude grief joy love "
    "nervousness optimism pride realization relief remorse sadness surprise neutral"
)
SENTIMENT: Final = ["negative", "neutral", "positive"]
FILM: Final = _names("anger anticipation disgust fear joy sadness surprise trust")
TAGS: Final = list(UNDERNEATH)
STATE: Final = ["escalation", "process", "emotional", "intensity", "called_for"]
TARGETS: Final = ["product", "delivery", "billing", "staff", "policy", "none"]
# What a reply may be found to do wrong: one list for training, judgement and reasons.
FOUND: Final = _names(
    "dismissive blaming robotic over_promise liability jargon no_next_step third_party_data regulated_advice"
)
KINDS: Final = frozenset(FOUND)
REPLY: Final = [*CRITERIA, "given", "polite", *FOUND]

# Order is the artefact's contract: change it only together with the artefact's format number.
GROUPS: Final[dict[str, list[str]]] = {
    "fine": FINE,
    "sentiment": SENTIMENT,
    "film": FILM,
    "tag": TAGS,
    "state": STATE,
    "target": TARGETS,
    "reply": REPLY,
    "polite": ["polite_request"],
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
    _names("admiration amusement approval caring desire excitement gratitude joy love optimism pride relief")
)
NEGATIVE: Final = frozenset(
    _names("anger annoyance disappointment disapproval disgust embarrassment fear grief nervousness remorse sadness")
)
EKMAN: Final = {name: frozenset(labels) for name, labels in FAMILIES.items()}
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
    origin: str = ""  # the text that this one is a rewording of: the teacher is asked about that one
