"""A HubSpot account whose workflow asks whether to hold, over HTTP and on the real database."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from flask import Flask
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from connectors.hubspot.action_signing import signature_v2
from connectors.hubspot.signing import signature
from core.compliance.consent import Choice
from core.store import enrolment, ledger
from core.store.tables import AuditRow, DirectoryRow
from plugins.hubspot.actions import HOLD_PATH, Actions, blueprint
from tests.conftest import MakeWorld
from tests.talk import Talk, connect, only_person
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


def open_account(make_world: MakeWorld, text: str) -> Workflow:
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
