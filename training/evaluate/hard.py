"""Hard signals against the written test part, and false alarms on bank questions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from core.language.signals import HARD, SAFETY, find
from training.sets import rows
from training.written_sets import of_part

LABELS: Final = {
    "cancellation": "CANCEL_INTENT",
    "regulator": "REGULATOR_MENTION",
    "legal": "LEGAL_THREAT",
    "safety": SAFETY,
    "self_harm": SAFETY,
    "vulnerability": "VULNERABILITY_SIGNAL",
}
# Questions of banking77 that do ask to end the account: found there, "cancel" is right.
ENDING: Final = "terminate_account"
Lines = list[str]


def table(folder: Path | None) -> Lines:
    """Labelled, found, precision and recall of each signal; then the false alarms."""
    found = of_part("customers", "test")
    heard = [codes(r["text"]) for r in found]
    out = ["| signal | labelled | found | precision | recall |", "|---|---|---|---|---|"]
    out += [row(code, found, heard) for code in dict.fromkeys(LABELS.values())]
    return [*out, "", *notes(len(found)), *(false_alarms(folder) if folder else [])]


def codes(text: str) -> frozenset[str]:
    """The hard signals that a text carries."""
    return frozenset(reason.code for reason in find(text)) & HARD


def row(code: str, found: Sequence[dict[str, Any]], heard: Sequence[frozenset[str]]) -> str:
    """One signal's line: what the writers labelled against what the lexicon hears."""
    labelled = [any(LABELS[s] == code for s in r["signals"]) for r in found]
    flagged = [code in h for h in heard]
    both = sum(a and b for a, b in zip(labelled, flagged, strict=True))
    return f"| {code} | {sum(labelled)} | {sum(flagged)} | {share(both, sum(flagged))} | {share(both, sum(labelled))} |"


def share(part: int, whole: int) -> str:
    """A share with two digits, or a dash where there is nothing to share."""
    return f"{part / whole:.2f}" if whole else "–"


def notes(size: int) -> Lines:
    """How to read the table."""
    return [
        f"{size} messages. The writers also labelled what is only implied; the lexicon takes what is said outright, as "
        "a safety signal alone makes a case critical. With so few "
        "labelled, each figure may be off by ten points or more."
    ]


def false_alarms(folder: Path) -> Lines:
    """Share of bank questions with any signal, and with each; those that ask to end the account stand apart."""
    asked = rows(folder, "banking77", "test")
    if not asked:
        return []
    heard = [codes(r["text"]) for r in asked if r["intent"] != ENDING]
    per = Counter(code for h in heard for code in h)
    named = ", ".join(f"{code} {per[code]}" for code in dict.fromkeys(LABELS.values()))
    return [
        "",
        f"banking77 test, {len(heard)} questions that do not ask to end the account: "
        f"{sum(map(bool, heard)) / len(heard):.1%} carry a signal ({named}).",
    ]
