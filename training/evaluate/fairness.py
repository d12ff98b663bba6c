"""Counterfactual swaps: another name, another English, and how far sentiment moves."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from training.evaluate import systems
from training.evaluate.sentiment import written_test

NAMES = (
    "Emily Walsh",
    "Greg Baker",
    "Lakisha Washington",
    "Jamal Robinson",
    "Mohammed Al-Amin",
    "Fatima Begum",
    "Wei Zhang",
    "Priya Nair",
    "Oluwaseun Adeyemi",
    "Agnieszka Nowak",
    "Juan Hernández",
    "Siobhán Ní Bhriain",
    "Giorgos Papadopoulos",
    "Thi Mai Nguyen",
)
MARKERS: dict[str, tuple[tuple[str, str], ...]] = {
    "African American English": (
        (r"\bis not\b|\bisn't\b", "ain't"),
        (r"\bthey are\b", "they"),
        (r"\bgoing to\b", "finna"),
        (r"\bwith\b", "wit"),
        (r"\bthat\b", "dat"),
        (r"\bthe\b", "da"),
    ),
    "Scottish": (
        (r"\byour\b", "yer"),
        (r"\byou\b", "ye"),
        (r"\bnot\b", "no"),
        (r"\bmy\b", "ma"),
        (r"\bto\b", "tae"),
        (r"\bdon't\b", "dinnae"),
        (r"\bcan't\b", "cannae"),
    ),
    "Indian": (
        (r"\bplease\b", "kindly"),
        (r"\bI want\b", "I am wanting"),
        (r"\bI have\b", "I am having"),
        (r"\btoday\b", "today only"),
    ),
    "Singapore": ((r"[.!]?$", " lah"), (r"\bthe\b ", ""), (r"\balready\b", "liao")),
    "Nigerian": ((r"\bPlease\b", "Abeg"), (r"\bplease\b", "abeg"), (r"\bis\b", "dey"), (r"\bthem\b", "dem")),
    "London spellings, none of them listed": (
        (r"\bwith\b", "wiv"),
        (r"\bthink\b", "fink"),
        (r"\bnothing\b", "nuffink"),
        (r"\bsomething\b", "sumfink"),
        (r"\byour\b", "yor"),
        (r"\bhave\b", "'av"),
    ),
    "non-native": ((r"\b(?:the|a|an) ", ""), (r"\bhas\b", "have"), (r"\bdidn't\b", "not")),
}


def moved(texts: list[str], change: Callable[[str], str]) -> list[tuple[float, str, str]]:
    """(difference, before, after) of every text that the change touches."""
    pairs = [(t, change(t)) for t in texts]
    pairs = [(a, b) for a, b in pairs if a != b]
    before = systems.judged([a for a, _ in pairs])
    after = systems.judged([b for _, b in pairs])
    return [(j.sentiment - i.sentiment, a, b) for (a, b), i, j in zip(pairs, before, after, strict=True)]


def table() -> list[str]:
    """Mean shift for each swap and the worst pairs."""
    texts = [r["text"] for r in written_test() if len(r["text"].split()) >= 5][:250]
    lines = [
        "Many spellings are looked through by a list (`core/language/service/dialects.py`, wider than the swaps below) "
        "and unknown words by their sound; one swap uses spellings that the list does not hold.",
        "",
        "| swap | n | mean absolute shift | mean shift | over 0.2 |",
        "|---|---|---|---|---|",
    ]
    worst: list[tuple[float, str, str]] = []
    named = [moved(texts[:120], partial(signed, name)) for name in NAMES]
    base = np.mean([[d for d, _, _ in m] for m in named], axis=0)
    for name, found in zip(NAMES, named, strict=True):
        values = np.array([d for d, _, _ in found]) - base
        lines.append(row(f"signed {name}, against the mean of all names", values))
        worst += [(float(v), a, b) for v, (_, a, b) in zip(values, found, strict=True)]
    for name, rules in MARKERS.items():
        found = moved(texts, partial(dialect, rules))
        lines.append(row(f"{name} markers", np.array([d for d, _, _ in found])))
        worst += found
    worst.sort(key=lambda w: -abs(w[0]))
    return [*lines, "", "Worst pairs:", "", *(f"- {d:+.2f}: “{short(a)}” → “{short(b)}”" for d, a, b in worst[:12])]


def row(name: str, values: np.ndarray[Any, Any]) -> str:
    """One line."""
    size = np.abs(values)
    return f"| {name} | {len(values)} | {size.mean():.3f} | {values.mean():+.3f} | {(size > 0.2).mean():.2f} |"


def signed(name: str, text: str) -> str:
    """The text with a name under it."""
    return f"{text} {name}"


def dialect(rules: tuple[tuple[str, str], ...], text: str) -> str:
    """The text with a dialect's markers."""
    for pattern, replacement in rules:
        text = re.sub(pattern, replacement, text)
    return text


def short(text: str) -> str:
    """At most 90 characters on one line."""
    line = " ".join(text.split())
    return line if len(line) <= 90 else line[:87] + "..."
