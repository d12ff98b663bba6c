"""Salesforce's answer for one row of a collection call as a receipt. Pure.

https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_concepts_core_data_objects.htm
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connectors.salesforce.client import explained
from core.model import Outcome, Receipt, RecordRef

GONE = (Outcome.GONE, "RECORD_GONE")
CONFLICT = (Outcome.CONFLICT, "WRITE_CONFLICT")
RULE = (Outcome.REFUSED, "VALIDATION_RULE")
FOREIGN = (Outcome.REFUSED, "FIELD_NOT_OWNED")
MISSING = (Outcome.REFUSED, "FIELD_MISSING")
CROSS_REFERENCE = "INVALID_CROSS_REFERENCE_KEY"
ABOUT = frozenset({"ParentId", "WhatId", "WhoId"})
CODES: Mapping[str, tuple[Outcome, str]] = {
    "ENTITY_IS_DELETED": GONE,
    "NOT_FOUND": GONE,
    CROSS_REFERENCE: GONE,
    "UNABLE_TO_LOCK_ROW": CONFLICT,
    "UNKNOWN_EXCEPTION": CONFLICT,
    "SERVER_UNAVAILABLE": CONFLICT,
    "FIELD_CUSTOM_VALIDATION_EXCEPTION": RULE,
    "INVALID_FIELD": MISSING,
    "INVALID_FIELD_FOR_INSERT_UPDATE": FOREIGN,
    "INSUFFICIENT_ACCESS_OR_READONLY": FOREIGN,
    "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY": FOREIGN,
    "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY": RULE,
}


def receipt(record: RecordRef, part: str, result: Mapping[str, Any] | None) -> Receipt:
    """Return what became of one row; a row without an answer is tried again."""
    if result is None:
        return Receipt(record, part, *CONFLICT)
    if result.get("success") is True:
        return Receipt(record, part, Outcome.WRITTEN, vendor_id=str(result.get("id") or ""))
    errors = [error for error in result.get("errors") or () if isinstance(error, dict)]
    outcome, code = _meaning(errors[0]) if errors else CONFLICT
    return Receipt(record, part, outcome, code, explained(errors))


def _meaning(error: Mapping[str, Any]) -> tuple[Outcome, str]:
    code = str(error.get("statusCode") or error.get("errorCode") or "")
    # The same code speaks of the record itself, or of one that a field names: its case, or somebody as its owner.
    if code == CROSS_REFERENCE and set(error.get("fields") or ()) - ABOUT:
        return RULE
    return CODES.get(code, RULE)
