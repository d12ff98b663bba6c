"""Queries with values put in: quoted and escaped, so that no value ends its own quotes.

https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select_quotedstringescapes.htm
"""

from __future__ import annotations

from typing import Any

from simple_salesforce.format import format_soql


def soql(shape: str, *values: Any) -> str:
    """Return the query: ``{}`` takes a value or list, ``{:like}`` part of a pattern, ``{:literal}`` a name of ours."""
    return format_soql(shape, *values)
