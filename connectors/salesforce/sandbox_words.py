"""The words of SOQL: tokens, values, patterns."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from connectors.salesforce.nouns import is_id

TOKEN = re.compile(
    r"\s*('(?:\\.|[^'\\])*'|\d{4}-\d\d-\d\d(?:T[0-9:.]+(?:Z|[+-]\d\d:?\d\d))?|-?\d+(?:\.\d+)?"
    r"|[A-Za-z_][A-Za-z0-9_.]*|!=|<>|>=|<=|[=<>(),])"
)
ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}


class QueryError(Exception):
    """A query that Salesforce would refuse, with its code."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code)
        self.code, self.message = code, message


def tokens(soql: str) -> list[str]:
    """Cut a query into its words."""
    found, at = [], 0
    text = soql.strip()
    while at < len(text):
        match = TOKEN.match(text, at)
        if match is None:
            raise QueryError("MALFORMED_QUERY", f"unexpected character at position {at}")
        found.append(match.group(1))
        at = match.end()
    return found


def literal(token: str) -> Any:
    """Read a value as it is written in a query."""
    if token.startswith("'"):
        return re.sub(r"\\(.)", lambda m: ESCAPES.get(m.group(1), m.group(1)), token[1:-1], flags=re.DOTALL)
    words = {"true": True, "false": False, "null": None}
    if token.lower() in words:
        return words[token.lower()]
    if "T" in token[10:11]:
        return datetime.fromisoformat(token).astimezone(UTC)
    if re.fullmatch(r"\d{4}-\d\d-\d\d", token):
        return token
    try:
        return float(token)
    except ValueError:
        raise QueryError("MALFORMED_QUERY", f"unexpected token: '{token}'") from None


def folded(value: Any) -> Any:
    """Return a value in a form that compares: text without regard to case, ids as they are."""
    return value.lower() if isinstance(value, str) and not is_id(value) else value


def rank(value: Any) -> tuple[bool, Any]:
    """Return a value in a form that sorts, nothing first."""
    return (value is not None, value if value is not None else 0)


def like(text: str) -> re.Pattern[str]:
    """Return a pattern with % and _ as a regular expression."""
    parts = (".*" if c == "%" else "." if c == "_" else re.escape(c) for c in text)
    return re.compile("".join(parts), re.IGNORECASE | re.DOTALL)
