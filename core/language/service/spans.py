"""Why a text reads as it does: quoted words with a driver each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from itertools import islice, takewhile
from typing import Final, NamedTuple

from core.language import signals
from core.language.patterns import Match, Patterns
from core.language.service.judgement import Span
from core.language.service.words import places
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
        r"every time i \w+",
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
    drivers = [(name, rf"\b(?:{pattern})") for name, listed in DRIVERS.items() for pattern in listed]
    return Patterns([*signals.patterns(), *drivers])


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
REACH: Final = 1  # words that the model hears on each side of one
PHRASES: Final = 2
LEAST, SHARE = 0.02, 0.5  # what a phrase must move, and of what the strongest one moves
NEGATED: Final = re.compile(r"\b(?:not|no|never|n't|don't|isn't|wasn't|without|hardly)(?: \w+)?\s*$", re.IGNORECASE)


class Evidence(NamedTuple):
    """Hard signals, and the words that a reader would underline."""

    signals: tuple[str, ...]
    spans: tuple[Span, ...]


NOTHING: Final = Evidence((), ())


def evidence(clean: str, text: str) -> Evidence:
    """Signals and phrases of a cleaned text, quoted from the text itself; denied ones are left out."""
    plain = clean.replace("\u2019", "'")
    found = _patterns().find(plain)
    if not found:
        return NOTHING
    meant = list(signals.meant(plain, (match for match in found if match.name not in DRIVERS)))
    told = (match for match in found if match.name in DRIVERS and not _denied(plain, match))
    spans = [Span(match.start, match.end, text[match.start : match.end], match.name) for match in (*meant, *told)]
    return Evidence(tuple(dict.fromkeys(match.name for match in meant)), merged(spans))


def _denied(plain: str, match: Match) -> bool:
    return match.name in NEGATIVE and bool(NEGATED.search(plain[max(0, match.start - 16) : match.start]))


def speaking(spans: Sequence[Span], driver: str) -> bool:
    """Whether any of the spans speaks for the answer: thanks in a complaint do not, nor a complaint in thanks."""
    thanks = driver == "GRATITUDE"
    return any((span.driver == "GRATITUDE") == thanks or span.driver not in DRIVERS for span in spans)


def word_spans(clean: str, text: str, weights: Sequence[float], driver: str) -> tuple[Span, ...]:
    """The phrases that moved the model most, in the direction of its answer.

    ``weights``: what the model heard at each surface, which is the surface with its two neighbours.
    """
    found = places(clean)
    ranked = sorted(range(min(len(found), len(weights))), key=weights.__getitem__, reverse=True)
    least = max(LEAST, weights[ranked[0]] * SHARE)
    strong = takewhile(lambda i: weights[i] > least, ranked)
    chosen = list(islice(filter(None, (_around(found, i) for i in strong)), PHRASES))
    return tuple(Span(start, end, text[start:end], driver) for start, end in _joined(chosen))


def _around(found: Sequence[re.Match[str]], at: int) -> tuple[int, int] | None:
    """Where the phrase around a surface stands: its neighbours up to the next mark, without empty words at its ends."""
    low = high = at
    while low > 0 and at - low < REACH and _word(found[low - 1]) and _word(found[low]):
        low -= 1
    while high + 1 < len(found) and high - at < REACH and _word(found[high + 1]) and _word(found[high]):
        high += 1
    while low <= high and not _telling(found[low].group()):
        low += 1
    while low <= high and not (_telling(found[high].group()) and found[high].group()[-1].isalpha()):
        high -= 1
    return (found[low].start(), found[high].end()) if low <= high else None


def _joined(places: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Phrases that overlap as one."""
    out: list[tuple[int, int]] = []
    for start, end in sorted(places):
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        else:
            out.append((start, end))
    return out


def _word(found: re.Match[str]) -> bool:
    return found.group()[0].isalnum()


def _telling(word: str) -> bool:
    return len(word) > 1 and word.lower() not in EMPTY and "@" not in word and any(map(str.isalnum, word))


def merged(spans: Sequence[Span]) -> tuple[Span, ...]:
    """In order of place; a span inside another one is dropped."""
    out: list[Span] = []
    for span in sorted(spans, key=lambda s: (s.start, -s.end)):
        if not out or span.start >= out[-1].end:
            out.append(span)
    return tuple(out)
