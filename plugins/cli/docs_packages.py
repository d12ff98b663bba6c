"""The generated files of ``manifests/``: what a vendor's ``plugins/<vendor>/package.py`` makes from the catalogue."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from manifests import declarations


def package_files(root: Path) -> dict[Path, str]:
    """Return path -> text of every generated file.

    A vendor with something to generate has ``plugins/<vendor>/package.py`` with ``files() -> dict[str, str]``:
    paths below ``manifests/<vendor>/`` and their texts.
    """
    found = {}
    for vendor in declarations():
        name = f"plugins.{vendor}.package"
        if find_spec(name):
            folder = root / "manifests" / vendor
            found.update({folder / path: text for path, text in import_module(name).files().items()})
    return found
