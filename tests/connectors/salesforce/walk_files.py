"""Reads a metadata file of the source format as the values that ``walk.faults`` takes, and names what is wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lxml import etree

from tests.connectors.salesforce.walk import PLAIN, faults

NAMESPACE = "{http://soap.sforce.com/2006/04/metadata}"
# The description calls these opaque: what is in them is not described.
OPAQUE = frozenset({"base64Binary"})
READ: dict[str, Any] = {"int": int, "double": float}


def file_faults(path: Path, types: dict[str, Any]) -> list[str]:
    """Return where a file is not what its root element says that it is."""
    return element_faults(etree.parse(str(path)).getroot(), types)


def element_faults(root: Any, types: dict[str, Any]) -> list[str]:
    """Return where an element is not what its own name says."""
    kind = _local(root)
    if not root.tag.startswith(NAMESPACE) or kind not in types:
        return [f"{root.tag}: no metadata"]
    return faults(_value(root, kind, types), kind, types)


def _value(element: Any, name: str, types: dict[str, Any]) -> Any:
    text = (element.text or "").strip()
    if name in PLAIN:
        return _plain(text, name)
    if not isinstance(types.get(name), dict):
        return text
    found: dict[str, Any] = {}
    for child in element.iterchildren(tag=etree.Element):
        key = _local(child)
        kind = _kind(key, name, types)
        if kind in OPAQUE:
            continue
        value = _value(child, kind, types) if kind else child.text
        found[key] = [*_listed(found[key]), value] if key in found else value
    return found


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _plain(text: str, name: str) -> Any:
    if name == "boolean":
        return {"true": True, "false": False}.get(text, text)
    try:
        return READ.get(name, str)(text)
    except ValueError:
        return text


def _kind(key: str, name: str, types: dict[str, Any]) -> str:
    while name:
        if key in types[name]:
            return str(types[name][key][0])
        name = types[name].get("", ("", False))[0]
    return ""


def _local(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]
