from __future__ import annotations

from typing import Any

import pytest

from core.compliance.gate import decide, may_write
from core.compliance.special import is_special
from core.judgement import Permissions
from core.model import Role

BASIS = "legitimate_interest"
OPEN = Permissions(
    bases={"service_analysis": BASIS, "health_scoring": BASIS, "marketing_email": "consent", "goodwill": BASIS}
)

REFUSED: list[tuple[dict[str, Any], Permissions, str]] = [
    ({"media": "audio"}, OPEN, "BIOMETRIC_INPUT_REFUSED"),
    ({"author": Role.AGENT}, OPEN, "WORKER_EMOTION_REFUSED"),
    ({"author": Role.NOTE, "data_class": "message_tag"}, OPEN, "WORKER_EMOTION_REFUSED"),
    ({"action": "upsell", "data_class": "case_score"}, OPEN, "EXPLOITATIVE_RULE_REFUSED"),
    ({"action": "collect", "data_class": "message_tag"}, OPEN, "EXPLOITATIVE_RULE_REFUSED"),
    ({"data_class": "goodwill_signal"}, OPEN, "PURPOSE_MISMATCH"),
    ({}, Permissions(bases=OPEN.bases, minor=True), "MINOR"),
    ({"purpose": "marketing_email", "data_class": "special_category"}, OPEN, "SPECIAL_CATEGORY"),
    ({}, Permissions(bases=OPEN.bases, choices={"service_analysis": "objected"}), "NOT_PERMITTED"),
    ({}, Permissions(bases=OPEN.bases, choices={"all": "objected"}), "NOT_PERMITTED"),
    ({}, Permissions(), "NO_BASIS"),
    ({"purpose": "never_heard_of"}, OPEN, "NO_BASIS"),
    ({"purpose": "marketing_email", "data_class": "contact_data"}, OPEN, "NOT_PERMITTED"),
    ({"purpose": "health_scoring"}, OPEN, "PURPOSE_MISMATCH"),
    ({"data_class": "never_heard_of"}, OPEN, "PURPOSE_MISMATCH"),
    ({"role": "collections", "data_class": "case_score"}, OPEN, "PURPOSE_MISMATCH"),
    ({"role": "stranger"}, OPEN, "PURPOSE_MISMATCH"),
    ({}, Permissions(bases=OPEN.bases, region_ok=False), "REGION_PINNED"),
    # The order: what is never allowed, then minors, then objection, then basis.
    ({"media": "video"}, Permissions(minor=True), "BIOMETRIC_INPUT_REFUSED"),
    ({}, Permissions(minor=True, choices={"service_analysis": "objected"}), "MINOR"),
    ({}, Permissions(choices={"service_analysis": "objected"}), "NOT_PERMITTED"),
]


@pytest.mark.parametrize(("asked", "permissions", "code"), REFUSED)
def test_refused(asked: dict[str, Any], permissions: Permissions, code: str) -> None:
    request = {"purpose": "service_analysis", "data_class": "message_text", "role": "system", **asked}
    found = decide(**request, permissions=permissions)
    assert (found.allowed, found.code) == (False, code)


def test_a_complaint_may_be_scored_for_service_with_redaction() -> None:
    found = decide("service_analysis", "message_text", "system", OPEN, author=Role.CUSTOMER)
    assert (found.allowed, found.redact, found.basis) == (True, True, BASIS)


def test_a_segment_seems_depressed_is_special_category() -> None:
    assert is_special("seems depressed") and not is_special("opened a complaint this week")


def test_consent_opens_marketing_except_during_a_complaint() -> None:
    granted = Permissions(bases=OPEN.bases, choices={"marketing_email": "granted"})
    assert decide("marketing_email", "contact_data", "system", granted).allowed
    assert not decide("marketing_email", "contact_data", "system", granted, stage="complaint").allowed


def test_the_mirror_of_a_choice_is_always_written() -> None:
    no = Permissions(minor=True, choices={"service_analysis": "objected"})
    assert decide("consent_mirror", "consent_mirror", "system", no).allowed


def test_at_write_time_a_withdrawal_is_named_and_clearing_is_free() -> None:
    no = Permissions(bases=OPEN.bases, choices={"service_analysis": "withdrawn"})
    assert may_write("service_analysis", "case_score", 73, no).code == "CONSENT_WITHDRAWN_BEFORE_WRITE"
    assert may_write("service_analysis", "case_score", None, no).allowed
    assert may_write("service_analysis", "case_score", 73, OPEN).allowed
