"""What the card fetches, as HubSpot sends it on: the address with user and account added, signed, to the real API."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from sqlalchemy import select, update

from connectors.hubspot.signing import signature
from core.store.tables import DirectoryRow, FeedbackRow, InstallationRow
from plugins.hubspot.package import PATHS, REASONS
from tests.conftest import MakeWorld
from tests.plugins.api.asking import Asking, ask
from tests.talk import ANGRY, connect

AGENT, SELLER = "7", "8"


@pytest.fixture
def shown(make_world: MakeWorld) -> tuple[Asking, dict[str, str]]:
    """A HubSpot account in which Ada was angry; user 7 is an agent, 8 sells. Ids of her records, by our level."""
    made = make_world(only=("hubspot",))
    talk = connect(made)
    case = talk.say(ANGRY)[0]["case"]
    made.work()
    records = talk.box.records()
    with made.store.tenant(made.tenant) as connection:
        connection.execute(update(InstallationRow).values(options={"roles": {AGENT: "agent", SELLER: "sales"}}))
        # Every world has the sandbox's own account; this test needs one that nobody else has.
        of_this = update(DirectoryRow).where(DirectoryRow.tenant_id == made.tenant)
        connection.execute(of_this.values(account_ref=portal(made)))
    made.runtime.directory.forget(made.installations["hubspot"])
    ids = {"case": case, "person": next(iter(records["person"])), "account": next(iter(records["account"]))}
    return ask(made, vendor="hubspot"), ids


def portal(made: Any) -> str:
    return str(int(made.tenant.removeprefix("t-"), 16))


def fetch(asking: Asking, path: str, user: str, body: dict[str, str] | None = None) -> tuple[int, dict[str, Any]]:
    """Send what ``hubspot.fetch`` makes of a card's request."""
    made, method = asking.made, "POST" if body is not None else "GET"
    added = {"userId": user, "portalId": portal(made), "userEmail": "ada+x@firm.example", "appId": "1"}
    url, sent = f"/api/v1/{path}?{urlencode(added)}", json.dumps(body).encode() if body is not None else b""
    stamp = str(int(made.clock.now().timestamp() * 1000))
    mac = signature(made.secret["hubspot"], method, f"http://localhost{url}", sent, stamp)
    headers = {"X-HubSpot-Signature-v3": mac, "X-HubSpot-Request-Timestamp": stamp, "Content-Type": "application/json"}
    answer = asking.web.test_client().open(url, method=method, data=sent, headers=headers)
    return answer.status_code, answer.get_json()


def test_the_card_of_each_record_is_served_to_its_reader_and_to_no_more_than_that(
    shown: tuple[Asking, dict[str, str]],
) -> None:
    asking, ids = shown
    cards = {
        user: {str(level): fetch(asking, f"{path}/{ids[str(level)]}", user) for level, path in PATHS.items()}
        for user in (AGENT, SELLER, "999")
    }
    assert {status for one in cards.values() for status, _ in one.values()} == {200}
    states = {user: {level: card["state"]["code"] for level, (_, card) in one.items()} for user, one in cards.items()}
    assert states[AGENT] == {"case": "scored", "person": "scored", "account": "scored"}
    assert states["999"] == dict.fromkeys(ids, "no_view")
    _, case = cards[AGENT]["case"]
    assert case["state"]["band"] == "high" and any(one["phrase"] for one in case["reasons"]) and case["tasks"]
    _, account = cards[SELLER]["account"]
    assert [one["key"] for one in account["values"]] == ["attune_health_band"]
    assert cards[SELLER]["case"][1]["state"]["code"] == "no_view"


def test_every_reason_that_the_card_offers_is_kept_and_another_is_not(shown: tuple[Asking, dict[str, str]]) -> None:
    asking, ids = shown
    path = f"cases/{ids['case']}/disagreement"
    for reason in REASONS:
        assert fetch(asking, path, AGENT, {"reason": reason, "words": "She was joking."})[0] == 200
        with asking.made.store.tenant(asking.made.tenant) as connection:
            (row,) = connection.execute(select(FeedbackRow.reason, FeedbackRow.words, FeedbackRow.kind))
        assert tuple(row) == (reason, "She was joking.", "disagree")
    assert fetch(asking, path, AGENT, {"reason": "made up", "words": ""})[0] == 422
    assert fetch(asking, path, SELLER, {"reason": "other", "words": ""})[0] == 403
    assert fetch(asking, f"cases/{ids['case']}", AGENT)[1]["disputed"] is True
