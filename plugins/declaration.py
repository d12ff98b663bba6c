"""Binds the vendors' declarations (``manifests/<vendor>/plugin.toml``) to their code."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from core.installation import modules
from core.installation.ports import App, Grants, SignIn
from core.jobs.runtime import Vendor
from core.ports import Access, Clock
from manifests import declarations


def vendors() -> dict[str, Vendor]:
    """Return every vendor, its code imported at the first use only: the SDKs are large."""
    return {name: _vendor(name, declared) for name, declared in declarations().items()}


def door(vendor: str, app: App, clock: Clock) -> Grants:
    """Return a vendor's half of connecting, imported at the first use only."""
    found: Grants = import_module(f"connectors.{vendor}.grants").build(app, modules.scopes(vendor), clock)
    return found


def signs_in(vendor: str) -> Mapping[str, str]:
    """Return the sites at which a vendor proves who somebody is, each with its label; none where it does not."""
    sites: Mapping[str, str] = declarations().get(vendor, {}).get("sign_in", {})
    return sites


def sign_in(vendor: str, app: App, clock: Clock) -> SignIn:
    """Return the half of a vendor that proves a person, imported at the first use only."""
    found: SignIn = import_module(f"connectors.{vendor}.identity").build(app, modules.scopes(vendor), clock)
    return found


def _vendor(name: str, declared: Mapping[str, Any]) -> Vendor:
    limits = {limit: (float(calls), float(seconds)) for limit, (calls, seconds) in declared.get("limits", {}).items()}
    return Vendor(
        name=name,
        build=_builder(name, "plugin"),
        setup=_builder(name, "setup"),
        door=partial(door, name),
        label=declared.get("label", name.title()),
        home=declared.get("home", 9),
        records=declared.get("records", 1000),
        limits=limits,
    )


def _builder(name: str, part: str) -> Callable[[Access], Any]:
    def build(access: Access) -> Any:
        return import_module(f"plugins.{name}.{part}").build(access)

    return build


def option_defaults(vendor: str) -> dict[str, Any]:
    """Return the options that a vendor's code reads with their defaults: how to reach an account, what is mapped."""
    found: dict[str, Any] = {}
    for module, kind in (
        (f"connectors.{vendor}.settings", "ConnectionSettings"),
        (f"plugins.{vendor}.settings", "MappingSettings"),
        (f"plugins.{vendor}.access", "AccessSettings"),
    ):
        for entry in fields(getattr(import_module(module), kind)) if find_spec(module) else ():
            made = entry.default_factory() if callable(entry.default_factory) else ""
            found[entry.name] = made if entry.default is MISSING else entry.default
    return found
