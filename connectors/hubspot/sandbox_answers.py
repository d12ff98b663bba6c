"""HubSpot's error bodies.

https://developers.hubspot.com/docs/api-reference/error-handling
"""

from __future__ import annotations

import json
import uuid
from typing import Any

from flask import Response, jsonify

from connectors.hubspot.sandbox_records import PORTAL_ID

Record = dict[str, Any]


def error(status: int, category: str, message: str, **more: Any) -> Response:
    """Answer as HubSpot does when it refuses."""
    body = {"status": "error", "message": message, "correlationId": str(uuid.uuid4()), "category": category, **more}
    answer = jsonify(body)
    answer.status_code = status
    return answer


def not_found() -> Response:
    """Answer for a path or record that does not exist: a page, not JSON."""
    page = "<html><head><title>Error 404 Not Found</title></head><body><h2>HTTP ERROR 404</h2></body></html>"
    return Response(page, 404, {"X-HubSpot-NotFound": "true"}, content_type="text/html;charset=iso-8859-1")


def row_error(category: str, message: str, context: Record) -> Record:
    """Return one element of ``errors`` in a 207."""
    return {"status": "error", "category": category, "message": message, "context": context}


def invalid(name: str, code: str, words: str) -> str:
    """Return the message of a validation error: HubSpot puts JSON behind the colon."""
    detail = {
        "isValid": False,
        "message": words,
        "error": code,
        "name": name,
        "localizedErrorMessage": words,
        "portalId": PORTAL_ID,
    }
    return "Property values were not valid: " + json.dumps([detail], separators=(",", ":"))
