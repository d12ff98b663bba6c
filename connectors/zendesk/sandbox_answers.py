"""How the Zendesk sandbox answers: refusals, warnings, pages.

https://developer.zendesk.com/api-reference/ticketing/introduction/
"""

from __future__ import annotations

import base64
import json
from typing import Any

from flask import Response, jsonify, request

from connectors.zendesk.sandbox_blank import ORIGIN, Record
from connectors.zendesk.sandbox_updates import RowError

MOST = 100


def error(status: int, name: str, description: str, **more: Any) -> Response:
    """Answer as Zendesk does when it refuses."""
    answer = jsonify({"error": name, "description": description, **more})
    answer.status_code = status
    return answer


def too_many(parameter: str) -> Response:
    """Answer that more than 100 values were given."""
    description = f"Parameter {parameter} cannot specify more than {MOST} values"
    return error(400, "TooManyValues", description, max_count=MOST)


def not_found() -> Response:
    """Answer for a record that does not exist."""
    return error(404, "RecordNotFound", "Not found")


def cursor(offset: int) -> str:
    """Write a cursor."""
    return base64.urlsafe_b64encode(json.dumps(offset).encode()).decode()


def offset(cursor: str | None) -> int:
    """Read a cursor."""
    return int(json.loads(base64.urlsafe_b64decode(cursor))) if cursor else 0


def invalid(part: str, description: str, name: str) -> Response:
    """Answer that a record is not valid."""
    details = {part: [{"description": description, "error": name}]}
    return error(422, "RecordInvalid", "Record validation errors", details=details)


def row_error(refused: RowError) -> Response:
    """Answer a refused row of a single update."""
    statuses = {"RecordNotFound": 404, "UpdateConflict": 409, "DatabaseConflict": 409, "TooManyRequests": 429}
    return error(statuses.get(refused.error, 422), refused.error, refused.details)


def warned(answer: Response, controller: str, action: str, keys: list[str]) -> Response:
    """Name ignored keys in the warning header, as Zendesk does."""
    if keys:
        listed = json.dumps(keys)
        answer.headers["x-zendesk-api-warn"] = (
            f'{{:allowed_parameters=>{{:controller=>"{controller}", :action=>"{action}", '
            f":unpermitted_keys=>{listed}, :invalid_values=>[]}}}}"
        )
    return answer


def page(name: str, rows: list[Record]) -> Response:
    """Answer with one page of a list, by cursor."""
    size = int(request.args.get("page[size]", MOST))
    start = offset(request.args.get("page[after]"))
    more = start + size < len(rows)
    url = f"{ORIGIN}{request.path}.json?page%5Bsize%5D={size}&page%5Bafter%5D={cursor(start + size)}"
    meta = {"has_more": more, "after_cursor": cursor(start + size) if more else None, "before_cursor": None}
    links = {"prev": None, "next": url if more else None}
    return jsonify({name: rows[start : start + size], "meta": meta, "links": links})
