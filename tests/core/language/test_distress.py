from __future__ import annotations

import pytest

from core.language import conversation, distress


def test_conversation_sentiment_of_the_catalogue() -> None:
    found = conversation.sentiment([-0.2, -0.5, -0.8])
    assert found is not None and round(found, 2) == -0.57
    assert conversation.sentiment([]) is None


def test_slope_is_per_turn_over_the_last_three() -> None:
    assert conversation.slope([0.9, -0.2, -0.5, -0.8]) == pytest.approx(-0.3)
    assert conversation.slope([0.1]) is None


def test_the_distress_example() -> None:
    terms = distress.parts(-0.57, 3, 2, True)
    assert terms == pytest.approx({"wording": 25.65, "intensity": 20.0, "contacts": 7.5, "hard": 20.0})
    assert distress.distress(terms) == 73 and distress.flag(73) == "high"


@pytest.mark.parametrize(
    ("score", "flag"),
    [
        (0, "none"),
        (29, "none"),
        (30, "watch"),
        (54, "watch"),
        (55, "high"),
        (79, "high"),
        (80, "critical"),
        (100, "critical"),
    ],
)
def test_bands(score: int, flag: str) -> None:
    assert distress.flag(score) == flag
    assert distress.flag(score, safety=True) == "critical"


def test_unknown_sentiment_adds_no_term() -> None:
    assert "wording" not in distress.parts(None, 0, 1, True)


@pytest.mark.parametrize(
    ("process", "emotional", "expected"),
    [
        (0.8, 0.2, "process"),
        (0.2, 0.8, "emotional"),
        (0.5, 0.6, "mixed"),
        (0.5, 0.65, "emotional"),
        (0.0, 0.0, None),
        (0.0, 0.1, "mixed"),
    ],
)
def test_nature(process: float, emotional: float, expected: str | None) -> None:
    assert distress.nature(process, emotional) == expected
