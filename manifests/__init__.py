"""What is uploaded to each vendor, and one declaration a vendor: a vendor is what has ``<vendor>/plugin.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def declarations() -> Mapping[str, Mapping[str, Any]]:
    """Return every vendor's declaration, by the vendor word, in alphabetical order."""
    found = {}
    for folder in sorted(files("manifests").iterdir(), key=lambda entry: entry.name):
        path = folder.joinpath("plugin.toml")
        if path.is_file():
            found[folder.name] = tomllib.loads(path.read_text(encoding="utf-8"))
    return found
