"""Short words for the tests of the writer."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from core.model import Remark, TaskOrder, Value

DUE = datetime(2026, 11, 2, 23, 30, tzinfo=UTC)
CASE_VALUES: dict[str, Value] = {
    "attune_sentiment": -0.52,
    "attune_distress": 73,
    "attune_risk_flag": "high",
    "attune_expires_at": "2027-12-01",
}
IN_RECORD = {
    "Attune_Sentiment__c": -0.52,
    "Attune_Distress__c": 73,
    "Attune_Risk_Flag__c": "high",
    "Attune_Expires_At__c": "2027-12-01",
}
SAID = Remark("attune-0123456789", "Attune marks this case high. [attune-0123456789]")


def order(owner: str | None = None, **parts: Any) -> TaskOrder:
    given: dict[str, Any] = {
        "external_id": "attune-high-1",
        "template": "high_risk_follow_up",
        "subject": "Call",
        "body": "Why",
        "owner_id": owner,
        "due_at": DUE,
        "priority": "high",
        **parts,
    }
    return TaskOrder(**given)
