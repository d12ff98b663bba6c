"""The ways in: one module a vendor that has a declaration, and the signals feed."""

from __future__ import annotations

from importlib import import_module
from importlib.resources import files

from core.ports import Intake


def intakes() -> dict[str, Intake]:
    """Return every intake by the word in its path."""
    declared = [folder.name for folder in files("manifests").iterdir() if folder.joinpath("plugin.toml").is_file()]
    return {name: import_module(f"webhooks.{name}").intake for name in (*sorted(declared), "signals")}
