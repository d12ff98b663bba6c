"""REPLY-2: what is worth a second look before a draft is sent. Advice; only the hard rules stop a send."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from core.compliance.redact import redact
from core.language.reply import wording
from core.ports import ReplyJudgement

HINT, CONFIRM, BLOCK = "hint", "confirm", "block"
MAX_HINTS = 3
MIN_WORDS = 4
LOW, UNCLEAR_UNDER = 2.0, 3.0


@dataclass(frozen=True, slots=True)
class Hint:
    """One remark on a draft: how hard, why, what instead, and the phrase it is about."""

    code: str
    level: str
    words: str
    instead: str
    phrase: str = ""


@dataclass(frozen=True, slots=True)
class _Rule:
    """One check. ``find``: the phrase that it is about, or ``None`` when the draft is fine."""

    code: str
    level: str
    words: str
    instead: str
    find: Callable[[str, ReplyJudgement], str | None]


_PASSWORD = re.compile(
    r"\b(?:password|passcode|pin code|api key|secret key)\s{0,3}(?:is|:|=)\s{0,3}(?=\S{0,40}[\d\W])\S{4,40}",
    re.IGNORECASE,
)
_LIABILITY = re.compile(
    r"\b(?:(?:we|i) (?:fully )?(?:accept|admit|acknowledge) (?:full |all |any |our )?(?:legal )?liability"
    r"|(?:we|i) (?:are|am|were|was) (?:legally |fully )?(?:liable|negligent)"
    r"|we will (?:pay|compensate you) for (?:all|any) damages?)\b",
    re.IGNORECASE,
)
_REGULATED = re.compile(
    r"\b(?:you (?:should|must) (?:sue|invest|buy shares|sell shares|stop taking|double your dose|increase your dose)"
    r"|(?:my|our) legal advice is|as (?:legal|medical|tax|investment) advice)\b",
    re.IGNORECASE,
)


def hints(draft: str, judged: ReplyJudgement) -> tuple[Hint, ...]:
    """Return up to three remarks, the hardest first."""
    plain = draft.replace("’", "'")
    found = list(_found(plain, judged))
    order = (BLOCK, CONFIRM, HINT)
    return tuple(sorted(found, key=lambda hint: order.index(hint.level))[:MAX_HINTS])


def _found(draft: str, judged: ReplyJudgement) -> Iterator[Hint]:
    for rule in _RULES:
        phrase = rule.find(draft, judged)
        if phrase is not None:
            yield Hint(rule.code, rule.level, rule.words, rule.instead, phrase)


def _pattern(pattern: re.Pattern[str]) -> Callable[[str, ReplyJudgement], str | None]:
    def find(draft: str, _: ReplyJudgement) -> str | None:
        hit = pattern.search(draft)
        return hit.group()[:120] if hit else None

    return find


def _secret(draft: str, judged: ReplyJudgement) -> str | None:
    kinds = redact(draft, "").kinds
    # The phrase is not sent back: a secret is not repeated.
    return "" if "card" in kinds or "iban" in kinds or _PASSWORD.search(draft) else None


def _fault(name: str, listed: str) -> Callable[[str, ReplyJudgement], str | None]:
    def find(draft: str, judged: ReplyJudgement) -> str | None:
        if name not in judged.penalties:
            return None
        hit = wording(listed).search(draft)
        return hit.group()[:120] if hit else ""

    return find


def _low(criterion: str, under: float) -> Callable[[str, ReplyJudgement], str | None]:
    def find(_: str, judged: ReplyJudgement) -> str | None:
        value = judged.criteria.get(criterion)
        return "" if value is not None and value < under else None

    return find


def _missing(_: str, judged: ReplyJudgement) -> str | None:
    return "" if judged.outcome == "missing" and "copy_paste" not in judged.penalties else None


_RULES: tuple[_Rule, ...] = (
    _Rule(
        "SECRET", BLOCK, "Holds a password, card or account number", "Send it through the secure form instead.", _secret
    ),
    _Rule(
        "LIABILITY",
        BLOCK,
        "Admits liability, which needs an approval",
        "Say what happened and what you do now; leave the legal question out.",
        _pattern(_LIABILITY),
    ),
    _Rule(
        "REGULATED_ADVICE",
        BLOCK,
        "Reads as legal, medical or investment advice",
        "Give the facts and name who may advise.",
        _pattern(_REGULATED),
    ),
    _Rule(
        "OVER_PROMISE",
        CONFIRM,
        "Promises more than anybody can keep",
        "Name what you do and when you will write again.",
        _fault("over_promise", "over_promise"),
    ),
    _Rule(
        "BLAME",
        HINT,
        "Puts the fault on the customer",
        "Say what happened without 'you should have'.",
        _fault("blaming", "blaming"),
    ),
    _Rule(
        "DISMISSIVE",
        HINT,
        "Waves the concern away",
        "Say what you understood before you say what is not possible.",
        _fault("dismissive", "dismissive"),
    ),
    _Rule(
        "HOLLOW_REPLY",
        HINT,
        "Polite, but says nothing of this case",
        "Name the customer's own matter and one thing that you do, with a date.",
        _fault("copy_paste", "hollow"),
    ),
    _Rule(
        "EMPATHY_MISSING",
        HINT,
        "Does not take up the concern",
        "Begin with what went wrong for the customer.",
        _missing,
    ),
    _Rule("NO_NEXT_STEP", HINT, "Names no next step", "Say who does what, and by when.", _low("next_step", LOW)),
    _Rule(
        "UNCLEAR",
        HINT,
        "Hard to read: long sentences or in-house words",
        "Split it and use the customer's words.",
        _low("clear", UNCLEAR_UNDER),
    ),
)
