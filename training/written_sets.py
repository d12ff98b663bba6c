"""The sets written for this project: reading, scenario split, examples."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from core.language.service.reply import CRITERIA
from core.language.service.sentences import sentences
from training.targets import FOUND, SENTIMENT, TAGS, TARGETS, Example

FOLDER: Final = Path(__file__).parent / "written"
DEV_SHARE: Final = 15  # percent of scenarios
TEST_SHARE: Final = 15
SENTENCE_KINDS: Final = tuple(k for k in FOUND if k != "no_next_step")


def part_of(scenario: str) -> str:
    """train, dev or test by scenario, so that no scenario is on two sides."""
    bucket = int(hashlib.sha256(scenario.encode()).hexdigest(), 16) % 100
    if bucket < DEV_SHARE:
        return "dev"
    return "test" if bucket < DEV_SHARE + TEST_SHARE else "train"


def read(kind: str, folder: Path = FOLDER) -> list[dict[str, Any]]:
    """All rows of ``customers`` or ``replies``; a line that is no JSON object is an error."""
    out = []
    for path in sorted(folder.glob(f"{kind}-*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.strip():
                out.append(json.loads(line))
    return out


def of_part(kind: str, part: str) -> list[dict[str, Any]]:
    """Written rows of one part."""
    return [r for r in read(kind) if part_of(r["scenario"]) == part]


def customer_example(row: dict[str, Any]) -> Example:
    """A written customer message with every target it carries."""
    named = {row["tag"], *row.get("also", [])}
    nature = row.get("nature", "none")
    known = {
        "sentiment": {s: 0.95 if s == row["label"] else 0.025 for s in SENTIMENT},
        "tag": {t: float(t in named) for t in TAGS},
        "target": {t: float(t == row.get("target", "none")) for t in TARGETS},
        "state": {
            "escalation": float(row.get("escalation", 0)),
            "process": float(nature in ("process", "mixed")),
            "emotional": float(nature in ("emotional", "mixed")),
            "intensity": row.get("intensity", 0) / 3,
        },
    }
    return Example(row["text"], "written_customers", known, 3.0, part_of(row["scenario"]))


def reply_targets(row: dict[str, Any]) -> dict[str, float]:
    """The reply's ratings as values between 0 and 1."""
    kinds = {f["kind"] for f in row.get("findings", [])}
    kinds |= {"blaming" for p in row.get("penalties", []) if p == "blame"}
    kinds |= {"dismissive" for p in row.get("penalties", []) if p == "dismissal"}
    kinds |= {"over_promise" for p in row.get("penalties", []) if p == "over_promise"}
    rated = {c: row["criteria"][c] / 4 for c in CRITERIA}
    rest = {k: float(k in kinds) for k in FOUND}
    return rated | {"given": float(row["outcome"] == "given"), "polite": row["polite"] / 4} | rest


def reply_examples(row: dict[str, Any]) -> Iterator[Example]:
    """The reply with its ratings, and its customer's message with 'called for'."""
    part = part_of(row["scenario"])
    yield Example(row["reply"], "written_replies", {"reply": reply_targets(row)}, 3.0, part, row["customer"])
    yield Example(row["customer"], "written_replies", {"state": {"called_for": float(row["called_for"])}}, 1.0, part)


def sentence_examples(row: dict[str, Any]) -> Iterator[Example]:
    """Each sentence of a reply with the kinds of finding that stand in it."""
    part, reply = part_of(row["scenario"]), row["reply"]
    marked = [(reply.find(f["text"]), len(f["text"]), f["kind"]) for f in row.get("findings", []) if f["text"]]
    for start, end, text in sentences(reply):
        kinds = {
            k
            for at, size, k in marked
            if at >= 0 and min(end, at + size) - max(start, at) > 0.4 * min(size, end - start)
        }
        if len(text.split()) > 1:
            known = {k: float(k in kinds) for k in SENTENCE_KINDS}
            yield Example(text, "written_sentences", {"reply": known}, 1.5, part, row["customer"])


def written_examples(folder: Path = FOLDER) -> list[Example]:
    """Every written example of all parts; the customer messages of replies once each."""
    out = [customer_example(r) for r in read("customers", folder)]
    seen: set[str] = set()
    for row in read("replies", folder):
        for e in reply_examples(row):
            if "state" not in e.known or e.text not in seen:
                out.append(e)
            seen.add(e.text)
        out += list(sentence_examples(row))
    return out
