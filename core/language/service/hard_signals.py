"""Hard signals by reviewed patterns, each with the wording that must not fire.

A safety or self-harm hit raises a human alert only; nothing about health is stored (L9).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from core.language.service.judgement import Span

DRIVER: Final = {
    "cancellation": "CANCEL_INTENT",
    "regulator": "REGULATOR_MENTION",
    "legal": "LEGAL_THREAT",
    "safety": "SAFETY_SIGNAL",
    "self_harm": "SAFETY_SIGNAL",
    "vulnerability": "VULNERABILITY_SIGNAL",
}

_SOURCE: Final[dict[str, tuple[str, str]]] = {
    # signal: (what fires, what it must not be part of)
    "cancellation": (
        r"\bcancel(?:l?ing|led)? (?:my|our|the|this|all my|all our) (?:whole |entire )?"
        r"(?:account|subscription|contract|membership|plan|policy|service|insurance|broadband|"
        r"line|package|licen[cs]es?|everything)\b"
        r"|\b(?:want|wish|going|like|have|need|intend|decided) to (?:cancel(?! (?:it|the "
        r"(?:order|booking|slot|appointment)))|terminate|end (?:my|our|the|this) (?:contract|"
        r"subscription|account|membership))\b"
        r"|\b(?:i|we)(?:'ll| will|'m| am|'re| are)? (?:just )?(?:cancel(?:l?ing)?|leav(?:e|ing)|"
        r"quit(?:ting)?) (?:you\b|today\b|unless|if you|and (?:go|going|mov)|my |our |for good)"
        r"|\b(?:clos(?:e|ing) (?:my|our|the) accounts?|switch(?:ing)? (?:to (?:a |another |your "
        r")?(?:competitor|provider|supplier|bank)|provider|supplier|bank)s?|"
        r"(?:tak(?:e|ing)|mov(?:e|ing)) (?:my|our) (?:business|account|custom|money|contract) "
        r"(?:elsewhere|somewhere|away|to)|"
        r"(?:not|won't|will not) (?:be )?renew(?:ing)?\b|never (?:fly|shop|order|buy|book|use|"
        r"stay)\w*(?: \w+){0,4} (?:again|ever)\b|lost (?:me|us) as a customer|done with "
        r"(?:you|this company|your company))",
        r"cancel(?:lation)? (?:policy|fee|button|link|request was|my (?:\w+ )?(?:slot|appointment|"
        r"booking|order|reservation|table|class|delivery|trip|ride))|how (?:do|can|would) (?:i|we) "
        r"cancel|(?:do not|don't|didn't|never|not) (?:want|wish|ask|going|like|have|need) to "
        r"cancel|noise[- ]cancel|never (?:use|order)\w* it again for",
    ),
    "regulator": (
        r"\b(?:ombudsman|regulator|trading standards|ofcom|ofgem|ofwat|financial conduct|fca|cfpb|"
        r"better business bureau|bbb|consumer (?:protection|rights|affairs) ?(?:agency|authority|"
        r"office|commission|forum|court)?|attorney general|data protection (?:authority|"
        r"commission\w*)|information commissioner|ico|civil aviation authority|caa|"
        r"department of transport(?:ation)?|chargeback|ftc|accc|rbi|sec complaint|"
        r"financial services commission)\b",
        r"(?:pressure|voltage|gas|speed|temperature|current|heat|power) regulator|\bregulator "
        r"(?:valve|switch|knob|hose)|\.ico\b|ico (?:file|format|icon)",
    ),
    "legal": (
        r"\b(?:my|our|a|an|the) (?:lawyer|solicitor|attorney|barrister|legal team)s?\b"
        r"|\b(?:legal (?:action|proceedings|steps|advice|letter)|letter before (?:action|claim)|"
        r"small claims|sue (?:you|them|the company|your)|suing|see you in court|take (?:you|this|"
        r"them|it) to court|lawsuit|class action|breach of contract|court claim|statutory demand)\b",
        r"power of attorney|district attorney show|legal (?:advice|team) (?:software|plan|cover|"
        r"product|template)|(?:i am|i'm|as) (?:a|an) (?:lawyer|solicitor|attorney)\b(?! and)"
        r"|(?:account|subscription|seats?|licen[cs]e) for (?:my|our|a|the) (?:lawyer|attorney|"
        r"legal)",
    ),
    "safety": (
        r"\b(?:caught (?:on )?fire|on fire|(?:smoke|sparks?|flames?) (?:came|coming|pouring|from|"
        r"out)|burn(?:t|ed|ing) (?:my|his|her|our|the child|smell)|gas leak|smell(?:s|ed|ing)? "
        r"(?:of )?gas|electric(?:al)? shock|electrocuted|explod(?:ed|ing)|carbon monoxide|"
        r"(?:was|were|got|been|badly|seriously|nearly|could have been) (?:badly |seriously )?"
        r"(?:injured|hurt|killed|electrocuted|poisoned|choked)|allergic reaction|anaphyla\w+|"
        r"choking hazard|(?:no|brakes?) (?:front )?brakes?(?: (?:fail|gave out|stopped)\w*)?|"
        r"brakes? (?:fail|gave out|stopped)\w*|driver crashed|"
        r"fractur\w+|concussion|button battery|was choking|exposed wires?|(?:is|was|were) sparking|"
        r"(?:went|drove|driving) through (?:a |the )?red light|food poisoning|(?:in|to) (?:the )?(?:a&e|"
        r"hospital|"
        r"emergency room) (?:after|because|from|with)|threatened (?:me|us|my|to (?:hit|hurt|kill))|"
        r"(?:he|she|they|driver|man|technician) (?:hit|assaulted|attacked|groped|followed) (?:me|us|"
        r"my)|feel unsafe|fear for my (?:life|safety)|i(?:'ll| will| am going to|'m going to) "
        r"(?:hurt|kill|shoot|bomb|burn down)|locked (?:in|inside) (?:and|with|for))\b",
        r"when it(?:'s| is) (?:not )?on fire|(?:shot|sales?|deals?|server|prod|production|team|you guys|"
        r"prices?) (?:is |are )?on fire|fire ?(?:wall|fox|stick|tv|"
        r"base|fly)|kill (?:for|the (?:process|task|job|switch|session|server)|a (?:process|hung)|"
        r"-9|two birds|time)|could kill|killing me|exploded with|hurt (?:my|our) (?:feelings|sales|"
        r"wallet|credit|business|rating|score)|burn(?:ing|ed|t)? (?:my )?(?:cd|dvd|disc|rate|"
        r"question|out|iso)|smoke (?:test|detector subscription|alarm order)",
    ),
    "self_harm": (
        r"\b(?:kill(?:ing)? myself|end(?:ing)? (?:my life|it all)|suicid(?:e|al)|take my own life|"
        r"(?:don't|do not|dont|didn't) (?:really )?want to (?:live|be here|be alive|wake up)(?: anymore|"
        r" any more|\b)|"
        r"hurt(?:ing)? myself|self[- ]harm\w*|no (?:reason|point) (?:to|in) (?:live|living|going "
        r"on)|better off (?:dead|without me)|can(?:'t|not| not|t) (?:go on (?:any|like|living)|"
        r"see a way out)|want(?:ed)? to die|wish i (?:was|were) dead|"
        r"tired of (?:living|fighting|life)|tablets in front of)\b",
        r"suicide (?:squad|snails|shift|doors?|burn|prevention (?:policy|training) document|linux)|(?:don't|"
        r"do not) want to "
        r"be here (?:on hold|all day|in (?:this|the) (?:queue|chat))|hurt myself laughing",
    ),
    "vulnerability": (
        r"\b(?:(?:my|our) (?:late )?(?:husband|wife|mother|father|mum|mom|dad|son|daughter|partner|"
        r"brother|sister|grandmother|grandfather|nan) (?:has )?(?:just |recently |sadly )?(?:died|"
        r"passed|is dying)|passed away|bereave\w*|funeral|(?:terminal(?:ly)?|stage (?:four|4)) "
        r"(?:ill|cancer|diagnosis)|chemo(?:therapy)?|on dialysis|oxygen (?:machine|concentrator)|"
        r"insulin|(?:i am|i'm|she is|he is|who is) (?:disabled|blind|deaf|housebound|\d\d and "
        r"(?:alone|live alone)|in a wheelchair|pregnant)|wheelchair user|dementia|alzheimer\w*|"
        r"domestic (?:abuse|violence)|homeless|evict(?:ed|ion)|can(?:'t|not) (?:afford|feed|pay for"
        r") (?:food|heating|my (?:kids|children|rent|medic\w+|family)|to (?:eat|heat))|"
        r"food bank|(?:i )?lost my job|made redundant|universal credit|guide dog|registered blind|"
        r"on dialysis|"
        r"(?:powered|electric) (?:wheel)?chair|(?:i'm|i am|she's|he's|aged) (?:7|8|9)\d\b|my carer|"
        r"i live alone|"
        r"(?:my|our) (?:son|daughter|child|boy|girl)(?: is|'s) (?:autistic|disabled|blind|deaf)|autistic|"
        r"epilep\w+|"
        r"in a hospice|hardship)\b",
        r"(?:our )?funeral (?:homes?|directors?|fares?|plans?|for)|like a funeral|insulin\?|(?:seat|cot|"
        r"class|discount)s? for new ?born|blind(?:s| spot| copy| test)|"
        r"deaf ears|insulin pump (?:case|catalogue)",
    ),
}

# One of these words must be there for the family to match (checked by a test over all patterns).
STEMS: Final = {
    "cancellation": r"cancel|terminat|contract|subscri|account|member|leav|quit|clos|switch|elsewhere"
    r"|somewhere|away|business|custom|money|renew|never|lost|done",
    "regulator": r"ombuds|regulat|standards|of(?:com|gem|wat)$|financial|fca$|cfpb|bureau|bbb|"
    r"consumer|attorney|data|information|ico$|civil|caa$|department|chargeback|ftc$|"
    r"accc|rbi$|sec$",
    "legal": r"law|solicitor|attorney|barrister|legal|letter|claim|su(?:e|ing)$|court|class|breach|"
    r"statutory",
    "safety": r"fire|smok|spark|flame|burn|gas$|shock|electroc|explo|carbon|injur|hurt|kill|poison|"
    r"chok|allerg|anaph|brake|a$|hospital|emergency|threat|hit$|assault|attack|grope|"
    r"follow|unsafe|life|safety|shoot|bomb|lock|no$|driver|fractur|concuss|button|wire|spark|red$|"
    r"food",
    "self_harm": r"kill|end|die|wish|tired|tablets|see$|suicid|life|live|here|alive|wake|hurt|myself|"
    r"self|harm|living|going|dead|"
    r"without|go$",
    "vulnerability": r"died|pass|dying|bereav|funeral|terminal|stage|chemo|dialysis|oxygen|insulin|"
    r"disab|blind|deaf|housebound|universal|guide|registered|powered|electric|carer|live|"
    r"autis|epilep|hospice|hardship|(?:i'm|he's|she's|i|he|she)$|aged|alone|wheelchair|pregnan|dementia|"
    r"alzheim|"
    r"domestic|homeless|evict|afford|feed|pay|bank|job|redundan|attorney|newborn|born",
}


@dataclass(frozen=True)
class _Signal:
    name: str
    fires: re.Pattern[str]
    silent: re.Pattern[str]


SIGNALS: Final = tuple(
    _Signal(name, re.compile(fires, re.IGNORECASE), re.compile(silent, re.IGNORECASE))
    for name, (fires, silent) in _SOURCE.items()
)


def _hits(signal: _Signal, text: str) -> Iterator[Span]:
    found = list(signal.fires.finditer(text))
    quiet = [m.span() for m in signal.silent.finditer(text)] if found else []
    for hit in found:
        start, end = hit.span()
        if not any(a < end and start < b for a, b in quiet):
            yield Span(start, end, hit.group(), DRIVER[signal.name])


def hard_signals(text: str, names: Iterable[str]) -> dict[str, tuple[Span, ...]]:
    """Signals found, with the words that fired; ``names`` are the families that can match."""
    text = text.replace("\u2019", "'")
    found = {s.name: tuple(_hits(s, text)) for s in SIGNALS if s.name in names}
    return {name: spans for name, spans in found.items() if spans}
