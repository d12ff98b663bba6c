"""Wording in a draft that harms, by the patterns of ``findings.toml``, and what to say about it."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any, Final, NamedTuple

from core.language.patterns import Patterns

WHY: Final[dict[str, tuple[str, str, str]]] = {
    # kind: (level, why, what to add)
    "dismissive": (
        "hint",
        "This makes the trouble smaller than it is for the customer.",
        "Name what went wrong for them, then what can be done.",
    ),
    "blaming": (
        "hint",
        "This puts the fault on the customer.",
        "Describe what happened without 'you', and the way forward.",
    ),
    "robotic": (
        "hint",
        "A set phrase stands where this case should be.",
        "Take up a fact from their message and say what you do about it, by when.",
    ),
    "over_promise": (
        "confirm",
        "This promises what may not be in your hands.",
        "Say what you do yourself and by when, and what depends on others.",
    ),
    "liability": (
        "block",
        "This admits legal fault; that needs approval first.",
        "Describe what happened and what you do now; leave legal terms out.",
    ),
    "jargon": (
        "hint",
        "Words from inside the company that the customer may not know.",
        "Say the same in everyday words, or explain the term once.",
    ),
    "no_next_step": ("hint", "It does not say what happens next.", "Add one action, who does it and by when."),
    "third_party_data": (
        "confirm",
        "This tells the customer about another person.",
        "Leave out names and details of other people.",
    ),
    "regulated_advice": (
        "block",
        "Medical, legal, financial or safety advice needs a professional.",
        "Say that you cannot advise on this and where they can get advice.",
    ),
}


# Abbreviations that customers know.
_EVERYDAY: Final = """
ID PIN VAT FAQ PDF SMS OK UK EU US USA AM PM TV PC USB GPS ATM NHS GP CV DIY IT QR URL CD DVD LED SIM BBC IBAN VIP
CCTV ASAP RSVP NOT AND THE YOU ALL VERY NO YES CEO HR DM MOT CET GMT BST UTC EUR GBP USD WIFI HDMI FM ABC
"""
_KNOWN: Final = frozenset(_EVERYDAY.split())
_ABBREVIATION: Final = re.compile(r"\b[A-Z][A-Za-z]?[A-Z0-9]{1,5}\b(?![@.]\w)")
ABBREVIATIONS: Final = 2  # strange ones in one sentence that make it jargon


class Hit(NamedTuple):
    """Wording that was found, and where."""

    start: int
    end: int


@cache
def _entries() -> dict[str, Any]:
    return tomllib.loads(files("core.language.service").joinpath("findings.toml").read_text(encoding="utf-8"))


@cache
def _patterns() -> Patterns:
    return Patterns(
        [
            (f"{kind} {level}", rf"(?<!\w)(?:{pattern})(?!\w)")
            for kind, entry in _entries().items()
            for level in ("fires", "silent")
            for pattern in entry[level]
        ]
    )


def wording(sentence: str) -> tuple[dict[str, Hit], frozenset[str]]:
    """(the first wording of each kind that fires, kinds whose near misses stand there) in a sentence."""
    found: list[tuple[str, Hit]] = []
    quiet: list[tuple[str, Hit]] = []
    for name, start, end in _patterns().find(sentence.replace("\u2019", "'")):
        kind, level = name.split(" ")
        (quiet if level == "silent" else found).append((kind, Hit(start, end)))
    out: dict[str, Hit] = {}
    for kind, hit in found:
        if not any(k == kind and near.start < hit.end and hit.start < near.end for k, near in quiet):
            out.setdefault(kind, hit)
    strange = abbreviations(sentence)
    if len({m.group() for m in strange}) >= ABBREVIATIONS:
        out["jargon"] = Hit(strange[0].start(), strange[-1].end())
    silent = {kind for kind, _ in quiet} | ({"jargon"} if not strange else set())
    return out, frozenset(silent)


def abbreviations(sentence: str) -> list[re.Match[str]]:
    """Abbreviations that a customer may not know; none in a sentence that is all in capitals."""
    if sentence.isupper():
        return []
    return [m for m in _ABBREVIATION.finditer(sentence) if m.group() not in _KNOWN and not m.group().isdigit()]
