from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.health import score as health
from core.judgement import JudgementSettings

WEIGHTS = JudgementSettings().weights
EXAMPLE = {"usage": 60.0, "adoption": 50.0, "support_sentiment": 35.0, "support_burden": 40.0, "engagement": 70.0}


def test_the_catalogue_example() -> None:
    found = health.score(EXAMPLE, WEIGHTS, {}, None)
    assert (found.score, found.band, found.confidence) == (50.5, "amber", 0.95)


def test_under_half_the_weight_there_is_no_number() -> None:
    found = health.score({"usage": 90.0, "support_burden": 90.0}, WEIGHTS, {}, "green")
    assert (found.score, found.band, found.confidence) == (None, "not enough data", 0.45)
    assert health.score({}, WEIGHTS, {}, None).score is None
    assert health.score({"usage": 90.0, "adoption": 90.0}, WEIGHTS, {}, None).score == 90.0


@pytest.mark.parametrize(
    ("series", "bands"),
    [
        ([45, 39, 41, 38, 44], ["amber", "red", "red", "red", "amber"]),
        ([71, 69, 72, 73], ["green", "amber", "amber", "green"]),
        ([20, 72, 73], ["red", "amber", "green"]),
        ([80, 20], ["green", "red"]),
        ([42.9, 43], ["amber", "amber"]),
    ],
)
def test_bands_have_three_points_of_hysteresis(series: list[float], bands: list[str]) -> None:
    seen: list[str] = []
    for value in series:
        seen.append(health.band(value, seen[-1] if seen else None))
    assert seen == bands


def test_reasons_are_the_largest_moves_against_the_last_parts() -> None:
    before = {**EXAMPLE, "usage": 90.0, "support_sentiment": 30.0}
    found = health.score(EXAMPLE, WEIGHTS, before, "amber")
    assert [reason.code for reason in found.reasons] == ["USAGE_DOWN", "SUPPORT_SENTIMENT_UP"]
    assert found.reasons[0].weight == pytest.approx(-9.47, abs=0.01)


def test_the_first_time_is_against_neutral() -> None:
    found = health.score(EXAMPLE, WEIGHTS, {}, None)
    assert [reason.code for reason in found.reasons] == [
        "SUPPORT_SENTIMENT_DOWN",
        "SUPPORT_BURDEN_HIGH",
        "LOW_ADOPTION",
    ]


@pytest.mark.parametrize(("work", "expected"), [((0, 0, 0), 100), ((3, 1, 1), 35), ((20, 0, 0), 0)])
def test_burden(work: tuple[int, int, int], expected: float) -> None:
    assert health.support_burden(*work) == expected


def test_support_sentiment() -> None:
    assert health.support_sentiment(-0.3, 1.0) == pytest.approx(35.0)
    assert health.support_sentiment(0.0, 0.0) is None


def test_social_is_capped() -> None:
    heavy = {**WEIGHTS, "social": 0.5}
    found = health.score({**EXAMPLE, "social": 0.0}, heavy, {}, None)
    assert found.confidence == pytest.approx(1.05)


@given(st.dictionaries(st.sampled_from(sorted(WEIGHTS)), st.floats(-50, 150)))
def test_always_in_range(parts: dict[str, float]) -> None:
    found = health.score(parts, WEIGHTS, {}, None)
    assert found.score is None or 0 <= found.score <= 100
    assert (found.score is None) == (found.band == "not enough data")
