"""What one stage of training leaves for the next, kept in an ignored folder so that a run can be resumed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

from training.targets import Example

FOLDER = Path("var/training")


def stamp(*parts: Any) -> str:
    """A short name of everything that a stage rests on; examples count by their content."""
    seen = hashlib.sha256()
    for part in parts:
        listed: Iterable[Any] = part if isinstance(part, list) else [part]
        for item in listed:
            seen.update(repr(astuple(item) if isinstance(item, Example) else item).encode())
    return seen.hexdigest()[:16]


@dataclass(frozen=True)
class Stage:
    """One file of the folder, and beside it the stamp of what it was made from."""

    name: str

    @property
    def path(self) -> Path:
        """Where the stage's result lies."""
        FOLDER.mkdir(parents=True, exist_ok=True)
        return FOLDER / self.name

    @property
    def _stamp(self) -> Path:
        return FOLDER / f"{self.name}.json"

    @property
    def stamped(self) -> str | None:
        """What the result was made from; None where there is none."""
        if not (self.path.is_file() and self._stamp.is_file()):
            return None
        return str(json.loads(self._stamp.read_text(encoding="utf-8")).get("of"))

    def done(self, of: str) -> bool:
        """Whether the result is there and was made from the same."""
        return self.stamped == of

    def finish(self, of: str) -> None:
        """Say what the result was made from; called last."""
        self._stamp.write_text(json.dumps({"of": of}) + "\n", encoding="utf-8")

    def forget(self) -> None:
        """Make the stage run again."""
        self._stamp.unlink(missing_ok=True)


TEACHER, ANSWERS, STUDENT, WIDE = (Stage(n) for n in ("teacher.pt", "answers.npz", "student.pt", "wide.npz"))
BY_NAME = {"teacher": TEACHER, "answers": ANSWERS, "student": STUDENT, "wide": WIDE}
