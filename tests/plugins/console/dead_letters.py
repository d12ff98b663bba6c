"""Writes that were tried until it made no sense any more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import insert

from core.store.tables import OutboxRow
from tests.world import NOON, World


def bury(made: World, letters: Sequence[Mapping[str, Any]]) -> None:
    """Put dead writes of Zendesk's fields into the outbox; a letter says its record, name, cause and detail."""
    row = {
        "tenant_id": made.tenant,
        "installation_id": made.installations["zendesk"],
        "kind": "field",
        "value": 1,
        "purpose": "service_analysis",
        "reasons": [],
        "rule_version": "2026.1",
        "at": NOON,
        "due_at": NOON,
        "created_at": NOON,
        "state": "dead",
        "tries": 8,
    }
    with made.store.tenant(made.tenant) as connection:
        connection.execute(insert(OutboxRow), [{**row, **letter} for letter in letters])
