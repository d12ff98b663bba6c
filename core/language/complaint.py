"""Process or emotional: how much of a complaint is about steps, how much about how it felt to go through them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from core.judgement import Turn

_PROCESS = re.compile(
    r"\b(?:waiting|waited|delay(?:ed|s)?|late|overdue|steps?|process|procedure|forms?|portal|login|log ?in|password|"
    r"error|crash(?:es|ed)?|bug|broken|fail(?:s|ed|ing|ure)?|refund(?:ed)?|invoices?|charged?|billed|billing|"
    r"deliver(?:y|ed)|shipment|parcel|order(?:ed)?|tracking|install(?:ed|ation)?|update|system|website|app|"
    r"account|transferred|queue|hold|days?|weeks?|hours?|times|twice|again|missing|wrong|incorrect)\b",
    re.IGNORECASE,
)
_EMOTIONAL = frozenset({"anger", "frustration", "anxiety", "disappointment", "sadness"})
_ENOUGH = 4
_TREATED = re.compile(
    r"\b(?:rude|ignored?|ignoring|disrespect\w*|insult\w*|lied|lying|humiliat\w*|treated|dismissive|patroni[sz]\w*|"
    r"nobody cares|don'?t care|doesn'?t care|unacceptable|disgust\w*|ashamed|shame|appalling|furious|fed up)\b",
    re.IGNORECASE,
)


def cues(turns: Sequence[Turn]) -> tuple[float, float]:
    """Return the process and the emotional cue score of the customer's turns, each 0..1."""
    words = " ".join(turn.words for turn in turns)[:20_000]
    process = len({hit.lower() for hit in _PROCESS.findall(words)})
    treated = len({hit.lower() for hit in _TREATED.findall(words)})
    felt = max(
        (turn.customer.intensity for turn in turns if turn.customer is not None and turn.customer.tag in _EMOTIONAL),
        default=0,
    )
    return min(1.0, process / _ENOUGH), min(1.0, treated / _ENOUGH + felt / 4)
