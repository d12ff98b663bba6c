"""The workflow action over HTTP, on the real database: who may ask, what is answered, what stays in the trail."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from hubspot.utils.signature import Signature
from sqlalchemy import delete, select, update
from werkzeug.test import TestResponse

from connectors.hubspot.action_signing import signature_v2
from connectors.hubspot.signing import signature
from core.compliance.consent import Choice
from core.store import enrolment, ledger
from core.store.tables import AuditRow, BasisRow, CaseRow, DirectoryRow, InstallationRow, ObservationRow, TenantRow
from plugins.hubspot.actions import HOLD_PATH, MAX_BYTES, Actions, blueprint
from tests.conftest import MakeWorld
from tests.talk import ANGRY, CALM, Talk, connect, only_person
from tests.world import BASES, World

PUBLIC = "https://attune.example.com"
ASKED = PUBLIC + HOLD_PATH
MARKETING = {**BASES, "marketing_email": "consent", "marketing_sms": "consent"}
GRANTED = "granted"


@dataclass
class Workflow:
    """A HubSpot account whose workflow asks about Ada."""

    made: World
    talk: Talk
    web: Flask
    portal: int
    contact: str = ""

    def body(self, **changed: Any) -> bytes:
        asked = {
            "callbackId": "ap-1-2-3-0",
            "origin": {"portalId": self.portal, "actionDefinitionId": 10646377, "actionDefinitionVersion": 1},
            "context": {"source": "WORKFLOWS", "workflowId": 192814114},
            "object": {"objectId": int(self.contact or 1), "objectType": "CONTACT", "properties": {}},
            "inputFields": {"kind": "marketing_email"},
        }
        return json.dumps({**asked, **changed}).encode()

    def send(self, body: bytes, headers: dict[str, str], query: str = "") -> TestResponse:
        sent = {"Content-Type": "application/json", **headers}
        return self.web.test_client().post(HOLD_PATH + query, data=body, headers=sent)

    def ask(self, **changed: Any) -> tuple[str, str]:
        body = self.body(**changed)
        answer = self.send(body, self.v2(body))
        assert answer.status_code == 200, answer.status_code
        told = answer.get_json()
        assert set(told) == {"outputFields"} and told["outputFields"].pop("hs_execution_state") == "SUCCESS"
        return told["outputFields"]["hold"], told["outputFields"]["reason"]

    def v2(self, body: bytes, *, secret: str = "", method: str = "POST", url: str = ASKED) -> dict[str, str]:
        mac = signature_v2(secret or self.made.secret["hubspot"], method, url, body)
        return {"X-HubSpot-Signature": mac, "X-HubSpot-Signature-Version": "v2"}

    def v3(self, body: bytes, skew: float = 0.0) -> dict[str, str]:
        stamp = str(int((self.made.clock.now().timestamp() + skew) * 1000))
        mac = signature(self.made.secret["hubspot"], "POST", ASKED, body, stamp)
        return {"X-HubSpot-Signature-v3": mac, "X-HubSpot-Request-Timestamp": stamp}

    def allow(self, purpose: str = "marketing_email", choice: str = GRANTED) -> None:
        made = self.made
        with made.store.tenant(made.tenant) as connection:
            now = made.clock.now()
            ledger.record(connection, made.tenant, only_person(made), Choice(purpose, choice, now, "form", "1"), now)

    def move(self, portal: int) -> None:
        """Give the installation another account at HubSpot."""
        with self.made.store.tenant(self.made.tenant) as connection:
            of_this = update(DirectoryRow).where(DirectoryRow.tenant_id == self.made.tenant)
            connection.execute(of_this.values(account_ref=str(portal)))
        self.made.runtime.directory.forget(self.made.installations["hubspot"])

    def trail(self) -> list[tuple[str, dict[str, Any]]]:
        with self.made.store.tenant(self.made.tenant) as connection:
            found = select(AuditRow.subject, AuditRow.detail).where(AuditRow.action == "campaign_hold")
            return [(row.subject, row.detail) for row in connection.execute(found.order_by(AuditRow.seq))]


@pytest.fixture
def open_workflow(make_world: MakeWorld) -> Callable[..., Workflow]:
    def opened(text: str = "") -> Workflow:
        """Open an account; with ``text`` Ada writes it and agrees to marketing by e-mail."""
        made = make_world(only=("hubspot",))
        workflow = Workflow(made, connect(made), made.app(), int(made.tenant.removeprefix("t-"), 16))
        with made.store.tenant(made.tenant) as connection:
            enrolment.record_basis(connection, made.tenant, MARKETING, "test", made.clock.now())
        if text:
            workflow.talk.say(text)
            made.work()
            workflow.contact = next(iter(workflow.talk.box.records()["person"]))
            workflow.allow()
        # Every world has the sandbox's own account; from here on each needs one that nobody else has.
        workflow.move(workflow.portal)
        asked = Actions(made.store, made.seal, made.runtime.directory, made.clock, PUBLIC)
        workflow.web.register_blueprint(blueprint(asked))
        return workflow

    return opened


@pytest.fixture
def workflow(open_workflow: Callable[..., Workflow]) -> Workflow:
    return open_workflow()


# --- who may ask -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "uri", "body", "wanted"),
    [
        # HubSpot's own example, and the same with a body, checked by its SDK below.
        ("GET", "https://www.example.com/webhook_uri", "",
         "eee2dddcc73c94d699f5e395f4b9d454a069a6855fbfa152e91e88823087200e"),
        ("POST", "https://www.example.com/webhook_uri", '{"example_field":"example_value"}',
         "9569219f8ba981ffa6f6f16aa0f48637d35d728c7e4d93d0d52efaa512af7900"),
    ],
)
def test_version_2_is_as_documented_and_as_in_the_vendors_sdk(method: str, uri: str, body: str, wanted: str) -> None:
    secret = "yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy"
    assert signature_v2(secret, method, uri, body.encode()) == wanted
    assert Signature.get_signature(secret, body, "v2", http_uri=uri, http_method=method) == wanted


def test_a_forged_question_gets_no_answer_and_leaves_nothing(workflow: Workflow) -> None:
    body = workflow.body()
    good = workflow.v2(body)
    assert workflow.send(body, good).status_code == 200
    seen = workflow.trail()
    refused = {
        "none": workflow.send(body, {}),
        "empty": workflow.send(body, {"X-HubSpot-Signature": ""}),
        "other secret": workflow.send(body, workflow.v2(body, secret="other")),
        "other body": workflow.send(body + b" ", good),
        "other method": workflow.send(body, workflow.v2(body, method="PUT")),
        "other address": workflow.send(body, workflow.v2(body, url=PUBLIC + "/hubspot/actions/other")),
        "as called inside": workflow.send(body, workflow.v2(body, url="http://localhost" + HOLD_PATH)),
        "query added": workflow.send(body, good, "?portalId=1"),
        "not ascii": workflow.send(body, {"X-HubSpot-Signature": "ä" * 64}),
        "a webhook's": workflow.send(body, {**good, "X-HubSpot-Signature-v3": "x", "X-HubSpot-Request-Timestamp": "1"}),
    }
    assert {name: answer.status_code for name, answer in refused.items()} == dict.fromkeys(refused, 401)
    assert not any(answer.data for answer in refused.values())
    assert workflow.trail() == seen


def test_version_3_decides_where_it_comes_along_and_has_an_age(workflow: Workflow) -> None:
    body = workflow.body()
    status = {skew: workflow.send(body, {**workflow.v2(body), **workflow.v3(body, skew)}).status_code
              for skew in (0, -299, 299, -301, 301)}
    assert status == {0: 200, -299: 200, 299: 200, -301: 401, 301: 401}
    assert workflow.send(body, workflow.v3(body)).status_code == 200


def test_another_account_cannot_ask_for_this_one(open_workflow: Callable[..., Workflow]) -> None:
    one, other = open_workflow(), open_workflow()
    body = one.body(origin={"portalId": other.portal})
    assert one.send(body, one.v2(body)).status_code == 401
    assert other.send(body, other.v2(body)).status_code == 200
    for portal in (0, 1, -1, True, None, "x", "1" * 30, [other.portal], {"id": other.portal}, "\x00", 1.5):
        body = other.body(origin={"portalId": portal})
        assert other.send(body, other.v2(body)).status_code == 401, portal


def test_an_account_of_two_tenants_is_ambiguous(open_workflow: Callable[..., Workflow]) -> None:
    one, other = open_workflow(), open_workflow()
    other.move(one.portal)
    body = one.body()
    assert one.send(body, one.v2(body)).status_code == 401


def test_what_is_no_question_is_refused(workflow: Workflow) -> None:
    for body in (b"", b"[]", b"null", b"{", b"[" * 50_000, b'"x"', b"\xff\xfe", b"1" * 10_000):
        assert workflow.send(body, workflow.v2(body)).status_code == 401, body[:10]


def test_a_flood_is_not_read(workflow: Workflow) -> None:
    body = workflow.body(object={"objectId": 1, "properties": {"x": "y" * MAX_BYTES}})
    assert workflow.send(body, workflow.v2(body)).status_code == 413


def test_a_signed_question_that_cannot_be_read_holds(workflow: Workflow) -> None:
    odd: tuple[Any, ...] = (
        {}, None, [], {"objectId": None}, {"objectId": "x"}, {"objectId": 1, "objectType": "DEAL"},
    )
    for record in odd:
        assert workflow.ask(object=record) == ("yes", "UNREADABLE"), record


# --- what is answered ------------------------------------------------------------------------------------------------


def test_an_angry_customer_is_held_and_a_calm_one_is_not(open_workflow: Callable[..., Workflow]) -> None:
    angry, calm = open_workflow(ANGRY), open_workflow(CALM)
    assert angry.ask() == ("yes", "SUPPORT_FIRST")
    assert angry.ask(inputFields={"kind": "notice"}) == ("no", "SERVICE_OR_NOTICE")
    assert angry.ask(inputFields={}, fields={"kind": "marketing_email"}) == ("yes", "SUPPORT_FIRST")
    assert calm.ask() == ("no", "CLEAR")


def test_each_kind_of_message_needs_its_own_consent(open_workflow: Callable[..., Workflow]) -> None:
    workflow = open_workflow(CALM)
    told = {kind: workflow.ask(inputFields={"kind": kind})
            for kind in ("marketing_email", "marketing_sms", "marketing_phone", "", "unheard-of")}
    assert told == {
        "marketing_email": ("no", "CLEAR"), "marketing_sms": ("yes", "NOT_PERMITTED"),
        "marketing_phone": ("yes", "NO_BASIS"), "": ("yes", "NOT_PERMITTED"), "unheard-of": ("yes", "NOT_PERMITTED"),
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
