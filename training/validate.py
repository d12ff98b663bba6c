"""Checks of the written sets: shape, near-duplicates, openings, lengths, scenarios."""

from __future__ import annotations

import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from core.language.service.reply import CRITERIA
from training import posts
from training.targets import FINE, KINDS, SENTIMENT, TAGS, TARGETS
from training.written_sets import FOLDER, part_of, read


def _names(text: str) -> list[str]:
    return text.split()


TOO_ALIKE: Final = 0.6  # Jaccard similarity on word trigrams
SIGNALS: Final = frozenset(_names("cancellation regulator legal safety self_harm vulnerability"))
REGISTERS: Final = frozenset(_names("formal plain casual terse non_native dialect polite_fury sarcastic"))
CHANNELS: Final = frozenset(_names("email chat web social phone_text"))
PENALTIES: Final = frozenset(_names("blame dismissal over_promise copy_paste"))
_WORD: Final = re.compile(r"\w+(?:['’]\w+)*")


def trigrams(text: str) -> frozenset[tuple[str, ...]]:
    """Word trigrams; a shorter text is its own only gram."""
    words = tuple(w.lower() for w in _WORD.findall(text))
    if len(words) < 3:
        return frozenset([words])
    return frozenset(words[i : i + 3] for i in range(len(words) - 2))


def alike(texts: Sequence[str]) -> list[tuple[int, int, float]]:
    """Pairs above TOO_ALIKE; candidates share a trigram, so no pair above it is missed."""
    grams = [trigrams(t) for t in texts]
    index: dict[tuple[str, ...], list[int]] = defaultdict(list)
    out = []
    for n, mine in enumerate(grams):
        shared = Counter(m for g in mine for m in index[g])
        for m, count in shared.items():
            value = count / (len(mine) + len(grams[m]) - count)
            if value > TOO_ALIKE:
                out.append((m, n, value))
        for g in mine:
            index[g].append(n)
    return out


def customer_faults(row: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with a customer row."""
    checks = (
        ("label", SENTIMENT),
        ("tag", TAGS),
        ("target", TARGETS),
        ("register", REGISTERS),
        ("channel", CHANNELS),
        ("intensity", (0, 1, 2, 3)),
        ("nature", ("process", "emotional", "mixed", "none")),
        ("escalation", (0, 1)),
    )
    for key, allowed in checks:
        if row.get(key) not in allowed:
            yield f"{key} is {row.get(key)!r}"
    if set(row.get("signals", [])) - SIGNALS or set(row.get("also", [])) - set(TAGS):
        yield "unknown signal or tag"
    yield from _text_faults(row, "text")


def reply_faults(row: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with a reply row."""
    rated = [*row.get("criteria", {}).values(), row.get("polite")]
    if len(rated) != len(CRITERIA) + 1 or not all(v in (0, 1, 2, 3, 4) for v in rated):
        yield "criteria are not five ratings of 0 to 4"
    if row.get("outcome") not in ("given", "missing", "not_called_for"):
        yield f"outcome is {row.get('outcome')!r}"
    wrong = "not_called_for" if row.get("called_for") else "missing"
    if row.get("outcome") == wrong:  # a warm answer to praise may be 'given' though not called for
        yield "outcome does not fit called_for"
    if set(row.get("penalties", [])) - PENALTIES:
        yield "unknown penalty"
    for found in row.get("findings", []):
        if found["kind"] not in KINDS or found["text"] not in row["reply"]:
            yield f"finding {found['kind']} does not stand in the reply"
    yield from _text_faults(row, "reply")


def post_faults(row: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with a post."""
    if not str(row.get("text", "")).strip() or not row.get("id") or row.get("by") not in posts.WRITERS:
        yield "text or id is empty, or nobody is named who writes"
    if row.get("label", "neutral") not in SENTIMENT or row.get("tag", "neutral") not in TAGS:
        yield "unknown label or tag"
    if set(row.get("fine", [])) - set(FINE) or set(row.get("kinds", [])) - set(posts.KINDS):
        yield "unknown emotion or finding"
    if row.get("part", "dev") != "dev":
        yield "a post teaches or is of part dev"
    if not all(row.get(key, 0) in range(posts.MOST + 1) for key in ("warmth", "understanding")):
        yield "warmth or understanding is out of range"


def _text_faults(row: Mapping[str, Any], key: str) -> Iterator[str]:
    if not str(row.get(key, "")).strip() or not row.get("scenario") or not row.get("id"):
        yield f"{key}, scenario or id is empty"


@dataclass(frozen=True)
class Checked:
    """The report of one written set."""

    rows: int
    faults: list[str]
    pairs: list[tuple[str, str, float]]
    openings: int
    scenarios: Mapping[str, int]
    lengths: tuple[int, int, int, int, int]

    @property
    def passed(self) -> bool:
        """Whether the build may use the set."""
        return not self.faults and not self.pairs


# Where each set has its text, and what may be wrong with a row. Posts have no scenario: they only teach.
SETS: Final = {
    "customers": ("text", customer_faults),
    "replies": ("reply", reply_faults),
    "posts": ("text", post_faults),
}


def check(kind: str, rows: Sequence[Mapping[str, Any]]) -> Checked:
    """Validate all rows of one of SETS."""
    key, faults_of = SETS[kind]
    faults = [f"{r.get('id')}: {f}" for r in rows for f in faults_of(r)]
    faults += [f"{i}: id used twice" for i, n in Counter(r["id"] for r in rows).items() if n > 1]
    texts = [str(r[key]) for r in rows]
    pairs = [(str(rows[a]["id"]), str(rows[b]["id"]), round(v, 2)) for a, b, v in alike(texts)]
    openings = len({tuple(w.lower() for w in _WORD.findall(t)[:3]) for t in texts})
    scenarios = Counter(part_of(s) for s in {r["scenario"] for r in rows if "scenario" in r})
    return Checked(len(rows), faults, pairs, openings, scenarios, spread(texts))


def spread(texts: Iterable[str]) -> tuple[int, int, int, int, int]:
    """Words at 5, 25, 50, 75 and 95 percent."""
    sizes = sorted(len(t.split()) for t in texts) or [0]
    cuts = [sizes[min(len(sizes) - 1, int(q * len(sizes)))] for q in (0.05, 0.25, 0.5, 0.75, 0.95)]
    return (cuts[0], cuts[1], cuts[2], cuts[3], cuts[4])


def known_already(folder: Path) -> list[tuple[str, str, float]]:
    """Posts that are too like a text of the split sets: what is tested must not be taught."""
    split = [
        (r["id"], r[key])
        for kind in ("customers", "replies")
        for key in ("text", "reply", "customer")
        for r in read(kind, folder)
        if key in r
    ]
    short = [(r["id"], r["text"]) for r in posts.read(folder)]
    names, texts = zip(*split, *short, strict=True) if split or short else ((), ())
    return [(names[a], names[b], round(v, 2)) for a, b, v in alike(texts) if (a < len(split)) != (b < len(split))]


def main(folder: Path = FOLDER) -> int:
    """Print all reports; 1 where the build must stop."""
    bad = 0
    for kind in SETS:
        done = check(kind, posts.read(folder) if kind == "posts" else read(kind, folder))
        print(
            f"{kind}: {done.rows} rows, {dict(done.scenarios)} scenarios, {done.openings} "
            f"distinct openings, words at 5/25/50/75/95 %: {done.lengths}"
        )
        for line in [*done.faults[:20], *(f"too alike: {p}" for p in done.pairs[:20])]:
            print("  " + line)
        print(f"  {len(done.faults)} faults, {len(done.pairs)} pairs too alike")
        bad += not done.passed
    taken = known_already(folder)
    print("\n".join([f"{len(taken)} posts like a text of the split sets", *(f"  {p}" for p in taken[:20])]))
    return int(bad > 0 or bool(taken))


if __name__ == "__main__":
    sys.exit(main())
