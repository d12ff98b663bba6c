from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from core.compliance.retention import NEVER, class_due, expires, expiry_day, is_due, keep_days
from core.errors import RejectedError
from core.fields import catalogue

NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("key", "age", "due"),
    [
        ("attune_emotion", 181, True),
        ("attune_emotion", 179, False),
        ("attune_distress", 200, False),
        ("attune_distress", 396, True),
        ("attune_health_score", 1_000, False),
        ("attune_health_score", 1_096, True),
        ("attune_consent_state", 9_999, False),
    ],
)
def test_what_is_due(key: str, age: int, due: bool) -> None:
    assert is_due(key, NOW - timedelta(days=age), NOW) is due


def test_every_field_has_a_schedule() -> None:
    assert all(expires(key, NOW) > NOW for key in catalogue())
    assert expires("attune_consent_state", NOW) == NEVER


def test_a_class_without_schedule_cannot_be_written() -> None:
    with pytest.raises(RejectedError):
        keep_days("mood_of_staff")


@pytest.mark.parametrize(
    ("name", "age", "due"),
    [
        ("message_text", 31, True),
        ("message_text", 29, False),
        ("audit", 731, True),
        ("consent_mirror", 9_999, False),
    ],
)
def test_classes(name: str, age: int, due: bool) -> None:
    assert class_due(name, NOW - timedelta(days=age), NOW) is due


def test_the_day_shown_on_the_case() -> None:
    assert expiry_day(NOW).isoformat() == "2027-12-02"
