"""A recovery task as a Salesforce Task. Pure.

A Task is due on a day. The time of day stands in a field of ours, and the owner is reminded at that moment.
https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_task.htm
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC
from typing import Any

from connectors.salesforce.nouns import TASK_DUE, TASK_KEY, is_id
from core.model import Level, RecordRef, TaskOrder

PRIORITIES: Mapping[str, str] = {"urgent": "High", "critical": "High", "high": "High", "low": "Low"}
LONGEST_SUBJECT, LONGEST_BODY = 255, 32_000


def task(record: RecordRef, order: TaskOrder) -> dict[str, Any]:
    """Return the row that creates the task, or finds it again by our external id and changes nothing.

    A status is not sent: people move the task on, and a repeated call must not move it back.
    """
    due = order.due_at.astimezone(UTC)
    about = "WhoId" if record.level is Level.PERSON else "WhatId"
    owner = {"OwnerId": order.owner_id} if is_id(order.owner_id, "005", "00G") else {}
    return {
        "attributes": {"type": "Task"},
        TASK_KEY: order.external_id,
        TASK_DUE: due.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "ActivityDate": due.strftime("%Y-%m-%d"),
        "ReminderDateTime": due.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "IsReminderSet": True,
        "Subject": order.subject[:LONGEST_SUBJECT],
        "Description": order.body[:LONGEST_BODY],
        "Priority": PRIORITIES.get(order.priority, "Normal"),
        about: record.id,
        **owner,
    }
