"""How probable it is that a case escalates: the newest messages' own score and the conversation's factors."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import timedelta
from itertools import pairwise
from typing import Final

from core.language.service.reply_signals import case_words
from core.language.service.turns import History, Turn

LONG_WAIT_HOURS: Final = 24.0
REPEATED: Final = 0.5  # share of a message's content words that an earlier one already had
EVIDENCE: Final = (
    "written messages; factors of the conversation set by judgement and checked on "
    "public dialogues, not fitted to any company's escalations"
)
# Log-odds that each factor adds to the newest messages' own escalation score.
FACTORS: Final[Mapping[str, float]] = {
    "hard_signal": 1.1,
    "distress": 1.2,
    "falling": 0.5,
    "repeated_request": 0.6,
    "unanswered_question": 0.4,
    "long_wait": 0.5,
    "contacts": 0.6,
    "prior_escalation": 0.9,
    "thanks_at_end": -1.2,
}


def repeats(texts: Sequence[str]) -> bool:
    """Whether the newest message asks again what an earlier one asked."""
    if len(texts) < 2:
        return False
    newest = {w.stem for w in case_words(texts[-1][:4000])}
    earlier = [{w.stem for w in case_words(t[:4000])} for t in texts[:-1]]
    return len(newest) >= 2 and any(len(newest & e) >= REPEATED * len(newest) for e in earlier)


def unanswered(turns: Sequence[Turn]) -> bool:
    """Whether a customer's question was followed by another customer turn and no reply."""
    return any(a.role == b.role == "customer" and "?" in a.text for a, b in pairwise(turns))


def longest_wait(turns: Sequence[Turn]) -> timedelta:
    """The longest time between a customer's message and the next reply of a person."""
    longest, since = timedelta(0), None
    for turn in turns:
        if turn.role == "customer" and since is None:
            since = turn.at
        elif turn.role == "agent" and since is not None:
            longest, since = max(longest, turn.at - since), None
    return longest


def escalation(
    base: float, found: Mapping[str, float], scale: float, bias: float
) -> tuple[float, tuple[tuple[str, float], ...]]:
    """Probability that the case escalates, and what each factor adds in log-odds."""
    odds = math.log(min(0.99, max(0.01, base)) / (1 - min(0.99, max(0.01, base))))
    parts = [(name, round(FACTORS[name] * value, 3)) for name, value in found.items() if value]
    total = bias + scale * odds + sum(v for _, v in parts)
    own = ("messages", round(scale * odds, 3))
    return 1 / (1 + math.exp(-total)), (own, *sorted(parts, key=lambda p: -abs(p[1])))


def factors(
    turns: Sequence[Turn], history: History, index: int, hard: bool, tilt: float | None, scores: Sequence[float]
) -> dict[str, float]:
    """How far each factor is there, 0 to 1 as a rule."""
    texts = [t.text for t in turns if t.role == "customer"]
    waited = longest_wait(turns).total_seconds() / 3600
    return {
        "hard_signal": float(hard),
        "distress": max(0.0, (index - 30) / 50),
        "falling": float(tilt is not None and tilt < -0.15),
        "repeated_request": float(repeats(texts)),
        "unanswered_question": float(unanswered(turns)),
        "long_wait": float(waited > LONG_WAIT_HOURS),
        "contacts": min(1.0, max(0, history.contacts - 1) / 3),
        "prior_escalation": float(history.prior_escalations > 0),
        "thanks_at_end": float(len(scores) > 1 and scores[-1] > 0.4),
    }
