"""LANG-1, LANG-2 and REPLY-6 by their acceptance examples."""

from datetime import UTC, datetime, timedelta

import pytest

from core.language.service.analyzer import ServiceAnalyzer
from core.language.service.conversation import shift
from core.language.service.escalation import repeats
from core.language.service.judgement import CustomerJudgement, Fine
from core.language.service.turns import Turn

AT = datetime(2026, 11, 2, 9, tzinfo=UTC)


def turn(role: str, minute: int, sentiment: float | None = None) -> Turn:
    judged = (
        None
        if sentiment is None
        else CustomerJudgement(sentiment, (0, 1, 0), "neutral", "neutral", {}, Fine(), 0, "none", 1.0)
    )
    return Turn(role, "text", AT + timedelta(minutes=minute), judged)


def test_shift_and_resolution() -> None:
    turns = [
        turn("customer", 0, -0.6),
        turn("customer", 1, -0.6),
        turn("agent", 2),
        turn("customer", 3, 0.0),
        turn("customer", 4, 0.2),
    ]
    moved, resolution = shift(turns)
    assert moved == pytest.approx(0.7)
    assert resolution == "resolved"
    assert shift(turns[:3]) == (None, "no_evidence")


def test_a_repeated_request_is_seen() -> None:
    assert repeats(["Where is my parcel from Leeds?", "Again: where is the parcel from Leeds?"])
    assert not repeats(["Where is my parcel?", "Thanks, it came this morning with the post"])


def test_conversation_of_replay_format(analyzer: ServiceAnalyzer) -> None:
    row = {
        "id": "c1",
        "messages": [
            {"role": "customer", "text": "My parcel is a week late and nobody answers.", "at": "2026-11-02T09:15:00Z"},
            {"role": "note", "text": "customer seems furious, careful"},
            {"role": "agent", "text": "I have called the depot; it comes today before 6 pm."},
            {"role": "customer", "text": "It came, thank you so much, brilliant help!"},
        ],
    }
    found = analyzer.conversation(row)
    assert found.resolution == "resolved"
    assert found.shift is not None and found.shift > 0.5
    assert "tag" not in found.messages[1] and "tag" not in found.messages[2]
    assert 0 <= found.p_escalation <= 1


def test_a_safety_signal_is_critical(analyzer: ServiceAnalyzer) -> None:
    row = {"messages": [{"role": "customer", "text": "The heater caught fire in the kids' room."}]}
    assert analyzer.conversation(row).risk_flag == "critical"


def test_no_feeling_is_read_from_staff(analyzer: ServiceAnalyzer) -> None:
    for role in ("agent", "note", "bot", "system"):
        judged = analyzer.text_of(role, "I am so angry and tired of this shift")
        assert judged.refused == "WORKER_EMOTION_REFUSED"
        assert judged.tag is None and judged.emotions == {} and judged.label is None
