"""Notices say what is switched on, in short sentences, and are known anew with every word that changes."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from core.compliance import notices
from core.compliance.notices import Facts
from core.compliance.retention import SCHEDULE

FACTS = Facts(
    "acme",
    {"service_analysis": "legitimate_interest", "health_scoring": "contract"},
    ["Zendesk", "HubSpot"],
    "widget_only",
    "privacy@acme.example",
)


def text(facts: Facts, name: str = "article") -> str:
    return next(one.text for one in notices.notices(facts) if one.name == name)


def test_it_says_purposes_bases_tools_periods_limits_and_choices() -> None:
    said = text(FACTS)
    for part in (
        "acme uses the software Attune in HubSpot and Zendesk",
        "to answer better",
        "legitimate interest",
        "contract",
        "never use it to raise prices, to rank you for debts or to put pressure on you",
        f"{SCHEDULE['message_text']} days",
        f"{SCHEDULE['case_score']} days",
        "contest a score",
        "at privacy@acme.example.",
    ):
        assert part in said, part
    assert "$" not in " ".join(one.text for one in notices.notices(FACTS))


def test_what_is_off_is_not_promised_and_not_claimed() -> None:
    half = replace(FACTS, bases={"service_analysis": "consent"}, contact="")
    assert "the work with your company needs care" not in text(half)
    assert "your consent" in text(half) and "by a word in any answer to us" in text(half)
    assert notices.notices(replace(FACTS, bases={})) == []


def test_staff_are_told_where_the_score_of_a_reply_goes() -> None:
    assert "Only you see the score" in text(FACTS, "workers")
    assert "evaluation" in text(replace(FACTS, reply_write="record_evaluation"), "workers")
    assert "never infers feelings, stress or health of staff" in text(FACTS, "workers")


@pytest.mark.parametrize("name", [one.name for one in notices.notices(FACTS)])
def test_it_reads_easily(name: str) -> None:
    sentences = [one for one in re.split(r"[.:?]\s+|\n+", text(FACTS, name)) if one.strip()]
    lengths = [len(one.split()) for one in sentences]
    assert sum(lengths) / len(lengths) <= 20 and max(lengths) <= 30, max(sentences, key=lambda one: len(one.split()))


@pytest.mark.parametrize(
    ("changed", "customers", "staff"),
    [
        ({}, False, False),
        ({"contact": "https://acme.example/no"}, True, False),
        ({"tools": ["Zendesk"]}, True, True),
        ({"tools": ["HubSpot", "Zendesk"]}, False, False),
        ({"bases": {"service_analysis": "legitimate_interest"}}, True, False),
        ({"reply_write": "record"}, False, True),
    ],
)
def test_a_changed_word_is_a_new_version(changed: dict[str, Any], customers: bool, staff: bool) -> None:
    before, after = notices.notices(FACTS), notices.notices(replace(FACTS, **changed))
    for item, is_new in (("notices", customers), ("worker_notice", staff)):
        assert (notices.version(before, item) != notices.version(after, item)) is is_new, item
