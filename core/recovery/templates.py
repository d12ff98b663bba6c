"""The recovery tasks. Subjects are plain: no word in them says how a customer may feel."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.judgement import JudgementSettings
from core.model import TaskOrder
from core.recovery.hours import add_business_hours

DAY_HOURS = 8


@dataclass(frozen=True, slots=True)
class Template:
    """One kind of task. ``owners``: who takes it, first that is set; ``due``: from the moment it is called for."""

    name: str
    subject: str
    body: str
    owners: tuple[str, ...]
    due: Callable[[datetime, JudgementSettings], datetime]
    priority: str


def _minutes(count: int) -> Callable[[datetime, JudgementSettings], datetime]:
    return lambda start, _: start + timedelta(minutes=count)


def _business(hours: int) -> Callable[[datetime, JudgementSettings], datetime]:
    return lambda start, settings: add_business_hours(start, hours, zone=settings.time_zone, holidays=settings.holidays)


TEMPLATES: dict[str, Template] = {
    entry.name: entry
    for entry in (
        Template(
            "critical_callback",
            "Call back: critical case",
            "Please call the customer back and log the contact. The case is marked critical; the reasons stand in "
            "the private remark on the case. Closes when the contact is logged.",
            ("on_call", "admin"),
            _minutes(10),
            "urgent",
        ),
        Template(
            "care_alert",
            "Care alert: follow the care protocol",
            "Please open the case now and follow the care protocol. A person decides every step; nothing has been "
            "concluded about the customer. Closes when the first protocol step is recorded.",
            ("trained", "on_call", "admin"),
            _minutes(5),
            "urgent",
        ),
        Template(
            "high_risk_follow_up",
            "Follow up: case needs attention",
            "Please read the case and answer with a concrete next step. The reasons stand in the private remark on "
            "the case. Closes when a reply or a contact is logged.",
            ("assignee", "on_call", "admin"),
            _business(4),
            "high",
        ),
        Template(
            "account_at_risk",
            "Account check-in: {name}",
            "Please get in touch with the account. The reasons stand in the field 'Attune: health reasons'. "
            "Closes when a contact is logged.",
            ("account_owner", "admin"),
            _business(2 * DAY_HOURS),
            "high",
        ),
        Template(
            "supervisor_call",
            "Supervisor asked to join",
            "A colleague asks for help with this case. Please open it and join, or answer in a private remark. "
            "Closes when that is done.",
            ("on_call", "admin"),
            _minutes(15),
            "urgent",
        ),
    )
}


def external_id(template: str, subject: str) -> str:
    """Return the task's own id: the same for the same record and template, so that it is never doubled."""
    digest = hashlib.sha256(subject.encode("utf-8")).hexdigest()[:20]
    return f"attune-{template}-{digest}"


def order(
    template: str,
    subject: str,
    at: datetime,
    settings: JudgementSettings,
    *,
    assignee: str | None = None,
    account_owner: str | None = None,
    name: str | None = None,
) -> TaskOrder:
    """Return the task of a template for an entity of ours (``case:…``, ``account:…``), called for at ``at``."""
    entry = TEMPLATES[template]
    owners = {
        "assignee": assignee,
        "account_owner": account_owner,
        "admin": settings.owners.admin,
        "on_call": settings.owners.on_call,
        "trained": settings.owners.trained,
    }
    return TaskOrder(
        external_id=external_id(template, subject),
        template=template,
        subject=entry.subject.format(name=name or "account"),
        body=entry.body,
        owner_id=next((owners[role] for role in entry.owners if owners[role]), None),
        due_at=entry.due(at, settings),
        priority=entry.priority,
    )
