from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests
from flask import Flask, Response, request

from connectors.sandbox import build, serving, vendors
from connectors.sandbox_faults import Faults, SandboxClock
from connectors.sandbox_sender import Hook, WebhookSender


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with serving(build(["zendesk"])) as url:
        yield url


def control(address: str, method: str, argument: Any = None) -> Any:
    url = f"{address}/zendesk/__sandbox__/{method}"
    answer = requests.get(url, timeout=5) if argument is None else requests.post(url, json=argument, timeout=5)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_every_vendor_with_a_sandbox_is_found() -> None:
    assert "zendesk" in vendors()


def test_the_index_lists_what_is_mounted(address: str) -> None:
    assert requests.get(address, timeout=5).json() == ["zendesk"]


def test_the_control_api_over_http(address: str) -> None:
    requests.post(f"{address}/zendesk/__sandbox__/reset", timeout=5)
    made = control(
        address,
        "seed",
        {
            "accounts": [
                {
                    "key": "a",
                    "name": "Firm",
                    "domain": "firm.example",
                    "external_id": None,
                    "crm_id": "1",
                    "owner_id": None,
                    "signals": {},
                }
            ],
            "people": [
                {
                    "key": "p",
                    "name": "Ada",
                    "email": "a@firm.example",
                    "account": "a",
                    "external_id": None,
                    "crm_id": None,
                    "minor": False,
                    "objected": False,
                }
            ],
        },
    )
    assert set(made["accounts"]) == {"a"} and set(made["people"]) == {"p"}
    (said,) = control(
        address,
        "say",
        [
            {
                "case": "c",
                "person": "p",
                "role": "customer",
                "text": "Hi",
                "at": "2026-11-02T09:00:00Z",
                "channel": "email",
                "locale": "en",
                "subject": "S",
                "attachments": [],
            }
        ],
    )
    assert said["case"] and said["message"] and len(said["event_ids"]) == 1 and said["status"] == 0
    control(address, "status", [{"case": "c", "status": "solved", "at": "2026-11-02T10:00:00Z"}])
    assert control(address, "records")["case"] == {said["case"]: {"tags": []}}
    assert control(address, "calls")["field_write"] == 0
    assert control(address, "configure", {"secret": "s", "limits": {"jobs": 3}})["limits"] == {"jobs": 3}
    assert "secret" not in control(address, "configure", {})
    assert control(address, "settle") is True


def test_an_unknown_control_is_not_found(address: str) -> None:
    assert requests.get(f"{address}/zendesk/__sandbox__/_before", timeout=5).status_code == 404


def test_without_a_token_nothing_is_told(address: str) -> None:
    answer = requests.get(f"{address}/zendesk/api/v2/users/me.json", timeout=5)
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_token")


@pytest.mark.parametrize(
    ("switch", "status"),
    [({"down": True}, 503), ({"rate_limit": {"next": 1, "retry_after": 3}}, 429), ({"server_error": {"next": 1}}, 500)],
)
def test_faults_answer_and_end(address: str, switch: dict[str, Any], status: int) -> None:
    control(address, "faults", switch)
    me, token = f"{address}/zendesk/api/v2/users/me.json", control(address, "credentials")["access"]
    headers = {"Authorization": f"Bearer {token}"}
    assert requests.get(me, headers=headers, timeout=5).status_code == status
    control(address, "faults", dict.fromkeys(switch))
    assert requests.get(me, headers=headers, timeout=5).status_code == 200


def test_counted_faults_are_used_up() -> None:
    faults = Faults()
    faults.update({"conflict": {"next": 2}, "gone": [5], "down": True})
    assert [faults.take("conflict") is not None for _ in range(3)] == [True, True, False]
    assert faults.listed("gone", "5") and not faults.listed("gone", "6")
    assert faults.take("down") is None
    assert "down" not in faults.update({"down": False})


def test_the_clock_moves_and_goes_on() -> None:
    clock = SandboxClock()
    clock.move({"set": "2030-01-01T00:00:00+00:00"})
    clock.move({"advance": 90})
    assert timedelta(seconds=90) <= clock.now() - datetime(2030, 1, 1, tzinfo=UTC) < timedelta(seconds=95)


# --- sending --------------------------------------------------------------------------------------


def hook(name: str) -> Hook:
    return Hook((name,), name.encode(), lambda body: {"X-Signed": body.decode()})


def sender(answers: list[int]) -> tuple[WebhookSender, list[str]]:
    made, seen = WebhookSender(), []
    made.url, made.wait_seconds = "http://127.0.0.1/", 0

    def post(url: str, body: bytes, headers: dict[str, str]) -> int:
        seen.append(headers["X-Signed"])
        return answers.pop(0) if answers else 200

    made.post = post
    return made, seen


@pytest.mark.parametrize(
    ("answers", "status", "tries"),
    [
        ([200], 200, 1),
        ([204], 204, 1),
        ([0, 200], 200, 2),
        ([503, 500, 200], 200, 3),
        ([429, 200], 200, 2),
        ([401], 401, 1),
        ([404], 404, 1),
        ([0] * 60, 0, 60),
    ],
)
def test_a_hook_is_tried_again_only_where_that_may_help(answers: list[int], status: int, tries: int) -> None:
    made, _ = sender(answers)
    assert made.deliver([hook("a")]) == [status]
    ok = 200 <= status < 300
    assert made.counts() == {"sent": ["a"] if ok else [], "attempts": tries, "failed": int(not ok)}


def test_order_duplicates_and_disorder() -> None:
    hooks = [hook(name) for name in "abcde"]
    made, seen = sender([])
    made.deliver(hooks)
    assert "".join(seen) == "abcde"
    made, seen = sender([])
    made.deliver(hooks, duplicate=True)
    assert "".join(seen) == "aabbccddee"
    made, seen = sender([201, 202, 203, 204, 205])
    assert made.deliver(hooks, reorder=True) == [202, 201, 204, 203, 205]
    assert "".join(seen) == "badce"


def test_what_is_sent_later_is_settled() -> None:
    made, seen = sender([])
    made.later([hook("a"), hook("b")])
    made.later([])
    assert made.settle(5) and seen == ["a", "b"]


def test_over_http() -> None:
    app, seen = Flask("receiver"), []

    @app.post("/in")
    def receive() -> Response:
        seen.append((request.get_data(), request.headers["X-Signed"]))
        return Response(status=200)

    with serving(app) as url:
        made = WebhookSender()
        made.url = f"{url}/in"
        assert made.deliver([hook("a")]) == [200]
    assert seen == [(b"a", "a")]
    made.tries = 1
    assert made.deliver([hook("b")]) == [0]


def test_a_sandbox_speaks_json_only(address: str) -> None:
    answer = requests.get(f"{address}/zendesk/__sandbox__/calls", timeout=5)
    assert json.loads(answer.content) and answer.headers["Content-Type"] == "application/json"
