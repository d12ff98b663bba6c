"""Posts teach and nothing else; what is wrong with one is named."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from training import posts
from training.lessons import lessons
from training.matrix import target_matrix
from training.targets import REPLY, SLICES
from training.validate import check, known_already, post_faults
from training.written_sets import FOLDER

SOUND: dict[str, Any] = {
    "id": "p-1",
    "by": "customer",
    "text": "still on hold",
    "label": "negative",
    "tag": "frustration",
}


def test_the_posts_are_many_and_sound() -> None:
    found = check("posts", posts.read())
    assert found.rows > 5000
    assert found.faults == [] and found.pairs == []
    assert found.openings > 0.8 * found.rows


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({}, ""),
        ({"text": " "}, "text or id"),
        ({"by": "robot"}, "writes"),
        ({"label": "angry"}, "label or tag"),
        ({"tag": "rage"}, "label or tag"),
        ({"fine": ["anger", "rage"]}, "unknown emotion"),
        ({"kinds": ["rude"]}, "unknown emotion or finding"),
        ({"warmth": 3, "understanding": 0}, "out of range"),
        ({"part": "dev"}, ""),
        ({"part": "test"}, "part dev"),
    ],
)
def test_a_fault_is_named(change: dict[str, Any], fault: str) -> None:
    found = list(post_faults(SOUND | change))
    assert [fault in f for f in found] == ([True] if fault else [])


def test_a_post_like_a_text_of_the_split_sets_is_refused(tmp_path: Path) -> None:
    first = (FOLDER / "customers-a-01.jsonl").read_text(encoding="utf-8").splitlines()[0]
    (tmp_path / "customers-a-01.jsonl").write_text(first, encoding="utf-8")
    taken = json.loads(first)["text"]
    rows = [SOUND | {"text": taken + " ok"}, SOUND | {"id": "p-2", "text": "a quite other text about a shoe"}]
    (tmp_path / "posts-x.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    assert [pair[1] for pair in known_already(tmp_path)] == ["p-1"]


def test_what_a_post_does_not_say_is_not_learnt() -> None:
    line = {"id": "p-3", "by": "agent", "text": "calm down please", "kinds": ["dismissive"]}
    row = target_matrix([posts.example(line)])[0]
    told = {REPLY[i]: float(v) for i, v in enumerate(row[SLICES["reply"]]) if not np.isnan(v)}
    assert told == {"dismissive": 1.0, "blaming": 0.0, "robotic": 0.0, "over_promise": 0.0}
    assert np.isnan(row[SLICES["sentiment"]]).all()


def test_posts_are_among_the_lessons_and_those_kept_are_not(tmp_path: Path) -> None:
    taught, kept = {e.text for e in lessons(tmp_path)}, {row["text"] for row in posts.kept()}
    assert {e.text for e in posts.posts()} <= taught
    assert kept and not kept & taught
