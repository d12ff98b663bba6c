"""The table that a person sees, and its picture."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from plugins.cli import showing

SCORED: dict[str, Any] = {
    "id": "double-charge",
    "status": "scored",
    "refusals": [],
    "records": {
        "zendesk": {
            "ticket": {
                "attune_risk_flag": "high",
                "attune_expires_at": "2027-12-20",
                "tags": ["attune_risk_flag_high", "attune_risk_high"],
            },
            "user": {},
            "organization": {},
        },
        "salesforce": {
            "Case": {},
            "Contact": {},
            "Account": {"Attune_Health_Score__c": 35.5, "Attune_Health_Band__c": "red"},
        },
    },
    "tasks": [
        {"vendor": "zendesk", "template": "high_risk_follow_up", "external_id": "a", "due_at": "2026-11-20T13:00:00Z"}
    ],
    "reasons": [{"code": "CANCEL_INTENT", "text": "speaks of cancelling", "evidence": "will cancel", "message": 0}],
}
REFUSED: dict[str, Any] = {
    "id": "minor",
    "status": "refused",
    "refusals": ["MINOR"],
    "records": {},
    "tasks": [],
    "reasons": [],
}
SUMMARY = {
    "conversations": 2, "messages": 3, "events": 3, "tasks": 1, "remarks": 1, "seconds": 1.0,
    "calls": {"zendesk": {"read": 2, "field_write": 1}}, "tenant": "t", "mode": "live", "basis": "b",
}  # fmt: skip


def shown(capsys: pytest.CaptureFixture[str]) -> str:
    """The table as one line of words, without its borders."""
    showing.table([SCORED, REFUSED], SUMMARY, {"web": "http://127.0.0.1:1"})
    return re.sub(r"[\s│]+", " ", capsys.readouterr().out)


@pytest.mark.parametrize(
    "words",
    [
        "risk flag high",
        "tag attune_risk_high",
        "salesforce red 35.5",
        "high risk follow",
        "speaks of cancelling",
        "Not analysed: the",
        "nothing written",
        "calls: zendesk 3",
    ],
)
def test_the_table_says_what_stands_where_and_why(capsys: pytest.CaptureFixture[str], words: str) -> None:
    assert words in shown(capsys)


@pytest.mark.parametrize("words", ["attune_risk_flag_high", "expires", "MINOR"])
def test_the_table_leaves_out_what_is_no_news(capsys: pytest.CaptureFixture[str], words: str) -> None:
    assert words not in shown(capsys)


def test_the_picture_needs_nothing_from_elsewhere(tmp_path: Path) -> None:
    showing.picture([SCORED, REFUSED], tmp_path / "demo.svg")
    drawn = (tmp_path / "demo.svg").read_text("utf-8")
    assert "attune_risk_high" in drawn
    assert "url(http" not in drawn
    assert "@font-face" not in drawn
