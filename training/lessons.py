"""What is learnt from: train parts only, without what is held back."""

from __future__ import annotations

from pathlib import Path

from training.fragments import fragments
from training.posts import posts
from training.rewording import rewordings
from training.sets import held, public_examples, unlabelled
from training.targets import Example
from training.written_sets import written_examples


def lessons(folder: Path) -> list[Example]:
    """All that has labels."""
    public = [e for e in public_examples(folder) if not held(e.text)]
    return public + [e for e in written_examples() if e.part == "train"] + posts()


def labelled(folder: Path) -> list[Example]:
    """All that has labels, and rewordings of it."""
    found = lessons(folder)
    return found + rewordings(found)


def without_labels(folder: Path, found: list[Example]) -> list[Example]:
    """What only the teacher speaks about: further permitted texts, and fragments of all."""
    more = [e for e in unlabelled(folder) if not held(e.text)]
    return more + fragments([e for e in found if not e.origin] + more)
