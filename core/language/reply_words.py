"""Wording of replies that rules go by, from ``reply.toml``."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files


@cache
def wording(name: str) -> re.Pattern[str]:
    """Return one list of ``reply.toml`` as a pattern of whole words."""
    entries = tomllib.loads(files("core.language").joinpath("reply.toml").read_text(encoding="utf-8"))
    return re.compile(rf"\b(?:{'|'.join(entries[name])})\b", re.IGNORECASE)
