"""PRIV-8: what customers and staff are told, made from what is switched on (``notices.toml``)."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from string import Template
from typing import Any

from core.compliance.retention import SCHEDULE

# The setting under which the contact stands.
CONTACT = "notice_contact"
BY_ANSWER = "by a word in any answer to us"
OVERSEER = "One named person watches the scores and may stop Attune."


@dataclass(frozen=True, slots=True)
class Facts:
    """What notices are made from.

    ``bases``: purpose -> lawful basis; ``contact``: where to say no; empty = by reply.
    """

    organisation: str
    bases: Mapping[str, str]
    tools: Sequence[str]
    reply_write: str
    contact: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """One text. ``item``: the point of the checklist that it belongs to; ``use``: where it goes."""

    name: str
    item: str
    title: str
    use: str
    text: str


def notices(facts: Facts) -> list[Notice]:
    """Return all texts as they have to be now; none while no purpose has a basis, for then nothing is analysed."""
    listed = _listed()
    purposes = [name for name in listed["purpose"] if name in facts.bases]
    if not purposes:
        return []
    filled = {
        "organisation": facts.organisation,
        "why": ", and ".join(listed["purpose"][name] for name in purposes),
        "tools": _and(sorted(facts.tools)) or "our help desk",
        "bases": " ".join(_basis(listed, name, facts.bases[name]) for name in purposes),
        "words": str(SCHEDULE["message_text"]),
        "cases": str(SCHEDULE["case_score"]),
        "accounts": str(SCHEDULE["account_aggregate"]),
        "reply": listed["reply"][facts.reply_write],
        "where": f"at {facts.contact}" if facts.contact else BY_ANSWER,
        "overseer": OVERSEER,
    }
    return [
        Notice(one["name"], one["item"], one["title"], one["use"], Template(one["text"].strip()).substitute(filled))
        for one in listed["notice"]
    ]


def version(found: Sequence[Notice], item: str) -> str:
    """Return what a point's texts are known by; it changes with any word of them. Empty: there are none."""
    texts = "\0".join(one.text for one in found if one.item == item)
    return hashlib.sha256(texts.encode()).hexdigest()[:8] if texts else ""


def _basis(listed: Mapping[str, Any], purpose: str, basis: str) -> str:
    said = listed["basis"].get(basis, basis.replace("_", " "))
    return f"We do it {listed['purpose'][purpose]}; the basis is {said}."


def _and(parts: Sequence[str]) -> str:
    return " and ".join(parts) if len(parts) < 3 else f"{', '.join(parts[:-1])} and {parts[-1]}"


@cache
def _listed() -> dict[str, Any]:
    return tomllib.loads(files("core.compliance").joinpath("notices.toml").read_text(encoding="utf-8"))
