from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from core.errors import ConfigurationError
from core.judgement import JudgementSettings, Owners
from core.recovery.hours import add_business_hours
from core.recovery.templates import TEMPLATES, external_id, order

MONDAY = datetime(2026, 11, 2, 9, 15, tzinfo=UTC)
OWNERS = Owners(admin="admin", on_call="lead", trained="care")
SETTINGS = JudgementSettings(owners=OWNERS)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("start", "hours", "zone", "holidays", "due"),
    [
        ("2026-11-02T09:15+00:00", 4, "UTC", "", "2026-11-02T13:15+00:00"),
        ("2026-11-02T15:00+00:00", 4, "UTC", "", "2026-11-03T11:00+00:00"),
        ("2026-11-06T16:00+00:00", 4, "UTC", "", "2026-11-09T12:00+00:00"),
        ("2026-11-07T12:00+00:00", 4, "UTC", "", "2026-11-09T13:00+00:00"),
        ("2026-11-02T03:00+00:00", 4, "UTC", "", "2026-11-02T13:00+00:00"),
        ("2026-11-02T13:00+00:00", 4, "UTC", "", "2026-11-02T17:00+00:00"),
        ("2026-11-02T17:00+00:00", 1, "UTC", "", "2026-11-03T10:00+00:00"),
        ("2026-11-02T15:00+00:00", 4, "America/New_York", "", "2026-11-02T19:00+00:00"),
        ("2026-10-23T14:00+00:00", 4, "Europe/Berlin", "", "2026-10-26T11:00+00:00"),
        ("2026-12-24T15:00+00:00", 4, "UTC", "GB", "2026-12-29T11:00+00:00"),
        ("2026-11-06T16:00+00:00", 16, "UTC", "", "2026-11-10T16:00+00:00"),
    ],
)
def test_business_hours(start: str, hours: int, zone: str, holidays: str, due: str) -> None:
    assert add_business_hours(at(start), hours, zone=zone, holidays=holidays) == at(due)


@pytest.mark.parametrize("wrong", [{"zone": "Mars/Olympus"}, {"holidays": "XX"}])
def test_unknown_settings_are_named(wrong: dict[str, str]) -> None:
    with pytest.raises(ConfigurationError):
        add_business_hours(MONDAY, 1, **wrong)


@pytest.mark.parametrize(
    ("template", "minutes"), [("critical_callback", 10), ("care_alert", 5), ("high_risk_follow_up", 240)]
)
def test_due_times(template: str, minutes: int) -> None:
    due = order(template, "case:1", MONDAY, SETTINGS).due_at
    assert (due - MONDAY).total_seconds() == minutes * 60


@pytest.mark.parametrize(
    ("template", "owners", "expected"),
    [
        ("critical_callback", OWNERS, "lead"),
        ("critical_callback", Owners(admin="admin"), "admin"),
        ("care_alert", OWNERS, "care"),
        ("care_alert", replace(OWNERS, trained=None), "lead"),
        ("high_risk_follow_up", OWNERS, "agent"),
        ("account_at_risk", OWNERS, "owner"),
        ("critical_callback", Owners(), None),
    ],
)
def test_owners(template: str, owners: Owners, expected: str | None) -> None:
    settings = replace(SETTINGS, owners=owners)
    assert order(template, "x:1", MONDAY, settings, assignee="agent", account_owner="owner").owner_id == expected


def test_without_assignee_the_lead_follows_up() -> None:
    assert order("high_risk_follow_up", "case:1", MONDAY, SETTINGS).owner_id == "lead"
    assert order("account_at_risk", "account:1", MONDAY, SETTINGS).owner_id == "admin"


def test_one_id_per_record_and_template() -> None:
    ids = {external_id(template, subject) for template in TEMPLATES for subject in ("case:1", "case:2")}
    assert len(ids) == 2 * len(TEMPLATES) and external_id("care_alert", "case:1") in ids


FEELINGS = (
    "angry",
    "anger",
    "frustrat",
    "upset",
    "anxious",
    "sad",
    "emotion",
    "distress",
    "furious",
    "suicid",
    "safety",
)


@pytest.mark.parametrize("template", TEMPLATES.values(), ids=lambda one: one.name)
def test_no_subject_or_body_speaks_of_feelings(template: object) -> None:
    shown = f"{getattr(template, 'subject')} {getattr(template, 'body')}".lower()  # noqa: B009
    assert not [word for word in FEELINGS if word in shown]
