"""Agreement of two blind labellings of the same texts; both raw files stay in the repository."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from core.language.service.reply import CRITERIA
from training import posts
from training.evaluate.measures import agreement
from training.targets import KINDS, SENTIMENT, TAGS
from training.written_sets import FOLDER, read

Row = Mapping[str, Any]


def second(folder: Path = FOLDER, name: str = "blind-second.jsonl") -> list[dict[str, Any]]:
    """The second labels, empty where they are not there yet."""
    path = folder / name
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    return [json.loads(line) for line in lines if line.strip()]


def paired(first: Sequence[Row], again: Sequence[Row]) -> list[tuple[Row, Row]]:
    """Rows with both labels, by id."""
    by_id = {r["id"]: r for r in first}
    return [(by_id[r["id"]], r) for r in again if r["id"] in by_id]


def table(pairs: Sequence[tuple[Row, Row]]) -> list[str]:
    """Kappa for every label; ratings with quadratic weights."""
    lines = ["| label | agreement (kappa) | same |", "|---|---|---|"]
    for name in CRITERIA:
        a, b = (np.array([p[i]["criteria"][name] for p in pairs], int) for i in (0, 1))
        lines.append(f"| {name}, 0 to 4, quadratic weights | {agreement(a, b, 5):.2f} | {np.mean(a == b):.2f} |")
    outcomes = ("given", "missing", "not_called_for")
    for name in outcomes:
        lines.append(_flag(f"outcome {name}", [(p["outcome"] == name, q["outcome"] == name) for p, q in pairs]))
    lines.append(_flag("called for", [(p["called_for"], q["called_for"]) for p, q in pairs]))
    for kind in sorted(KINDS):
        lines.append(_flag(f"finding {kind}", [(_has(p, kind), _has(q, kind)) for p, q in pairs]))
    return lines


def post_table(pairs: Sequence[tuple[Row, Row]]) -> list[str]:
    """Kappa for every side and tag of the posts."""
    wanted = [("label", value) for value in SENTIMENT] + [("tag", value) for value in TAGS]
    return [
        _flag(f"post's {key} {value}", [(p[key] == value, q[key] == value) for p, q in pairs]) for key, value in wanted
    ]


def post_pairs() -> list[tuple[Row, Row]]:
    """Posts with both labels."""
    return paired(posts.read(), second(name="blind-posts.jsonl"))


def _has(row: Row, kind: str) -> bool:
    return any(f["kind"] == kind for f in row.get("findings", []))


def _flag(name: str, values: Sequence[tuple[bool, bool]]) -> str:
    a, b = (np.array([int(v[i]) for v in values]) for i in (0, 1))
    return f"| {name} ({a.sum()}/{b.sum()}) | {agreement(a, b, 2):.2f} | {np.mean(a == b):.2f} |"


def main() -> int:
    """Print the table; 1 where there are no second labels."""
    pairs = paired(read("replies"), second())
    if not pairs:
        print("no second labels yet")
        return 1
    print(f"{len(pairs)} replies labelled twice, the second time without the first labels in view.")
    twice = post_pairs()
    print(f"{len(twice)} posts labelled by two hands that saw the texts alone.")
    print("\n".join([*table(pairs), *post_table(twice)]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
