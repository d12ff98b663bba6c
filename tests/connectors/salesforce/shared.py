"""Reads the vendor's metadata description and recorded traffic from outside the tree; skips where there is none."""

from __future__ import annotations

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

XSD = "{http://www.w3.org/2001/XMLSchema}"


def folder() -> Path:
    given = os.environ.get("ATTUNE_SHARED")
    if not given:
        pytest.skip("skipped: ATTUNE_SHARED not set")
    return Path(given) / "vendor-specs" / "salesforce"


def recorded(name: str) -> Any:
    """Return a recorded answer."""
    return json.loads((folder() / "recorded" / f"restforce-{name}_response.json").read_text(encoding="utf-8"))


def outbound(name: str) -> bytes:
    """Return a recorded outbound message or its acknowledgement."""
    return (folder() / "recorded" / f"outbound-message-{name}.xml").read_bytes()


@cache
def types(path: Path) -> dict[str, Any]:
    """Return the types of the Metadata API by name: a set of values, or elements with their types."""
    root = etree.parse(str(path)).getroot()
    found: dict[str, Any] = {}
    for one in root.iter(f"{XSD}simpleType"):
        found[one.get("name")] = frozenset(value.get("value") for value in one.iter(f"{XSD}enumeration"))
    for one in root.iter(f"{XSD}complexType"):
        if one.get("name"):
            found[one.get("name")] = _elements(one)
    return found


def _elements(one: Any) -> dict[str, tuple[str, bool]]:
    """Return name -> (type, may it repeat); what a type extends stands under the empty name."""
    elements = {
        element.get("name"): (str(element.get("type")).partition(":")[2], element.get("maxOccurs") == "unbounded")
        for element in one.iter(f"{XSD}element")
    }
    base = next((b.get("base").partition(":")[2] for b in one.iter(f"{XSD}extension")), None)
    return {**elements, **({"": (base, False)} if base else {})}


def metadata_types() -> dict[str, Any]:
    return types(folder() / "metadata-v63.wsdl")
