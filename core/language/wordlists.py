"""The word lists of ``words.toml`` as sets."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files


@cache
def wordlists(group: str) -> dict[str, frozenset[str]]:
    """Return the lists of a group (``stop``, ``shift``, ``echo``) by name."""
    entries = tomllib.loads(files("core.language").joinpath("words.toml").read_text(encoding="utf-8"))
    return {name: frozenset(words.split()) for name, words in entries[group].items()}
