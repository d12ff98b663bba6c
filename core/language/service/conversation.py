"""The whole conversation: decay, slope, distress, flag, nature, shift, resolution, escalation."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any, Final

from core.language.service.hard_signals import DRIVER
from core.language.service.judgement import (
    ConversationJudgement,
    CustomerJudgement,
    ReplyJudgement,
)
from core.language.service.reply_signals import case_words

DECAY: Final = 0.7  # LANG-1
RISK: Final = ((80, "critical"), (55, "high"), (30, "watch"), (0, "none"))  # LANG-2
MIXED_UNDER: Final = 0.15
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


@dataclass(frozen=True)
class Turn:
    """One message; customers' turns carry a judgement, agents' a reply judgement."""

    role: str
    text: str
    at: datetime
    customer: CustomerJudgement | None = None
    reply: ReplyJudgement | None = None


@dataclass(frozen=True)
class History:
    """What is known besides the messages."""

    contacts: int = 1
    prior_escalations: int = 0
    closed_words: Mapping[str, Any] = field(default_factory=dict)


def conversation_sentiment(scores: Sequence[float]) -> float | None:
    """Σ 0.7^(n−i)·s_i / Σ 0.7^(n−i) over the customer's messages; None where there is none."""
    if not scores:
        return None
    weights = [DECAY ** (len(scores) - 1 - i) for i in range(len(scores))]
    return sum(w * s for w, s in zip(weights, scores, strict=True)) / sum(weights)


def slope(scores: Sequence[float]) -> float | None:
    """Sentiment per turn over the last three customer turns (least squares)."""
    last = list(scores)[-3:]
    if len(last) < 2:
        return None
    return (last[-1] - last[0]) / (len(last) - 1)


def distress(sentiment: float, intensity: int, contacts: int, hard: bool) -> int:
    """D = 45·max(0, −s) + 20·(i/3) + 15·min(1, contacts/4) + 20·h."""
    value = 45 * max(0.0, -sentiment) + 20 * intensity / 3 + 15 * min(1.0, contacts / 4) + 20 * hard
    return min(100, max(0, math.floor(value + 0.5)))


def risk_flag(score: int, safety: bool) -> str:
    """Band of the distress index; a safety signal forces critical."""
    return "critical" if safety else next(name for least, name in RISK if score >= least)


def nature_of(process: float, emotional: float) -> str:
    """process, emotional or mixed; none where neither is there."""
    if max(process, emotional) < 0.3:
        return "none"
    if abs(process - emotional) < MIXED_UNDER:
        return "mixed"
    return "process" if process > emotional else "emotional"


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


def shift(turns: Sequence[Turn]) -> tuple[float | None, str]:
    """REPLY-6: mean of the last two after the first reply minus mean of the first two before."""
    first = next((i for i, t in enumerate(turns) if t.role == "agent"), None)
    if first is None:
        return None, "no_evidence"
    before = [t.customer.sentiment for t in turns[:first] if _scored(t) and t.customer][:2]
    after = [t.customer.sentiment for t in turns[first:] if _scored(t) and t.customer][-2:]
    if not after:
        return None, "no_evidence"
    moved = sum(after) / len(after) - sum(before) / len(before) if before else None
    return moved, _resolution(sum(after) / len(after), moved, turns)


def _resolution(final: float, moved: float | None, turns: Sequence[Turn]) -> str:
    last = next(t for t in reversed(turns) if t.role == "customer")
    resigned = any(m in last.text.lower() for m in ("finally", "whatever", "had to"))
    if final >= 0.2 or (final >= -0.1 and moved is not None and moved >= 0.3):
        return "hollow" if resigned and final < 0.2 else "resolved"
    return "partly" if moved is not None and moved >= 0.3 else "unresolved"


def _scored(turn: Turn) -> bool:
    found = turn.customer
    return found is not None and found.refused in (None, "TOO_SHORT")


def escalation(
    base: float, found: Mapping[str, float], scale: float, bias: float
) -> tuple[float, tuple[tuple[str, float], ...]]:
    """Probability that the case escalates, and what each factor adds in log-odds."""
    odds = math.log(min(0.99, max(0.01, base)) / (1 - min(0.99, max(0.01, base))))
    parts = [(name, round(FACTORS[name] * value, 3)) for name, value in found.items() if value]
    total = bias + scale * odds + sum(v for _, v in parts)
    own = ("messages", round(scale * odds, 3))
    return 1 / (1 + math.exp(-total)), (own, *sorted(parts, key=lambda p: -abs(p[1])))


def judge_conversation(
    turns: Sequence[Turn], history: History, calibration: Mapping[str, float]
) -> ConversationJudgement:
    """Everything about one conversation from its judged turns."""
    customers = [(i, t, t.customer) for i, t in enumerate(turns) if _scored(t) and t.customer]
    scores = [c.sentiment for _, _, c in customers]
    sentiment = conversation_sentiment(scores)
    hard = {s for _, _, c in customers for s in c.signals}
    level = max((c.intensity for _, _, c in customers[-3:] if c.sentiment < 0), default=0)
    index = None if sentiment is None else distress(sentiment, level, history.contacts, bool(hard))
    flag = risk_flag(index or 0, bool(hard & {"safety", "self_harm"}))
    moved, resolution = shift(turns)
    tilt = slope(scores)
    found = _factors(turns, history, index or 0, bool(hard), tilt, scores)
    base = max((c.p_escalation for _, _, c in customers[-3:]), default=0.02)
    p, factors = escalation(base, found, calibration["scale"], calibration["bias"])
    return ConversationJudgement(
        None if sentiment is None else round(sentiment, 4),
        index,
        flag,
        _nature(customers),
        round(p, 4),
        factors,
        None if tilt is None else round(tilt, 4),
        None if moved is None else round(moved, 4),
        resolution,
        _reasons(customers, found),
        tuple(message(i, t) for i, t in enumerate(turns)),
    )


def _factors(
    turns: Sequence[Turn], history: History, index: int, hard: bool, tilt: float | None, scores: Sequence[float]
) -> dict[str, float]:
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


def _nature(customers: Sequence[tuple[int, Turn, CustomerJudgement]]) -> str:
    bad = [c for _, _, c in customers if c.sentiment < 0] or [c for _, _, c in customers if c.signals]
    if not bad:
        return "none"
    return nature_of(max(c.nature[0] for c in bad), max(c.nature[1] for c in bad))


_FACTOR_REASON: Final = {
    "falling": "SENTIMENT_FALLING",
    "repeated_request": "REPEAT_CONTACT",
    "unanswered_question": "UNANSWERED_QUESTION",
    "long_wait": "LONG_WAIT",
    "contacts": "REPEAT_CONTACT",
    "prior_escalation": "PRIOR_ESCALATION",
}


def _reasons(
    customers: Sequence[tuple[int, Turn, CustomerJudgement]], found: Mapping[str, float]
) -> tuple[Mapping[str, object], ...]:
    out: dict[str, Mapping[str, object]] = {}
    for index, _, judged in reversed(customers):
        for span in judged.spans:
            out.setdefault(span.driver, {"code": span.driver, "evidence": span.text, "message": index})
    for name, code in _FACTOR_REASON.items():
        if found.get(name):
            out.setdefault(code, {"code": code, "evidence": "", "message": None})
    hard = set(DRIVER.values())
    return tuple(sorted(out.values(), key=lambda r: r["code"] not in hard))


def message(index: int, turn: Turn) -> Mapping[str, object]:
    """One line of ``messages``; never a feeling for anyone but the customer (L2)."""
    out: dict[str, object] = {"index": index, "role": turn.role}
    if turn.customer is not None:
        refused = turn.customer.refused
        out |= {
            "sentiment": None if refused and refused != "TOO_SHORT" else turn.customer.sentiment,
            "tag": turn.customer.tag,
        }
        out |= {"refused": refused} if refused else {}
    elif turn.reply is not None:
        out |= {"empathy": turn.reply.empathy}
    else:
        out |= {"refused": "NOT_A_PUBLIC_REPLY"}
    return out


def parse_time(value: object, previous: datetime | None) -> datetime:
    """RFC 3339, or a minute after the message before where it is missing."""
    if isinstance(value, str):
        try:
            at = datetime.fromisoformat(value.replace("Z", "+00:00"))
            return at if at.tzinfo else at.replace(tzinfo=UTC)
        except ValueError:
            pass
    return (previous or datetime(2026, 1, 1, tzinfo=UTC)) + timedelta(minutes=1)
