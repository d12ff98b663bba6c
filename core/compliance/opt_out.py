"""How a person says 'stop analysing me' in their own words. A miss costs trust, a false hit one question."""

from __future__ import annotations

import re


def asks_to_stop(text: str) -> bool:
    """Say whether a customer asks not to be analysed; a hit suspends analysis until a person has confirmed it."""
    plain = text.replace("’", "'")
    return any(pattern.search(plain) for pattern in _STOP) and not _ABOUT_OTHERS.search(plain)


_VERB = (
    r"(?:analy[sz]|profil|scor|monitor|track|scan|evaluat|judg|rat|classif|tagg?|process|assess|"
    r"mine|infer|measur)(?:e|es|ed|ing|y|ying|ies|ied)?"
)
_MY = (
    r"(?:my|our)\s+(?:\w+\s+){0,2}?(?:messages?|e-?mails?|mails?|texts?|emotions?|feelings?|mood|sentiments?|tone|"
    r"words?|wording|conversations?|chats?|writing|communications?|data|behaviou?r|personal data)"
)
_NO = (
    r"(?:stop|quit|cease|don'?t|do not|never|no longer|not to|refrain from|without|"
    r"not allowed to|no (?:right|permission) to|"
    r"not (?:want|allow|agree|consent|like)(?: \w+){0,3}?|"
    r"(?:don'?t|doesn'?t|do not|cannot|can'?t) (?:want|allow|agree|consent|like|wish)(?: \w+){0,4}?)"
)
_STOP = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b{_NO}\s+(?:\w+\s+){{0,4}}?{_VERB}\s+(?:\w+\s+){{0,2}}?{_MY}\b",
        rf"\b{_NO}\s+(?:\w+\s+){{0,3}}?(?:profil\w+|scor\w+|psycho-?analy\w+)\s+(?:me|us|of me|about me)\b",
        r"\b(?:stop|don'?t|do not|never)\s+(?:\w+\s+)?(?:analy[sz]\w*|track\w*|monitor\w*|rat\w+)\s+me\b",
        rf"\b{_MY}\s+(?:to|should|must|may|can|will|are|is|shall)?\s*(?:not|never|no longer)\s+"
        rf"(?:to\s+)?(?:be\s+)?{_VERB}",
        r"\bopt(?:ing)?[\s-]*(?:me|us)?[\s-]*out\b.{0,60}\b(?:analy[sz]\w*|profil\w*|scor\w*|sentiment|emotion\w*|"
        r"automat\w* processing|ai|tracking|monitoring)\b",
        r"\b(?:i|we)\s+(?:hereby\s+|formally\s+|strongly\s+)?(?:object|withdraw|revoke|opt out)\b.{0,60}"
        r"\b(?:analy[sz]\w*|profil\w*|scor\w*|sentiment|emotion\w*|consent|processing|permission)\b",
        r"\bno\s+(?:more\s+)?(?:sentiment|emotion\w*|mood|tone)\s+(?:analysis|analytics|scoring|detection|tracking)\b",
        r"\b(?:turn|switch)\s+(?:off|it off).{0,30}\b(?:sentiment|emotion\w*|profiling|analysis of my)\b",
        r"\b(?:turn|switch)\s+(?:the\s+)?(?:sentiment|emotion\w*|profiling)[\w\s]{0,20}\boff\b",
        r"\b(?:remove|take)\s+me\s+(?:from|off|out of)\b.{0,30}\b(?:analy[sz]\w*|profiling|scoring|sentiment)\b",
        r"\b(?:don'?t|do not)\s+(?:want|wish|agree|consent)\b.{0,40}\b(?:being|be|to)\s+"
        r"(?:analy[sz]ed|profiled|scored|rated by)\b",
        rf"\b(?:don'?t|do not|never) (?:want|wish|like|allow) {_MY} (?:to be |being )?{_VERB}",
        r"\b(?:don'?t|do not|never|didn'?t) (?:consent|agree)(?:ed)? to\b.{0,40}"
        r"\b(?:analy[sz]|profil|scor|track|monitor)\w*",
        r"\b(?:analysier|auswert)\w*\b.{0,40}\bmeine\b.{0,40}\bnicht\b",
        r"\bnicht\b.{0,40}\b(?:analysier\w*|auswert\w*|profil\w*)|\bh(?:ö|oe)r\w*\s+auf\b.{0,60}\banalysier\w*|"
        r"\bwiderspreche\b.{0,60}\b(?:profiling|analyse|auswertung|verarbeitung)\b",
        r"\b(?:n'analysez|arr[eê]tez d'analyser|ne pas analyser)\b.{0,40}\bmes\b|\bm'oppose\b.{0,60}\bprofilage\b",
        r"\b(?:no|dej\w+ de)\s+(?:analic\w+|analizar|perfil\w+)\s+mis?\b|\bme opongo\b.{0,60}\bperfil\w*",
    )
)
_ABOUT_OTHERS = re.compile(
    r"\b(?:can(?:'?t|not)|could(?:n'?t| not)|why (?:do|does|did|don'?t)|how (?:do|can) (?:i|we))\b.{0,40}"
    r"\b(?:export|import|dashboard|csv|report)\b",
    re.IGNORECASE,
)
