"""The ways in: one module a vendor that has a declaration, and the signals feed."""

from __future__ import annotations

from importlib import import_module

from core.ports import Intake
from manifests import declarations


def intakes() -> dict[str, Intake]:
    """Return every intake by the word in its path."""
    return {name: import_module(f"webhooks.{name}").intake for name in (*declarations(), "signals")}
