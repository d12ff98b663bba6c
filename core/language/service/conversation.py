"""The whole conversation: decay, slope, distress, flag, nature, shift, resolution, escalation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from core.language import conversation, distress
from core.language.service.escalation import escalation, factors
from core.language.service.judgement import ConversationJudgement, CustomerJudgement
from core.language.service.turns import History, Turn
from core.language.signals import HARD, SAFETY

FEWEST_CUES: Final = 0.3  # a complaint whose cues are weaker has no nature


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


def judge_conversation(
    turns: Sequence[Turn], history: History, calibration: Mapping[str, float]
) -> ConversationJudgement:
    """Everything about one conversation from its judged turns."""
    customers = [(i, t, t.customer) for i, t in enumerate(turns) if _scored(t) and t.customer]
    scores = [c.sentiment for _, _, c in customers]
    sentiment = conversation.sentiment(scores)
    hard = HARD & {s for _, _, c in customers for s in c.signals}
    level = max((c.intensity for _, _, c in customers[-3:] if c.sentiment < 0), default=0)
    terms = distress.parts(sentiment, level, history.contacts, bool(hard))
    index = None if sentiment is None else distress.distress(terms)
    flag = distress.flag(index or 0, safety=SAFETY in hard)
    moved, resolution = shift(turns)
    tilt = conversation.slope(scores)
    found = factors(turns, history, index or 0, bool(hard), tilt, scores)
    base = max((c.p_escalation for _, _, c in customers[-3:]), default=0.02)
    p, weighed = escalation(base, found, calibration["scale"], calibration["bias"])
    return ConversationJudgement(
        None if sentiment is None else round(sentiment, 4),
        index,
        flag,
        _nature(customers),
        round(p, 4),
        weighed,
        None if tilt is None else round(tilt, 4),
        None if moved is None else round(moved, 4),
        resolution,
        _reasons(customers, found),
        tuple(message(i, t) for i, t in enumerate(turns)),
    )


def _nature(customers: Sequence[tuple[int, Turn, CustomerJudgement]]) -> str:
    bad = [c for _, _, c in customers if c.sentiment < 0] or [c for _, _, c in customers if c.signals]
    if not bad:
        return "none"
    process, emotional = max(c.nature[0] for c in bad), max(c.nature[1] for c in bad)
    named = distress.nature(process, emotional) if max(process, emotional) >= FEWEST_CUES else None
    return named or "none"


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
    return tuple(sorted(out.values(), key=lambda r: r["code"] not in HARD))


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
