"""A vendor is what has ``manifests/<vendor>/plugin.toml``: this reads the declarations and binds them to code."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from importlib.resources import files
from typing import Any

from core.jobs.runtime import Vendor
from core.ports import Access, VendorPlugin


@cache
def declarations() -> Mapping[str, Mapping[str, Any]]:
    """Return every vendor's declaration, by the vendor word."""
    found = {}
    for folder in sorted(files("manifests").iterdir(), key=lambda entry: entry.name):
        path = folder.joinpath("plugin.toml")
        if path.is_file():
            found[folder.name] = tomllib.loads(path.read_text(encoding="utf-8"))
    return found


def vendors() -> dict[str, Vendor]:
    """Return every vendor, its code imported at the first use only: the SDKs are large."""
    return {name: _vendor(name, declared) for name, declared in declarations().items()}


def _vendor(name: str, declared: Mapping[str, Any]) -> Vendor:
    limits = {limit: (float(entry["calls"]), float(entry["seconds"])) for limit, entry in declared.get("limits", {}).items()}
    return Vendor(
        name=name, build=_builder(name), label=declared.get("label", name.title()), home=declared.get("home", 9),
        records=declared.get("records", 1000), limits=limits,
    )


def _builder(name: str) -> Callable[[Access], VendorPlugin]:
    def build(access: Access) -> VendorPlugin:
        plugin: VendorPlugin = import_module(f"plugins.{name}.plugin").build(access)
        return plugin

    return build
