"""Compares what goes over the wire with the SDK's generated models, and answers with recorded ones."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from hubspot.crm.objects import Configuration

PLAIN: Mapping[str, Any] = {"str": str, "int": int, "bool": bool, "float": (int, float), "object": object}
# HubSpot writes these ids of associations as numbers where its own specification says text.
NUMBERS = {"toObjectId"}
STRICT = Configuration()
STRICT.client_side_validation = True


def faults(value: Any, kind: str, models: Any, where: str = "body") -> Iterator[str]:
    """Yield where a JSON value does not fit a type of the SDK: ``str``, ``list[Name]``, a model."""
    nested = re.fullmatch(r"list\[(.*)\]|dict\[str, (.*)\]", kind)
    if nested is not None:
        yield from _many(value, nested, models, where)
    elif kind == "datetime":
        yield from () if _is_time(value) else (f"{where}: no time",)
    elif kind in PLAIN:
        good = isinstance(value, PLAIN[kind]) and (kind == "bool" or kind == "object" or not isinstance(value, bool))
        numbered = where.rsplit(".", 1)[-1] in NUMBERS and isinstance(value, int)
        yield from () if good or numbered else (f"{where}: no {kind}",)
    else:
        yield from _model(value, getattr(models, kind), models, where)


def _many(value: Any, nested: re.Match[str], models: Any, where: str) -> Iterator[str]:
    expected, kind = (list, nested[1]) if nested[1] else (dict, nested[2])
    if not isinstance(value, expected):
        yield f"{where}: no {expected.__name__}"
        return
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for key, item in pairs:
        # Answers hold null for a property without a value.
        if item is not None or not where.endswith("properties"):
            yield from faults(item, kind, models, f"{where}[{key}]")


def _model(value: Any, model: Any, models: Any, where: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{where}: no object"
        return
    names = {json_name: attribute for attribute, json_name in model.attribute_map.items()}
    yield from (f"{where}: unknown {name}" for name in sorted(set(value) - set(names)))
    known = {name: item for name, item in value.items() if name in names}
    for name, item in known.items():
        if item is not None:
            yield from faults(item, model.openapi_types[names[name]], models, f"{where}.{name}")
    try:
        # The models themselves check what is required and which words are allowed, when they are told to.
        model(**{names[name]: item for name, item in known.items()}, local_vars_configuration=STRICT)
    except ValueError as refused:
        yield f"{where}: {str(refused)[:80]}"


def _is_time(value: Any) -> bool:
    try:
        return datetime.fromisoformat(str(value)).tzinfo is not None
    except ValueError:
        return False


def differences(recorded: Any, ours: Any, where: str = "body") -> Iterator[str]:
    """Yield where an answer of ours lacks something recorded, has more, or another type."""
    if isinstance(recorded, dict) and isinstance(ours, dict):
        if where.endswith("properties"):
            yield from (f"{where}.{n}: no text" for n, v in ours.items() if not isinstance(v, str | None))
            yield from (f"{where}: lacks {n}" for n in OWN if n in recorded and n not in ours)
            return
        yield from (f"{where}: lacks {name}" for name in sorted(set(recorded) - set(ours)))
        yield from (f"{where}: more {name}" for name in sorted(set(ours) - set(recorded)))
        for name in set(recorded) & set(ours):
            yield from differences(recorded[name], ours[name], f"{where}.{name}")
    elif isinstance(recorded, list) and isinstance(ours, list):
        yield from differences(recorded[0], ours[0], f"{where}[]") if recorded and ours else ()
    elif type(recorded) is not type(ours):
        yield f"{where}: {type(ours).__name__} for {type(recorded).__name__}"


OWN = ("createdate", "hs_object_id", "lastmodifieddate", "hs_lastmodifieddate")
