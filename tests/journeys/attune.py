"""The real command ``attune``, as an admin runs it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Ran:
    """How a command ended and what it said."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[Any]:
        """Its output as JSON lines."""
        return [json.loads(line) for line in self.out.splitlines()]


def attune(*arguments: str, environment: Mapping[str, str] | None = None, seconds: float = 240) -> Ran:
    """Run a command to its end."""
    found = shutil.which("attune", path=str(Path(sys.executable).parent))
    command = [found] if found else [sys.executable, "-m", "plugins.cli"]
    ended = subprocess.run(
        [*command, *arguments],
        env={**os.environ, **(environment or {})},
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=seconds,
        check=False,
    )
    return Ran(ended.returncode, ended.stdout, ended.stderr)
