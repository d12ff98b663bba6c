"""PRIV-1: the ledger's logic. Which choice holds, what is no consent, and how a person says 'stop'."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from core.compliance import gate
from core.errors import RejectedError
from core.judgement import Permissions, Turn

OPT_OUT_NOTE = "OPT_OUT_REQUESTED"
PURPOSES = (
    "service_analysis", "health_scoring", "emotion_personalisation", "training_data", "research_contact",
    "marketing_email", "marketing_sms", "marketing_phone",
)
# Later in the list = more restrictive; of two choices made at the same moment the stricter one holds.
_STRICTNESS = ("granted", "pending", "withdrawn", "objected")
_SHOWN = {"granted": "on", "pending": "pending", "withdrawn": "off", "objected": "off"}


@dataclass(frozen=True, slots=True)
class Choice:
    """One ledger entry. ``source``: ``person`` for a person's own act, else the system it was imported from."""

    purpose: str
    choice: str
    at: datetime | None
    notice_version: str = ""
    source: str = "person"
    bundled: bool = False
    minor: bool = False


def check(entry: Choice) -> Choice:
    """Return the entry, or raise ``RejectedError`` INVALID_CONSENT. Saying no needs no form at all."""
    fault = _fault(entry)
    if fault:
        raise RejectedError("INVALID_CONSENT", fault)
    return entry


def effective(entries: Iterable[Choice]) -> dict[str, str]:
    """Return purpose -> choice: the newest holds, at equal times the stricter.

    An objection to marketing is final for imports: only the person's own later act lifts it.
    """
    held: dict[str, Choice] = {}
    for entry in sorted(entries, key=_order):
        old = held.get(entry.purpose)
        if old is None or not _final(old, entry):
            held[entry.purpose] = entry
    return {purpose: entry.choice for purpose, entry in held.items()}


def suspended(permissions: Permissions, turns: Sequence[Turn]) -> Permissions:
    """Return the permissions with analysis pending when a turn asks to stop and nothing stricter is recorded.

    A new request suspends at once, also an earlier consent; an older one until the ledger holds a consent.
    """
    asked = [turn for turn in turns if OPT_OUT_NOTE in turn.notes]
    fresh = any(turn.refused is None for turn in asked)
    choices = {name: permissions.choices.get(name, "") for name in (gate.SERVICE, gate.HEALTH)}
    pending = {name: "pending" for name, old in choices.items()
               if old not in gate.AGAINST and (fresh or (asked and old != "granted"))}
    return replace(permissions, choices={**permissions.choices, **pending}) if pending else permissions


def mirror(permissions: Permissions) -> str:
    """Return the state per purpose in plain words, as shown on the person's record (255 characters at most)."""
    listed = [f"{name.replace('_', ' ')}: {_state(name, permissions)}" for name in PURPOSES
              if name in permissions.bases or name in permissions.choices]
    return "; ".join(listed)[:255] or "nothing permitted"


def asks_to_stop(text: str) -> bool:
    """Say whether a customer asks not to be analysed; a hit suspends analysis until a person has confirmed."""
    return any(pattern.search(text) for pattern in _STOP) and not _ABOUT_OTHERS.search(text)


def _state(purpose: str, permissions: Permissions) -> str:
    if permissions.minor:
        return "off"
    choice = permissions.choices.get(purpose) or permissions.choices.get("all")
    if choice:
        return _SHOWN.get(choice, "off")
    return "off" if permissions.bases.get(purpose) == "consent" else "on"


def _fault(entry: Choice) -> str:
    if entry.purpose not in (*PURPOSES, "all") or entry.choice not in _STRICTNESS:
        return "unknown purpose or choice"
    if entry.at is None:
        return "no time"
    if entry.choice != "granted":
        return ""
    faults = ((not entry.notice_version, "no notice version"), (entry.bundled, "bundled"),
              (entry.minor, "from a minor"), (entry.purpose == "all", "not per purpose"))
    return next((text for wrong, text in faults if wrong), "")


def _order(entry: Choice) -> tuple[float, int]:
    return (entry.at.timestamp() if entry.at else 0.0, _STRICTNESS.index(entry.choice))


def _final(old: Choice, new: Choice) -> bool:
    objected = old.purpose.startswith(gate.MARKETING) and old.choice == "objected"
    return objected and new.choice == "granted" and new.source != "person"


_VERB = (r"(?:analy[sz]|profil|scor|monitor|track|scan|evaluat|judg|rat|classif|tagg?|process|read|assess|mining?|"
         r"mine|infer|measur)(?:e|es|ed|ing|y|ying|ies|ied)?")
_MINE = (r"(?:my|our|these|the)\s+(?:\w+\s+){0,2}?(?:messages?|e-?mails?|mails?|texts?|emotions?|feelings?|mood|"
         r"sentiments?|tone|words?|wording|conversations?|chats?|tickets?|writing|communications?|data|behaviou?r)")
_MY = (r"(?:my|our)\s+(?:\w+\s+){0,2}?(?:messages?|e-?mails?|mails?|texts?|emotions?|feelings?|mood|sentiments?|tone|"
       r"words?|wording|conversations?|chats?|writing|communications?|data|behaviou?r|personal data)")
_NO = (r"(?:stop|quit|cease|don'?t|do not|never|no longer|not to|refrain from|without|"
       r"not (?:want|allow|agree|consent|like)(?: \w+){0,3}?|"
       r"(?:don'?t|doesn'?t|do not|cannot|can'?t) (?:want|allow|agree|consent|like|wish)(?: \w+){0,4}?)")
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
        r"\bnicht\b.{0,40}\b(?:analysier\w*|auswert\w*|profil\w*)|\bh(?:ö|oe)r\w*\s+auf\b.{0,60}\banalysier\w*|"
        r"\bwiderspreche\b.{0,60}\b(?:profiling|analyse|auswertung|verarbeitung)\b",
        r"\b(?:n'analysez|arr[eê]tez d'analyser|ne pas analyser)\b.{0,40}\bmes\b|\bm'oppose\b.{0,60}\bprofilage\b",
        r"\b(?:no|dej\w+ de)\s+(?:analic\w+|analizar|perfil\w+)\s+mis?\b|\bme opongo\b.{0,60}\bperfil\w*",
    )
)
_ABOUT_OTHERS = re.compile(
    r"\b(?:can(?:'?t|not)|could(?:n'?t| not)|why (?:do|does|did|don'?t)|how (?:do|can) (?:i|we))\b.{0,40}"
    r"\b(?:export|import|dashboard|csv|report)\b", re.IGNORECASE
)
