"""Short texts written for this project that only teach: they stand beside the split sets, in no test part.

They widen what the student has met: posts to companies, chats, turns spoken to an assistant, feelings named outright,
single sentences of replies. A row says what is known of it; the teacher says the rest. The few rows of part "dev" teach
nothing: the sentiment's prior for long messages is set by them as well.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from training.targets import FINE, SENTIMENT, TAGS, Example
from training.written_sets import FOLDER

KINDS: Final = ("dismissive", "blaming", "robotic", "over_promise")
WRITERS: Final = ("customer", "agent", "peer")  # a peer answers somebody in trouble
MOST: Final = 2  # of warmth and understanding
WEIGHT: Final = {"written_posts": 6.0, "written_lines": 2.0}  # few texts; what a hand says of them is to be heard


def read(folder: Path = FOLDER) -> list[dict[str, Any]]:
    """All rows; a line that is no JSON object is an error."""
    paths = sorted(folder.glob("posts-*.jsonl"))
    return [json.loads(line) for path in paths for line in path.read_text(encoding="utf-8").splitlines()]


def example(row: Mapping[str, Any]) -> Example:
    """A row with every target that it carries."""
    known: dict[str, dict[str, float]] = {}
    if "label" in row:
        known["sentiment"] = {s: 0.9 if s == row["label"] else 0.05 for s in SENTIMENT}
    if "tag" in row:
        known["tag"] = {t: float(t == row["tag"]) for t in TAGS}
    if "fine" in row:
        known["fine"] = {f: float(f in row["fine"]) for f in FINE}
    if "kinds" in row:
        known["reply"] = {k: float(k in row["kinds"]) for k in KINDS}
    if "warmth" in row:
        known["reply"] = {"validates": row["warmth"] / MOST, "acknowledges": row["understanding"] / MOST}
    source = "written_posts" if row["by"] == "customer" else "written_lines"
    return Example(row["text"], source, known, WEIGHT[source])


def posts(folder: Path = FOLDER) -> list[Example]:
    """Every post that teaches, as an example."""
    return [example(row) for row in read(folder) if "part" not in row]


def kept(folder: Path = FOLDER) -> list[dict[str, Any]]:
    """The rows of part "dev": they teach nothing and help to set what is fitted after training."""
    return [row for row in read(folder) if row.get("part") == "dev"]
