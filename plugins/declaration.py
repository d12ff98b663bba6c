"""Binds the vendors' declarations (``manifests/<vendor>/plugin.toml``) to their code."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

from core.jobs.runtime import Vendor
from core.ports import Access, VendorPlugin
from manifests import declarations


def vendors() -> dict[str, Vendor]:
    """Return every vendor, its code imported at the first use only: the SDKs are large."""
    return {name: _vendor(name, declared) for name, declared in declarations().items()}


def _vendor(name: str, declared: Mapping[str, Any]) -> Vendor:
    limits = {limit: (float(calls), float(seconds)) for limit, (calls, seconds) in declared.get("limits", {}).items()}
    return Vendor(
        name=name,
        build=_builder(name),
        label=declared.get("label", name.title()),
        home=declared.get("home", 9),
        records=declared.get("records", 1000),
        limits=limits,
    )


def _builder(name: str) -> Callable[[Access], VendorPlugin]:
    def build(access: Access) -> VendorPlugin:
        plugin: VendorPlugin = import_module(f"plugins.{name}.plugin").build(access)
        return plugin

    return build
