"""Why a text reads as it does: quoted words with a driver each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Final

from core.language.patterns import Patterns
from core.language.service.judgement import Span

DRIVERS: Final[dict[str, str]] = {
    "REPEAT_CONTACT": r"(?:second|third|fourth|fifth|sixth|\d+(?:nd|rd|th)) (?:time|e-?mail|call|message|"
    r"attempt|ticket|chat|week|day)\b|(?:called|emailed|e-mailed|written|messaged|contacted|"
    r"phoned|rung|asked|reported|explained)(?: \w+){0,4} (?:twice|again|already|before|\d+ "
    r"times|(?:two|three|four|five|six|several|many) times)|yet again|once again|again and "
    r"again|every time i|keep(?:s)? (?:asking|calling|having to)|as i (?:already )?said|"
    r"already told",
    "LONG_WAIT": r"still (?:waiting|on hold|no|not|nothing|haven't|hasn't|don't|isn't|pending|missing)\b"
    r"(?: \w+)?|on hold (?:for|since)(?: \w+){1,3}|(?:waited|waiting|been)(?: \w+){0,2} (?:for )?"
    r"(?:over |more than |nearly )?(?:\d+|two|three|four|five|six|seven|eight|ten) (?:hours?|"
    r"days?|weeks?|months?|mins?|minutes?)|(?:no|without (?:a|any)) (?:reply|response|answer|"
    r"update|news|word)\b|nobody (?:has )?(?:replied|answered|called|came|got back)\w*|"
    r"(?:\d+|two|three|four|five|six) (?:days|weeks|months|hours) (?:late|overdue|now|later)",
    "BROKEN_PROMISE": r"(?:was|were|been) (?:told|promised|assured)(?: \w+){0,5}|you (?:said|promised|told me)"
    r"(?: \w+){0,3}|never (?:called|came|arrived|turned up|happened|showed up|got back|rang)"
    r"|supposed to(?: \w+){0,2}|didn't (?:turn up|show up|arrive|call back)|no one (?:came|"
    r"called|showed)",
    "GRATITUDE": r"thank(?:s| you)(?: (?:so|very) much| a lot| a million)?|much appreciated|appreciate "
    r"(?:it|that|you\w*|the \w+)|grateful|cheers|saved (?:my|our|the) \w+|kudos|shout ?out",
    "STRONG_FRUSTRATION": r"ridiculous|unacceptable|disgrace\w*|appalling|joke|fed up|had enough|sick of|useless|"
    r"worst|terrible|horrible|awful|pathetic|shambles|waste of (?:time|money)|unbelievable|"
    r"beyond (?:frustrat\w+|annoy\w+)|frustrat\w+|disgust\w+|nightmare|infuriat\w+",
    "ANGER": r"furious|angry|livid|outraged|fuming|how dare|shame on|scam\w*|crooks?|thie(?:f|ves)|"
    r"robbe\w+|l(?:iar|ied|ying)\b|rip[- ]?off|wtf|bullshit|damn",
    "ANXIETY": r"worried|anxious|nervous|scared|afraid|panick\w*|concerned|stress\w*|desperate\w*|"
    r"can't sleep|urgent\w*|frightened",
    "CONFUSION": r"confus\w+|don't understand|doesn't make sense|makes no sense|not sure (?:why|what|how|"
    r"which|if)|what does (?:this|that|it) mean|lost (?:as to|here)|no idea (?:why|what|how)",
}


@cache
def _patterns() -> Patterns:
    return Patterns([(name, rf"\b(?:{pattern})") for name, pattern in DRIVERS.items()])


# A model word's driver follows the tag of the message.
OF_TAG: Final = {
    "frustration": "STRONG_FRUSTRATION",
    "anger": "ANGER",
    "anxiety": "ANXIETY",
    "disappointment": "STRONG_FRUSTRATION",
    "confusion": "CONFUSION",
    "sadness": "SADNESS",
    "gratitude": "GRATITUDE",
    "delight": "GRATITUDE",
}
NEGATIVE: Final = frozenset(OF_TAG.values()) - {"GRATITUDE"}
NEGATED: Final = re.compile(r"\b(?:not|no|never|n't|don't|isn't|wasn't|without|hardly)(?: \w+)?\s*$", re.IGNORECASE)


def phrases(plain: str) -> list[Span]:
    """Phrases that a reader would underline, negated feelings left out; apostrophes are straight."""
    return [
        Span(*found.span(), found.group(), name)
        for name, found in _patterns().find(plain)
        if not (name in NEGATIVE and NEGATED.search(plain[max(0, found.start() - 16) : found.start()]))
    ]


def word_spans(text: str, surfaces: Sequence[str], weights: Sequence[float], driver: str, most: int = 3) -> list[Span]:
    """The words that moved the model most, in the direction of its answer."""
    ranked = sorted(range(len(surfaces)), key=lambda i: -weights[i])[:most]
    top = weights[ranked[0]] if ranked else 0.0
    chosen = {i for i in ranked if weights[i] > max(0.02, top / 3)}
    out, at = [], 0
    for i, surface in enumerate(surfaces):
        start = text.find(surface, at)
        at = start + len(surface) if start >= 0 else at
        if i in chosen and start >= 0 and any(c.isalpha() for c in surface):
            out.append(Span(start, at, surface, driver))
    return out


def merged(spans: Sequence[Span]) -> tuple[Span, ...]:
    """In order of place; a span inside another one is dropped."""
    out: list[Span] = []
    for span in sorted(spans, key=lambda s: (s.start, -s.end)):
        if not out or span.start >= out[-1].end:
            out.append(span)
    return tuple(out)
