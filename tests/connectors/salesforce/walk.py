"""Walks a piece of metadata along the types of Salesforce's own description and names every fault."""

from __future__ import annotations

from typing import Any

PLAIN: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "boolean": bool,
    "int": int,
    "double": (int, float),
    "date": str,
    "dateTime": str,
}


def faults(value: Any, name: str, types: dict[str, Any], path: str = "") -> list[str]:
    """Return where ``value`` is no ``name``: unknown elements, wrong types, values that are not listed."""
    if name in PLAIN:
        wrong = not isinstance(value, PLAIN[name]) or (isinstance(value, bool) and name != "boolean")
        return [f"{path}: not a {name}"] if wrong else []
    kind = types[name]
    if isinstance(kind, frozenset):
        return [] if value in kind else [f"{path}: {value!r} is not listed"]
    if not isinstance(value, dict):
        return [f"{path}: not an object"]
    return [fault for key, part in value.items() for fault in _part(key, part, name, types, f"{path}.{key}")]


def _part(key: str, part: Any, name: str, types: dict[str, Any], path: str) -> list[str]:
    found = _element(key, name, types)
    if found is None:
        return [f"{path}: unknown"]
    wanted, repeats = found
    if repeats:
        items = part if isinstance(part, list) else [part]
        return [fault for item in items for fault in faults(item, wanted, types, path)]
    return [f"{path}: may not repeat"] if isinstance(part, list) else faults(part, wanted, types, path)


def _element(key: str, name: str, types: dict[str, Any]) -> tuple[str, bool] | None:
    while name:
        elements = types[name]
        if key and key in elements:
            found: tuple[str, bool] = elements[key]
            return found
        name = elements.get("", ("", False))[0]
    return None


def shape_faults(given: Any, pattern: Any, path: str = "") -> list[str]:
    """Return where ``given`` differs from a recorded answer in its keys or the types of its values.

    A null on either side says nothing of the type; an empty list says nothing of its items.
    """
    if given is None or pattern is None:
        return []
    if isinstance(pattern, dict):
        if not isinstance(given, dict):
            return [f"{path}: not an object"]
        lacking = [f"{path}.{key}: missing" for key in pattern if key not in given]
        shared = [key for key in pattern if key in given]
        return lacking + [f for key in shared for f in shape_faults(given[key], pattern[key], f"{path}.{key}")]
    if isinstance(pattern, list):
        if not isinstance(given, list):
            return [f"{path}: not a list"]
        return [fault for item in given for fault in (shape_faults(item, pattern[0], f"{path}[]") if pattern else [])]
    number = (int, float)
    both = (isinstance(given, number) and isinstance(pattern, number)) or isinstance(given, str)
    same = isinstance(given, bool) is isinstance(pattern, bool) and isinstance(given, str) is isinstance(pattern, str)
    return [] if same and (both or isinstance(given, bool)) else [f"{path}: not a {type(pattern).__name__}"]
