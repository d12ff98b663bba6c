"""The Salesforce sandbox's way of saying yes and no."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from flask import Response, jsonify, request

from connectors.salesforce.sandbox_org import Record


def error(status: int, code: str, message: str, fields: list[str] | None = None) -> Response:
    """Answer as Salesforce does when it refuses a whole request."""
    body: Record = {"message": message, "errorCode": code}
    answer = jsonify([body if fields is None else {**body, "fields": fields}])
    answer.status_code = status
    return answer


def made(record: Record) -> Record:
    """Return the result of a row that went through."""
    return {"id": record["Id"], "success": True, "errors": []}


def no_key(key: str) -> Response:
    """Answer for an external id field that is not there."""
    return error(404, "NOT_FOUND", f"Provided external ID field does not exist or is not accessible: {key}")


def body() -> Record:
    """Return a request's JSON object."""
    given: Any = request.get_json(silent=True)
    return given if isinstance(given, dict) else {}


def http_time(text: str) -> datetime:
    """Read a time as HTTP writes it."""
    return parsedate_to_datetime(text).astimezone(UTC)
