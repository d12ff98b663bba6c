"""Reads JSON that a stranger wrote: what comes out can always be stored, sent on and read again."""

from __future__ import annotations

import json
import re
from typing import Any

DEEPEST = 40
LONGEST_INTEGER = 19
# PostgreSQL's JSONB refuses U+0000, and a lone half of a surrogate pair cannot be written as UTF-8.
# https://www.postgresql.org/docs/current/datatype-json.html
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def read(body: bytes, *, unique_keys: bool = False) -> Any:
    """Parse UTF-8 JSON; raise ``ValueError`` (which never quotes the body) for anything else.

    Refused: NaN, infinities and numbers that overflow to one, nesting deeper than ``DEEPEST``, and with
    ``unique_keys`` a key given twice. Characters that cannot be stored become U+FFFD; an integer longer than
    ``LONGEST_INTEGER`` digits stays text.
    """
    try:
        text = body.decode("utf-8-sig")
        parsed = json.loads(
            text,
            strict=False,
            parse_int=_integer,
            parse_float=_number,
            parse_constant=_constant,
            object_pairs_hook=_unique if unique_keys else None,
        )
        return parsed if _surely_storable(text) else _storable(parsed, 0)
    except RecursionError:
        raise ValueError("nested too deep") from None
    except UnicodeDecodeError:
        raise ValueError("not UTF-8") from None
    except json.JSONDecodeError:
        raise ValueError("not JSON") from None


def _surely_storable(text: str) -> bool:
    """Say at a glance what holds for most bodies: no escape of what cannot be stored, too few brackets to be deep.

    UTF-8 itself has no lone surrogates, so that they only come by an escape.
    """
    return "\\u" not in text and "\x00" not in text and text.count("{") + text.count("[") <= DEEPEST


def _integer(text: str) -> int | str:
    return int(text) if len(text) <= LONGEST_INTEGER else text


def _number(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise ValueError("number out of range")
    return number


def _constant(_: str) -> float:
    raise ValueError("not a number")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("key given twice")
    return found


def _storable(value: Any, depth: int) -> Any:
    if depth > DEEPEST:
        raise ValueError("nested too deep")
    if isinstance(value, str):
        return UNSTORABLE.sub("\ufffd", value)
    if isinstance(value, list):
        return [_storable(item, depth + 1) for item in value]
    if isinstance(value, dict):
        return {UNSTORABLE.sub("\ufffd", key): _storable(item, depth + 1) for key, item in value.items()}
    return value
