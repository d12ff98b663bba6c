"""A small SOQL: SELECT with parents, WHERE, ORDER BY, LIMIT; enough for an integration, with Salesforce's refusals.

https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select.htm
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from connectors.salesforce.nouns import full_id, is_id
from connectors.salesforce.sandbox_org import ROOT, Field, Org, Record
from connectors.salesforce.sandbox_words import QueryError, folded, like, literal, rank, tokens

OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda a, b: bool(a == b),
    "!=": lambda a, b: bool(a != b),
    "<>": lambda a, b: bool(a != b),
    ">": lambda a, b: a is not None and a > b,
    "<": lambda a, b: a is not None and a < b,
    ">=": lambda a, b: a is not None and a >= b,
    "<=": lambda a, b: a is not None and a <= b,
}
Test = Callable[[Record], bool]


def run(org: Org, soql: str) -> list[Record]:
    """Return the records of a query, shaped as the REST API does."""
    return _Query(org, soql).run()


class _Query:
    """One query, read from left to right."""

    def __init__(self, org: Org, soql: str) -> None:
        self._org, self._tokens, self._at = org, tokens(soql), 0

    def run(self) -> list[Record]:
        self._expect("SELECT")
        paths = [self._next()]
        while self._accept(","):
            paths.append(self._next())
        self._expect("FROM")
        self._sobject = self._next()
        if self._sobject not in self._org.tables:
            raise QueryError("INVALID_TYPE", f"sObject type '{self._sobject}' is not supported.")
        for path in paths:
            self._field(path)
        test = self._any() if self._accept("WHERE") else lambda record: True
        found = self._ordered([record for record in self._candidates() if test(record)])
        if self._accept("LIMIT"):
            found = found[: int(self._next())]
        if self._at < len(self._tokens):
            raise QueryError("MALFORMED_QUERY", f"unexpected token: '{self._tokens[self._at]}'")
        return [self._shaped(record, self._sobject, paths) for record in found]

    def _candidates(self) -> list[Record]:
        """Return the live records, or only those with the ids that the condition begins with."""
        table, upper = self._org.tables[self._sobject], [token.upper() for token in self._tokens]
        start = upper.index("WHERE") if "WHERE" in upper else len(upper)
        chosen = table.values()
        if upper[start + 1 : start + 3] == ["ID", "IN"] and "OR" not in upper:
            listed = self._tokens[start + 4 : upper.index(")", start)]
            ids = dict.fromkeys(full_id(token[1:-1]) for token in listed if token != ",")
            chosen = {id_: table[id_] for id_ in ids if id_ in table}.values()
        return [record for record in chosen if not record["IsDeleted"]]

    # --- reading tokens -------------------------------------------------------------------------

    def _peek(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _next(self) -> str:
        token = self._peek()
        if not token:
            raise QueryError("MALFORMED_QUERY", "unexpected end of query")
        self._at += 1
        return token

    def _accept(self, word: str) -> bool:
        hit = self._peek().upper() == word
        self._at += hit
        return hit

    def _expect(self, word: str) -> None:
        if not self._accept(word):
            raise QueryError("MALFORMED_QUERY", f"unexpected token: '{self._peek()}'")

    # --- conditions -----------------------------------------------------------------------------

    def _any(self) -> Test:
        tests = [self._all()]
        while self._accept("OR"):
            tests.append(self._all())
        return lambda record: any(test(record) for test in tests)

    def _all(self) -> Test:
        tests = [self._one()]
        while self._accept("AND"):
            tests.append(self._one())
        return lambda record: all(test(record) for test in tests)

    def _one(self) -> Test:
        if self._accept("("):
            inner = self._any()
            self._expect(")")
            return inner
        if self._accept("NOT"):
            denied = self._one()
            return lambda record: not denied(record)
        path = self._next()
        found = self._field(path)
        if found.type == "textarea":
            raise QueryError("INVALID_FIELD", f"field '{path}' can not be filtered in a query call")
        return self._comparison(path, found)

    def _comparison(self, path: str, found: Field) -> Test:
        denied = self._accept("NOT")
        if self._accept("IN"):
            wanted = {folded(value) for value in self._values(found)}
            return lambda record: (folded(self._value(record, path, found)) in wanted) is not denied
        if self._accept("LIKE"):
            pattern = like(str(self._literal(found)))
            return lambda record: bool(pattern.fullmatch(str(self._value(record, path, found) or "")))
        operator = OPERATORS.get(self._next())
        if operator is None:
            raise QueryError("MALFORMED_QUERY", f"unknown operator in the condition on '{path}'")
        value = folded(self._literal(found))
        return lambda record: operator(folded(self._value(record, path, found)), value)

    def _values(self, found: Field) -> list[Any]:
        self._expect("(")
        values = [self._literal(found)]
        while self._accept(","):
            values.append(self._literal(found))
        self._expect(")")
        return values

    def _literal(self, found: Field) -> Any:
        value = literal(self._next())
        if found.type in ("id", "reference") and value is not None:
            if not is_id(value):
                raise QueryError("INVALID_QUERY_FILTER_OPERATOR", f"invalid ID field: {value}")
            return full_id(value)
        return value

    # --- fields and values ----------------------------------------------------------------------

    def _field(self, path: str) -> Field:
        sobject = self._sobject
        *parents, name = path.split(".")
        for parent in parents:
            link = _link(self._org, sobject, parent)
            if link is None:
                raise QueryError(
                    "INVALID_FIELD", f"Didn't understand relationship '{parent}' in field path of '{sobject}'."
                )
            sobject = link.reference
        found = self._org.visible(sobject).get(name)
        if found is None:
            raise QueryError("INVALID_FIELD", f"No such column '{name}' on entity '{sobject}'.")
        return found

    def _value(self, record: Record, path: str, found: Field) -> Any:
        holder: Record | None = record
        sobject = self._sobject
        *parents, name = path.split(".")
        for parent in parents:
            link = _link(self._org, sobject, parent)
            if link is None or holder is None:
                return None
            holder, sobject = self._org.live(link.reference, holder.get(link.name)), link.reference
        value = holder.get(name) if holder else None
        return datetime.fromisoformat(value) if found.type == "datetime" and value else value

    def _ordered(self, records: list[Record]) -> list[Record]:
        if not self._accept("ORDER"):
            return records
        self._expect("BY")
        keys = [self._key()]
        while self._accept(","):
            keys.append(self._key())
        for path, descending in reversed(keys):
            found = self._field(path)
            records = sorted(
                records,
                key=lambda r, p=path, f=found: rank(self._value(r, p, f)),  # type: ignore[misc]
                reverse=descending,
            )
        return records

    def _key(self) -> tuple[str, bool]:
        path = self._next()
        descending = self._accept("DESC")
        self._accept("ASC")
        return path, descending

    def _shaped(self, record: Record, sobject: str, paths: list[str]) -> Record:
        url = f"{ROOT}/sobjects/{sobject}/{record['Id']}"
        shaped: Record = {"attributes": {"type": sobject, "url": url}}
        nested: dict[str, list[str]] = {}
        for path in paths:
            parent, dot, rest = path.partition(".")
            if dot:
                nested.setdefault(parent, []).append(rest)
            else:
                shaped[path] = record.get(path)
        for parent, rest_paths in nested.items():
            link = _link(self._org, sobject, parent)
            holder = self._org.live(link.reference, record.get(link.name)) if link else None
            shaped[parent] = self._shaped(holder, link.reference, rest_paths) if link and holder else None
        return shaped


def _link(org: Org, sobject: str, relationship: str) -> Field | None:
    fields = org.visible(sobject).values()
    return next((found for found in fields if found.relationship == relationship), None)
