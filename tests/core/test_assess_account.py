from __future__ import annotations

from dataclasses import replace

import pytest

from core.fields import catalogue
from core.judgement import AccountHistory, Permissions, Scored
from core.model import Reason
from tests.core.cases import (
    ALLOWED,
    INPUTS,
    START,
    message,
    observation,
    of_account,
    run,
    tasks,
    value,
)


def test_health_example_through_assess() -> None:
    account = AccountHistory("a1", INPUTS, sentiment_sum=-0.3, sentiment_weight=1.0, cases=2, contacts_30d=6)
    result = of_account(account)
    assert value(result, "attune_health_score") == 50.5
    assert value(result, "attune_health_band") == "amber"
    assert value(result, "attune_health_confidence") == 0.95


def test_entering_red_calls_the_owner_once() -> None:
    inputs = {"usage": 5.0, "adoption": 10.0, "engagement": 0.0}
    poor = AccountHistory("a1", inputs, sentiment_sum=-0.8, sentiment_weight=1.0, owner_id="am-1", name="Firm")
    assert tasks(of_account(poor))["account_at_risk"]["owner_id"] == "am-1"
    assert tasks(of_account(poor))["account_at_risk"]["subject"] == "Account check-in: Firm"
    red = replace(poor, previous={"attune_health_band": Scored("red", START)})
    assert "account_at_risk" not in tasks(of_account(red))


@pytest.mark.parametrize(
    ("choices", "minor", "left_out"),
    [
        ({}, False, ""),
        ({"health_scoring": "objected"}, False, "NOT_PERMITTED"),
        ({"service_analysis": "withdrawn"}, False, "NOT_PERMITTED"),
        ({}, True, "MINOR"),
    ],
)
def test_a_case_adds_its_words_to_the_account_only_where_the_person_allows(
    choices: dict[str, str], minor: bool, left_out: str
) -> None:
    allowed = replace(ALLOWED, choices=choices, minor=minor)
    result = run([message("I am furious, this is a disgrace")], permissions=allowed)
    assert result.left_out == left_out
    assert (result.sentiment is None) is bool(left_out)
    if not left_out:
        assert result.sentiment == value(result, "attune_sentiment") < 0


def test_what_was_left_out_is_named_beside_the_reasons() -> None:
    score = observation(
        of_account(AccountHistory("a1", INPUTS, cases=1, left_out="NOT_PERMITTED")), "attune_health_score"
    )
    assert "support_sentiment" not in score.parts
    assert Reason("NOT_PERMITTED", "support_sentiment") in score.reasons
    assert score.confidence == 0.75


def test_no_basis_no_health() -> None:
    only_service = Permissions(bases={"service_analysis": "legitimate_interest"})
    result = of_account(AccountHistory("a1", INPUTS), permissions=only_service)
    assert observation(result, "attune_health_score").refused == "NO_BASIS"


def test_too_few_inputs_give_a_band_and_no_number() -> None:
    result = of_account(AccountHistory("a1", cases=1))
    assert value(result, "attune_health_score") is None
    assert observation(result, "attune_health_score").refused == "NOT_ENOUGH_DATA"
    assert value(result, "attune_health_band") == "not enough data"


@pytest.mark.parametrize(
    ("old", "new", "changed"),
    [(61, 62, False), (61, 58, True), (61.0, 59.0, True), (None, 61, True), (61, None, True), (61, 61, False)],
)
def test_the_smallest_change_worth_writing(old: float | None, new: float | None, changed: bool) -> None:
    assert catalogue()["attune_health_score"].changed(old, new) is changed
