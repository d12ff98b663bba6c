"""What is answered to a workflow that asks whether to hold, and what stays in the trail."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import delete, update

from core.store.tables import BasisRow, CaseRow, InstallationRow, ObservationRow, TenantRow
from tests.plugins.hubspot.workflow import Workflow
from tests.talk import ANGRY, CALM, only_person


def test_an_angry_customer_is_held_and_a_calm_one_is_not(open_workflow: Callable[..., Workflow]) -> None:
    angry, calm = open_workflow(ANGRY), open_workflow(CALM)
    assert angry.ask() == ("yes", "SUPPORT_FIRST")
    assert angry.ask(inputFields={"kind": "notice"}) == ("no", "SERVICE_OR_NOTICE")
    assert angry.ask(inputFields={}, fields={"kind": "marketing_email"}) == ("yes", "SUPPORT_FIRST")
    assert calm.ask() == ("no", "CLEAR")


def test_each_kind_of_message_needs_its_own_consent(open_workflow: Callable[..., Workflow]) -> None:
    workflow = open_workflow(CALM)
    told = {
        kind: workflow.ask(inputFields={"kind": kind})
        for kind in ("marketing_email", "marketing_sms", "marketing_phone", "", "unheard-of")
    }
    assert told == {
        "marketing_email": ("no", "CLEAR"),
        "marketing_sms": ("yes", "NOT_PERMITTED"),
        "marketing_phone": ("yes", "NO_BASIS"),
        "": ("yes", "NOT_PERMITTED"),
        "unheard-of": ("yes", "NOT_PERMITTED"),
    }


def test_every_answer_is_in_the_trail_under_a_pseudonym_with_its_cause(open_workflow: Callable[..., Workflow]) -> None:
    workflow = open_workflow(ANGRY)
    workflow.ask()
    ((subject, detail),) = workflow.trail()
    assert detail["hold"] is True and detail["code"] == "SUPPORT_FIRST" and detail["cause"] in ("distress", "wording")
    assert subject == workflow.made.seal.digest(workflow.made.tenant, f"person:{only_person(workflow.made)}")


def test_a_wording_of_the_last_72_hours_holds_and_an_older_one_of_a_closed_case_does_not(
    open_workflow: Callable[..., Workflow],
) -> None:
    workflow = open_workflow(ANGRY)
    with workflow.made.store.tenant(workflow.made.tenant) as connection:
        connection.execute(update(CaseRow).values(status="closed"))
    assert workflow.ask() == ("yes", "SUPPORT_FIRST"), "closing is not resolving"
    workflow.made.clock.advance(timedelta(hours=70).total_seconds())
    assert workflow.ask() == ("yes", "SUPPORT_FIRST")
    workflow.made.clock.advance(timedelta(hours=2).total_seconds())
    assert workflow.ask() == ("no", "CLEAR")


def test_an_open_case_holds_for_as_long_as_it_is_high(open_workflow: Callable[..., Workflow]) -> None:
    workflow = open_workflow(ANGRY)
    workflow.made.clock.advance(timedelta(days=30).total_seconds())
    assert workflow.ask()[0] == "yes"
    assert workflow.trail()[-1][1]["cause"] == "distress"


def test_a_care_alert_holds_without_being_told(open_workflow: Callable[..., Workflow]) -> None:
    workflow = open_workflow(CALM)
    with workflow.made.store.tenant(workflow.made.tenant) as connection:
        flagged = update(ObservationRow).where(ObservationRow.key == "attune_risk_flag")
        connection.execute(flagged.values(reasons=[{"code": "SAFETY_SIGNAL", "text": ""}]))
    assert workflow.ask() == ("yes", "SUPPORT_FIRST")
    assert workflow.trail()[-1][1]["cause"] == "safety"


@pytest.mark.parametrize(
    ("purpose", "choice"), [("marketing_email", "withdrawn"), ("service_analysis", "objected"), ("all", "objected")]
)
def test_a_person_who_said_no_is_held_and_not_looked_at(
    open_workflow: Callable[..., Workflow], purpose: str, choice: str
) -> None:
    workflow = open_workflow(CALM)
    workflow.made.clock.advance(60)
    workflow.allow(purpose, choice)
    assert workflow.ask() == ("yes", "NOT_PERMITTED")


def test_without_a_basis_every_commercial_message_waits(workflow: Workflow) -> None:
    with workflow.made.store.tenant(workflow.made.tenant) as connection:
        connection.execute(delete(BasisRow).where(BasisRow.purpose == "marketing_email"))
    assert workflow.ask() == ("yes", "NO_BASIS")
    assert workflow.ask(inputFields={"kind": "notice"}) == ("no", "SERVICE_OR_NOTICE")


def test_a_contact_that_never_wrote_is_sent_to_only_on_a_basis_that_needs_no_choice(workflow: Workflow) -> None:
    assert workflow.ask() == ("yes", "NOT_PERMITTED"), "consent was never given"
    with workflow.made.store.tenant(workflow.made.tenant) as connection:
        connection.execute(
            update(BasisRow).where(BasisRow.purpose == "marketing_email").values(basis="legitimate_interest")
        )
    assert workflow.ask() == ("no", "NOTHING_KNOWN")


def test_a_trial_holds_nothing_and_a_pause_holds_everything(open_workflow: Callable[..., Workflow]) -> None:
    workflow = open_workflow(ANGRY)
    for mode, told in (("observe", ("no", "TRIAL")), ("paused", ("yes", "NOT_CURRENT"))):
        with workflow.made.store.tenant(workflow.made.tenant) as connection:
            connection.execute(update(TenantRow).values(mode=mode))
        assert workflow.ask() == told


def test_a_long_outage_holds(open_workflow: Callable[..., Workflow]) -> None:
    workflow = open_workflow(CALM)
    now = workflow.made.clock.now()
    for minutes, told in ((14, ("no", "CLEAR")), (16, ("yes", "NOT_CURRENT"))):
        with workflow.made.store.tenant(workflow.made.tenant) as connection:
            connection.execute(update(InstallationRow).values(outage_since=now - timedelta(minutes=minutes)))
        assert workflow.ask() == told
