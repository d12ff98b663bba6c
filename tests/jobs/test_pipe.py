"""From a signed webhook to the vendor's record, on the real database and the sandbox."""

from __future__ import annotations

from typing import Any

from tests.conftest import MakeWorld
from tests.world import World

AT = "2026-11-20T11:00:00Z"
WORDS = "This is the third time I write. I am extremely disappointed and angry, if nothing happens I will cancel."


def heard(made: World, *texts: str) -> dict[str, Any]:
    """Seed one customer, let them write to Zendesk, and hand the webhooks to the application."""
    sandbox, client = made.sandbox("zendesk"), made.app().test_client()
    account = {"key": "firm", "name": "Firm", "domain": "firm.example", "external_id": "a1", "signals": {}}
    person = {"key": "ada", "name": "Ada", "email": "ada@firm.example", "account": "firm", "external_id": "p1"}
    sandbox.seed([account], [person])
    path = f"/webhooks/zendesk/{made.installations['zendesk']}"
    sandbox.sender._post = lambda hook: client.post(path, data=hook.body, headers=hook.sign(hook.body)).status_code
    sandbox.configure({"webhook_url": "in-process", "secret": made.secret["zendesk"]})
    said = [{"case": "c1", "person": "ada", "role": "customer", "text": text, "at": AT, "channel": "email"}
            for text in texts]
    return sandbox.say(said)[-1]


def test_a_complaint_becomes_fields_a_tag_a_remark_and_a_task(make_world: MakeWorld) -> None:
    made = make_world(only=("zendesk",))
    answer = heard(made, WORDS)
    made.work()
    records = made.sandbox("zendesk").records()
    ticket = records["case"][answer["case"]]
    assert answer["status"] == 200
    assert ticket["attune_risk_flag"] == "high"
    assert "attune_risk_high" in ticket["tags"]
    assert len(records["remarks"]) == 1
    assert [task["external_id"].split("-")[1] for task in records["tasks"]] == ["high_risk_follow_up"]
