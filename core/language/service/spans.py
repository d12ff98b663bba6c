"""Why a text reads as it does: quoted words with a driver each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Final

from core.language.patterns import Patterns
from core.language.service.judgement import Span
from core.language.wordlists import wordlists

DRIVERS: Final[dict[str, tuple[str, ...]]] = {
    "REPEAT_CONTACT": (
        r"(?:second|third|fourth|fifth|sixth|\d+(?:nd|rd|th)) "
        r"(?:time|e-?mail|call|message|attempt|ticket|chat|week|day)\b",
        r""
        r"(?:called|emailed|e-mailed|written|messaged|contacted|phoned|rung|asked|reported|"
        r"explained)(?: \w+){0,4} (?:twice|again|already|before|\d+ times|(?:two|three|four|five|six|several|"
        r"many) times)",
        r"yet again",
        r"once again",
        r"again and again",
        r"every time i",
        r"keep(?:s)? (?:asking|calling|having to)",
        r"as i (?:already )?said",
        r"already told",
    ),
    "LONG_WAIT": (
        r"still (?:waiting|on hold|no|not|nothing|haven't|hasn't|don't|isn't|pending|missing)\b(?: \w+)?",
        r"on hold (?:for|since)(?: \w+){1,3}",
        r"(?:waited|waiting|been)(?: \w+){0,2} (?:for )?(?:over |more than |nearly "
        r")?(?:\d+|two|three|four|five|six|seven|eight|ten) (?:hours?|days?|weeks?|months?|mins?|minutes?)",
        r"(?:no|without (?:a|any)) (?:reply|response|answer|update|news|word)\b",
        r"nobody (?:has )?(?:replied|answered|called|came|got back)\w*",
        r"(?:\d+|two|three|four|five|six) (?:days|weeks|months|hours) (?:late|overdue|now|later)",
    ),
    "BROKEN_PROMISE": (
        r"(?:was|were|been) (?:told|promised|assured)(?: \w+){0,5}",
        r"you (?:said|promised|told me)(?: \w+){0,3}",
        r"never (?:called|came|arrived|turned up|happened|showed up|got back|rang)",
        r"supposed to(?: \w+){0,2}",
        r"didn't (?:turn up|show up|arrive|call back)",
        r"no one (?:came|called|showed)",
    ),
    "GRATITUDE": (
        r"thank(?:s| you)(?: (?:so|very) much| a lot| a million)?",
        r"much appreciated",
        r"appreciate (?:it|that|you\w*|the \w+)",
        r"grateful",
        r"cheers",
        r"saved (?:my|our|the) \w+",
        r"kudos",
        r"shout ?out",
    ),
    "STRONG_FRUSTRATION": (
        r"ridiculous",
        r"unacceptable",
        r"disgrace\w*",
        r"appalling",
        r"joke",
        r"fed up",
        r"had enough",
        r"sick of",
        r"useless",
        r"worst",
        r"terrible",
        r"horrible",
        r"awful",
        r"pathetic",
        r"shambles",
        r"waste of (?:time|money)",
        r"unbelievable",
        r"beyond (?:frustrat\w+|annoy\w+)",
        r"frustrat\w+",
        r"disgust\w+",
        r"nightmare",
        r"infuriat\w+",
    ),
    "ANGER": (
        r"furious",
        r"angry",
        r"livid",
        r"outraged",
        r"fuming",
        r"how dare",
        r"shame on",
        r"scam\w*",
        r"crooks?",
        r"thie(?:f|ves)",
        r"robbe\w+",
        r"l(?:iar|ied|ying)\b",
        r"rip[- ]?off",
        r"wtf",
        r"bullshit",
        r"damn",
    ),
    "ANXIETY": (
        r"worried",
        r"anxious",
        r"nervous",
        r"scared",
        r"afraid",
        r"panick\w*",
        r"concerned",
        r"stress\w*",
        r"desperate\w*",
        r"can't sleep",
        r"urgent\w*",
        r"frightened",
    ),
    "CONFUSION": (
        r"confus\w+",
        r"don't understand",
        r"doesn't make sense",
        r"makes no sense",
        r"not sure (?:why|what|how|which|if)",
        r"what does (?:this|that|it) mean",
        r"lost (?:as to|here)",
        r"no idea (?:why|what|how)",
    ),
}


@cache
def _patterns() -> Patterns:
    return Patterns([(name, rf"\b(?:{pattern})") for name, listed in DRIVERS.items() for pattern in listed])


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
# Words that are quoted to nobody: they may move the model, and explain nothing.
EMPTY: Final = wordlists("stop")["en"] - frozenset(["help", "need", "no", "not", "please", "still", "thanks", "want"])
NEGATED: Final = re.compile(r"\b(?:not|no|never|n't|don't|isn't|wasn't|without|hardly)(?: \w+)?\s*$", re.IGNORECASE)


def phrases(plain: str) -> list[Span]:
    """Phrases that a reader would underline, negated feelings left out; apostrophes are straight."""
    return [
        Span(*found.span(), found.group(), name)
        for name, found in _patterns().find(plain)
        if not (name in NEGATIVE and NEGATED.search(plain[max(0, found.start() - 16) : found.start()]))
    ]


def word_spans(text: str, surfaces: Sequence[str], weights: Sequence[float], driver: str, most: int = 3) -> list[Span]:
    """The words that moved the model most, in the direction of its answer; one that says nothing is no evidence."""
    telling = [i for i, surface in enumerate(surfaces) if surface.lower() not in EMPTY and len(surface) > 1]
    ranked = sorted(telling, key=lambda i: -weights[i])[:most]
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
