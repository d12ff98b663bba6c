"""REPLY-2: what is worth a second look before a draft is sent. Advice; only the hard rules stop a send."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from core.compliance.redact import redact
from core.language.drafts_wording import DISCLOSED, LIABILITY, MACHINE, PASSWORD, REGULATED, RESULT
from core.language.reply_words import wording
from core.ports import ReplyJudgement

HINT, CONFIRM, BLOCK = "hint", "confirm", "block"
MAX_HINTS = 3
MIN_WORDS = 4
UNSEEN = 1.5  # a reply that acknowledges less has not taken the concern up
LONG_SENTENCE = 35


@dataclass(frozen=True, slots=True)
class Hint:
    """One remark on a draft: how hard, why, what instead, and the phrase it is about."""

    code: str
    level: str
    words: str
    instead: str
    phrase: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known beside a draft's words. ``machine``: AI wrote it; ``agreed``: a due time stands on the case."""

    machine: bool = False
    agreed: bool = False


NOTHING = Known()


@dataclass(frozen=True, slots=True)
class _Draft:
    """A draft, how it was judged, and what is known of it."""

    text: str
    judged: ReplyJudgement
    known: Known


Find = Callable[[_Draft], str | None]


@dataclass(frozen=True, slots=True)
class _Rule:
    """One check. ``find``: the phrase that it is about, or ``None`` when the draft is fine."""

    code: str
    level: str
    words: str
    instead: str
    find: Find


def hints(draft: str, judged: ReplyJudgement, known: Known = NOTHING) -> tuple[Hint, ...]:
    """Return up to three remarks, the hardest first."""
    found = list(_found(_Draft(draft.replace("’", "'"), judged, known)))
    order = (BLOCK, CONFIRM, HINT)
    return tuple(sorted(found, key=lambda hint: order.index(hint.level))[:MAX_HINTS])


def _found(draft: _Draft) -> Iterator[Hint]:
    said: set[str] = set()
    for rule in _RULES:
        phrase = None if rule.code in said else rule.find(draft)
        if phrase is not None:
            said.add(rule.code)
            yield Hint(rule.code, rule.level, rule.words, rule.instead, phrase)


def _pattern(pattern: re.Pattern[str]) -> Find:
    def find(draft: _Draft) -> str | None:
        hit = pattern.search(draft.text)
        return hit.group()[:120] if hit else None

    return find


def _secret(draft: _Draft) -> str | None:
    kinds = redact(draft.text, "").kinds
    # The phrase is not sent back: a secret is not repeated.
    return "" if "card" in kinds or "iban" in kinds or PASSWORD.search(draft.text) else None


def _dated(draft: _Draft) -> str | None:
    """Find a result by a date, in a sentence that does not say what somebody has done or does for it."""
    if draft.known.agreed or wording("owns").search(draft.text):
        return None
    for sentence in re.split(r"[.!?;\n]+", draft.text):
        promised = RESULT.search(sentence)
        when = wording("when").search(sentence, promised.end()) if promised else None
        if promised and when:
            return sentence[promised.start() : when.end()][:120]
    return None


def _undisclosed(draft: _Draft) -> str | None:
    sign = MACHINE.search(draft.text)
    if not (draft.known.machine or sign) or DISCLOSED.search(draft.text):
        return None
    return sign.group()[:120] if sign else ""


def _personal(draft: _Draft) -> str | None:
    # The phrase is not sent back: it is somebody's.
    return "" if redact(draft.text, "US").kinds.keys() & {"email", "phone"} else None


def _finding(kind: str) -> Find:
    def find(draft: _Draft) -> str | None:
        words = draft.judged.findings.get(kind)
        return None if words is None else words[:120]

    return find


def _hard(draft: _Draft) -> str | None:
    """Find in-house words, or the beginning of a sentence that is too long."""
    sentences = re.split(r"(?<=[.!?;])\s+|\n+", draft.text)
    long = next((sentence for sentence in sentences if len(sentence.split()) > LONG_SENTENCE), None)
    words = draft.judged.findings.get("jargon", long)
    return None if words is None else words[:120]


def _missing(draft: _Draft) -> str | None:
    judged = draft.judged
    unseen = judged.outcome == "missing" and judged.criteria.get("acknowledges", 0.0) < UNSEEN
    return "" if unseen and "robotic" not in judged.findings else None


_RULES: tuple[_Rule, ...] = (
    _Rule(
        "SECRET", BLOCK, "Holds a password, card or account number", "Send it through the secure form instead.", _secret
    ),
    _Rule(
        "LIABILITY",
        BLOCK,
        "Admits liability, which needs an approval",
        "Say what happened and what you do now; leave the legal question out.",
        _pattern(LIABILITY),
    ),
    _Rule(
        "REGULATED_ADVICE",
        BLOCK,
        "Reads as legal, medical or investment advice",
        "Give the facts and name who may advise.",
        _pattern(REGULATED),
    ),
    # What only training finds is asked about and does not stop a send.
    _Rule(
        "LIABILITY",
        CONFIRM,
        "Reads as admitting legal fault",
        "Say what happened and what you do now; leave the legal question out.",
        _finding("liability"),
    ),
    _Rule(
        "REGULATED_ADVICE",
        CONFIRM,
        "Reads as advice that needs a professional",
        "Give the facts and name who may advise.",
        _finding("regulated_advice"),
    ),
    _Rule(
        "THIRD_PARTY_DATA",
        CONFIRM,
        "Tells the customer about another person",
        "Leave out names and details of other people.",
        _finding("third_party_data"),
    ),
    _Rule(
        "OVER_PROMISE",
        CONFIRM,
        "Promises more than anybody can keep",
        "Name what you do and when you will write again.",
        _finding("over_promise"),
    ),
    _Rule(
        "AI_DISCLOSURE",
        CONFIRM,
        "Written by a machine, and does not say so",
        "Say in the first sentence that an automated assistant has written this.",
        _undisclosed,
    ),
    _Rule(
        "DATE_PROMISE",
        CONFIRM,
        "Promises a result by a date that nobody has agreed",
        "Say what you do by then, or ask who may promise it.",
        _dated,
    ),
    _Rule(
        "PERSONAL_DATA",
        HINT,
        "Holds an e-mail address or a telephone number",
        "Leave it out unless it is the customer's own or yours.",
        _personal,
    ),
    _Rule(
        "BLAME",
        HINT,
        "Puts the fault on the customer",
        "Say what happened without 'you should have'.",
        _finding("blaming"),
    ),
    _Rule(
        "DISMISSIVE",
        HINT,
        "Waves the concern away",
        "Say what you understood before you say what is not possible.",
        _finding("dismissive"),
    ),
    _Rule(
        "HOLLOW_REPLY",
        HINT,
        "Polite, but says nothing of this case",
        "Name the customer's own matter and one thing that you do, with a date.",
        _finding("robotic"),
    ),
    _Rule(
        "EMPATHY_MISSING",
        HINT,
        "Does not take up the concern",
        "Begin with what went wrong for the customer.",
        _missing,
    ),
    _Rule("NO_NEXT_STEP", HINT, "Names no next step", "Say who does what, and by when.", _finding("no_next_step")),
    _Rule(
        "UNCLEAR",
        HINT,
        "Hard to read: long sentences or in-house words",
        "Split it and use the customer's words.",
        _hard,
    ),
)
WORDS = {rule.code: rule.words for rule in reversed(_RULES)}  # of two rules with one code the harder one's
CODES = tuple(WORDS)
