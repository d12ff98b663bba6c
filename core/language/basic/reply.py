"""REPLY-1: how well a public reply acknowledges, owns and moves the case on. It judges wording, never its author."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from dataclasses import dataclass

from core.language.basic.echo import echoed
from core.language.basic.languages import is_supported
from core.language.empathy import GIVEN, MISSING, NOT_CALLED_FOR, TOP, penalties, score
from core.language.reply_words import wording
from core.ports import ReplyJudgement, Span, TextJudgement

NOT_PUBLIC = "NOT_A_PUBLIC_REPLY"
# What a reply to a neutral question does not owe anybody.
_FEELING = ("acknowledges", "validates")

_GREETING = re.compile(r"\A\W*(?:hi|hello|dear)\b[^\n,]{0,40},?\s*", re.IGNORECASE)
_CLOSING_ONLY = re.compile(
    r"\A\W*(?:(?:kind|best|warm)?\s*regards|best wishes|cheers|sincerely|thanks|thank you|see attached|attached)?"
    r"\W*(?:\w+\W*){0,2}\Z",
    re.IGNORECASE,
)
_FAULTS = ("blaming", "dismissive", "over_promise", "jargon")
LEAST_STEP = 2.0
LONG_SENTENCE = 32
CASE_TERMS = 2


@dataclass(frozen=True, slots=True)
class _Found:
    """What a reply holds, criterion by criterion, with the phrases that earned it."""

    criteria: dict[str, float]
    findings: dict[str, str]
    spans: tuple[Span, ...]


def judge_reply(reply: str, customer: str | None, mood: TextJudgement | None, locale: str | None) -> ReplyJudgement:
    """Rate a reply. ``customer``: the words it answers; ``mood``: how those read, never how the agent feels."""
    if _CLOSING_ONLY.match(_GREETING.sub("", reply[:200])) or wording("automatic").search(reply[:1_000]):
        return ReplyJudgement(None, refused=NOT_PUBLIC)
    if not is_supported(reply.lower().split(), reply, locale):
        return ReplyJudgement(None, refused="LANGUAGE_UNSUPPORTED")
    called = _called_for(mood)
    found = _rate(reply, customer)
    criteria = {name: value for name, value in found.criteria.items() if called or name not in _FEELING}
    given = found.criteria["acknowledges"] >= 2 or found.criteria["validates"] >= 2
    outcome = (GIVEN if given else MISSING) if called else NOT_CALLED_FOR
    points = penalties(found.findings)
    return ReplyJudgement(score(criteria, points), criteria, points, outcome, found.spans, findings=found.findings)


def _called_for(mood: TextJudgement | None) -> bool:
    negative = {"frustration", "anger", "anxiety", "disappointment", "sadness"}
    return mood is not None and mood.sentiment is not None and (mood.sentiment <= -0.2 or mood.tag in negative)


def _rate(reply: str, customer: str | None) -> _Found:
    terms = echoed(reply, customer or "")
    hits = {name: wording(listed).search(reply) for name, listed in _LISTS.items()}
    hollow = bool(wording("hollow").search(reply)) and terms < CASE_TERMS and not (hits["owns"] and hits["next_step"])
    findings = {name: hit.group() for name in _FAULTS if (hit := wording(name).search(reply))}
    if hollow and (phrase := wording("hollow").search(reply)):
        findings["robotic"] = phrase.group()
    criteria = {
        "acknowledges": min(TOP, 2.0 * bool(hits["acknowledges"]) + min(terms, 2) - 1.0 * hollow),
        "validates": TOP if hits["validates"] else (1.0 if hits["acknowledges"] and not hollow else 0.0),
        "owns": _owns(reply),
        "next_step": _next_step(reply, bool(hits["owns"]), bool(hits["next_step"])),
        "clear": _clear(reply, findings),
    }
    if criteria["next_step"] < LEAST_STEP:
        findings["no_next_step"] = ""
    rated = {name: max(0.0, value) for name, value in criteria.items()}
    return _Found(rated, findings, _spans(hits))


def _owns(reply: str) -> float:
    acts = len(wording("owns").findall(reply))
    if acts:
        return 3.0 if acts == 1 else TOP
    return 1.0 if re.search(r"\b(?:i|we)(?:'ll| will| have|'ve)\b", reply, re.IGNORECASE) else 0.0


def _next_step(reply: str, act: bool, when: bool) -> float:
    if act and when:
        return TOP
    if act or when:
        return 2.5
    step = wording("asks").search(reply)
    return 2.0 if step and not wording("closing_asks").search(step.group()) else 0.5 if step else 0.0


def _clear(reply: str, findings: Container[str]) -> float:
    longest = max((len(part.split()) for part in re.split(r"[.!?\n]+", reply)), default=0)
    letters = [char for char in reply if char.isalpha()]
    shouted = len(letters) > 20 and sum(char.isupper() for char in letters) * 2 > len(letters)
    faults = (longest > LONG_SENTENCE) + ("jargon" in findings) + 2 * shouted
    return TOP - faults - ("blaming" in findings) - ("dismissive" in findings)


# criterion -> list of wording that shows it, and the driver it stands for
_LISTS = {"acknowledges": "acknowledges", "validates": "validates", "owns": "owns", "next_step": "when"}
_EARNED = {
    "acknowledges": "ACKNOWLEDGED",
    "validates": "ACKNOWLEDGED",
    "owns": "OWNED",
    "next_step": "CONCRETE_NEXT_STEP",
}


def _spans(hits: Mapping[str, re.Match[str] | None]) -> tuple[Span, ...]:
    return tuple(
        Span(hit.start(), hit.end(), hit.group(), _EARNED[name]) for name, hit in hits.items() if hit is not None
    )
