"""What the sandbox answers and sends, against recorded traffic: the same keys, types that go together."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import requests

from core.model import Delivery
from core.ports import Secrets
from tests.connectors.zendesk import shared
from tests.plugins.zendesk.conftest import World, sandbox, world
from webhooks.zendesk import intake, signature

__all__ = ["sandbox", "world"]

# Lists whose items differ from one another, and objects that are free: only their type is compared.
LOOSE = frozenset({"events", "metadata", "user_fields", "organization_fields", "custom_fields", "fields", "source"})
# Only the account owner's own view holds this.
OWN_VIEW = frozenset({"authenticity_token"})


def differences(real: Any, ours: Any, path: str = "") -> list[str]:
    """Name the places where an answer is not shaped as the recorded one; null goes with anything."""
    if real is None or ours is None:
        return []
    if type(real) is not type(ours):
        return [f"{path}: {type(ours).__name__} for {type(real).__name__}"]
    if isinstance(real, dict) and path.rsplit(".", 1)[-1] not in LOOSE:
        missing = [f"{path}.{key}: missing" for key in sorted(set(real) - set(ours) - OWN_VIEW)]
        added = [f"{path}.{key}: added" for key in sorted(set(ours) - set(real))]
        shared_keys = [key for key in real if key in ours]
        inner = [found for key in shared_keys for found in differences(real[key], ours[key], f"{path}.{key}")]
        return missing + added + inner
    if isinstance(real, list) and real and ours and path.rsplit(".", 1)[-1] not in LOOSE:
        return differences(real[0], ours[0], f"{path}[]")
    return []


class Caller:
    """Calls the sandbox as a bare client does."""

    def __init__(self, world: World) -> None:
        self._world = world

    def __call__(self, method: str, path: str, body: Any = None) -> requests.Response:
        headers = {"Authorization": f"Bearer {self._world.vault.token.access}"}
        return requests.request(method, self._world.url + path, json=body, headers=headers, timeout=10)


@pytest.fixture
def bare(world: World) -> Caller:
    """An account without our fields, as the recorded one was."""
    for kind in world.box.desk.fields.values():
        kind.clear()
    return Caller(world)


NEW = {"ticket": {"subject": "test", "description": "test"}}
ROWS = {"tickets": [{"id": 1, "subject": "other"}]}


def opened(call: Caller) -> None:
    call("POST", "/api/v2/tickets.json", NEW)


def job(call: Caller, polls: int) -> requests.Response:
    opened(call)
    job_id = call("PUT", "/api/v2/tickets/update_many.json", ROWS).json()["job_status"]["id"]
    for _ in range(polls - 1):
        call("GET", f"/api/v2/job_statuses/{job_id}.json")
    return call("GET", f"/api/v2/job_statuses/{job_id}.json")


def after(call: Caller, method: str, path: str, body: Any = None) -> requests.Response:
    opened(call)
    return call(method, path, body)


TICKET, FIELD = "TestTicketCreateUpdateDelete", "TestTicketFieldCreateUpdateDelete"
MANY = f"{TICKET}.test_multiple_update_full_objects-update-many"
PAIRS: list[tuple[str, int, Callable[[Caller], requests.Response]]] = [
    (f"{TICKET}.test_single_object_creation-create-single", 0, lambda c: c("POST", "/api/v2/tickets.json", NEW)),
    (
        f"{TICKET}.test_single_object_update-update-single",
        1,
        lambda c: after(c, "PUT", "/api/v2/tickets/1.json", {"ticket": {"subject": "x"}}),
    ),
    (
        f"{TICKET}.test_single_update_raises_recordnotfoundexception-recordnotfound-update",
        0,
        lambda c: c("PUT", "/api/v2/tickets/9223372036854775807.json", NEW),
    ),
    (
        f"{TICKET}.test_raises_toomanyvaluesexception_create-create-multiple",
        0,
        lambda c: c("PUT", "/api/v2/tickets/update_many.json", {"tickets": [{"id": 1}] * 101}),
    ),
    (MANY, 4, lambda c: after(c, "GET", "/api/v2/tickets/show_many.json?ids=1")),
    (MANY, 5, lambda c: after(c, "PUT", "/api/v2/tickets/update_many.json", ROWS)),
    (MANY, 6, lambda c: job(c, 1)),
    (MANY, 8, lambda c: job(c, 3)),
    ("TestTicketsPagination.test_values", 2, lambda c: after(c, "GET", "/api/v2/tickets.json?page%5Bsize%5D=100")),
    (
        "TicketsIncrementalTest.test_get_values",
        1,
        lambda c: after(c, "GET", "/api/v2/incremental/tickets/cursor.json?start_time=0"),
    ),
    (
        f"{FIELD}.test_single_object_creation-create-single",
        0,
        lambda c: c("POST", "/api/v2/ticket_fields.json", {"ticket_field": {"title": "T", "type": "text"}}),
    ),
    (
        "UserFieldsCreateUpdateDelete.test_single_object_creation-create-single",
        0,
        lambda c: c("POST", "/api/v2/user_fields.json", {"user_field": {"title": "T", "key": "k", "description": "d"}}),
    ),
    ("TestUserMe.test_users_me", 0, lambda c: c("GET", "/api/v2/users/me.json")),
]


@pytest.mark.parametrize(("cassette", "index", "act"), PAIRS, ids=[f"{name}-{i}" for name, i, _ in PAIRS])
def test_answers_are_shaped_as_recorded(
    bare: Caller, cassette: str, index: int, act: Callable[[Caller], requests.Response]
) -> None:
    real, ours = shared.recorded(cassette)[index], act(bare)
    assert ours.status_code == real["status"]
    assert differences(real["body"], ours.json()) == []


LIMITS = {"x-rate-limit", "x-rate-limit-remaining", "rate-limit", "rate-limit-remaining", "rate-limit-reset"}


def test_headers_are_those_recorded(bare: Caller) -> None:
    real, ours = shared.recorded(MANY)[0]["headers"], bare("GET", "/api/v2/users/me.json").headers
    assert set(real) >= LIMITS
    assert set(ours) | {"location"} >= {name for name in real if "rate" in name}
    assert all(ours[name].isdigit() for name in LIMITS)


def test_the_warning_names_ignored_keys_as_recorded(bare: Caller) -> None:
    real = shared.recorded(f"{FIELD}.test_single_object_update-update-single")[1]
    made = bare("POST", "/api/v2/ticket_fields.json", {"ticket_field": {"title": "T", "type": "text"}}).json()
    ours = bare(
        "PUT",
        f"/api/v2/ticket_fields/{made['ticket_field']['id']}.json",
        {"ticket_field": {"id": 1, "title": "x", "type": "y"}},
    )
    assert [ours.headers["x-zendesk-api-warn"]] == real["headers"]["x-zendesk-api-warn"]
    assert ours.json()["ticket_field"]["type"] == "text"


def test_single_records_are_shaped_as_recorded(bare: Caller, world: World) -> None:
    user = next(u for u in world.box.desk.users.values() if u["role"] == "end-user")
    organization = next(iter(world.box.desk.organizations.values()))
    real_user = shared.recorded("TestUserCreateUpdateDelete.test_single_object_creation-create-single")[0]["body"]
    real_organization = shared.recorded("TestOrganizationCreateUpdateDelete.test_single_object_creation-create-single")[
        0
    ]["body"]
    assert differences(real_user, bare("GET", f"/api/v2/users/{user['id']}.json").json()) == []
    ours = bare("GET", f"/api/v2/organizations/{organization['id']}.json").json()
    assert differences(real_organization, ours) == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("ticket", "id"), "5"),
        (("ticket", "tags"), "a b"),
        (("ticket", "via"), "api"),
        (("ticket", "ticket_status"), 1),
        (("ticket", "subject"), None),
        (("audit", "author_id"), "5"),
        (("ticket", "via", "channel"), 3),
    ],
)
def test_a_planted_difference_is_found(bare: Caller, path: tuple[str, ...], value: Any) -> None:
    real = shared.recorded(f"{TICKET}.test_single_object_creation-create-single")[0]["body"]
    ours = bare("POST", "/api/v2/tickets.json", NEW).json()
    bent = copy.deepcopy(ours)
    place = bent
    for step in path[:-1]:
        place = place[step]
    if value is None:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    assert differences(real, ours) == []
    assert differences(real, bent) != []


# --- webhooks -------------------------------------------------------------------------------------


def sent(world: World, topic: str) -> Any:
    """Return a webhook of ours of one kind, as parsed from the wire."""
    world.say({"text": "a"}, {"text": "b"}, {"case": "d", "text": "c", "channel": "chat"})
    bodies = [json.loads(delivery.body) for delivery in world.deliveries]
    return next(body for body in bodies if body["type"].endswith(topic))


WEBHOOKS = [
    ("ticket.created.captured", "ticket.created"),
    ("ticket.comment_added.captured", "ticket.comment_added"),
    ("messaging_ticket.message_added.documented", "messaging_ticket.message_added"),
]


@pytest.mark.parametrize(("name", "topic"), WEBHOOKS)
def test_webhooks_are_shaped_as_captured(world: World, name: str, topic: str) -> None:
    assert differences(shared.webhook(name), sent(world, topic)) == []


@pytest.mark.parametrize(
    ("part", "key", "value"),
    [("detail", "id", 5), ("detail", "ticket_form_id", "1"), ("event", "note", {}), ("detail", "tags", "a")],
)
def test_a_planted_difference_in_a_webhook_is_found(world: World, part: str, key: str, value: Any) -> None:
    body = sent(world, "ticket.comment_added")
    body[part][key] = value
    assert differences(shared.webhook("ticket.comment_added.captured"), body) != []


@pytest.mark.parametrize("name", [*(name for name, _ in WEBHOOKS), "user.active_changed.documented"])
def test_captured_webhooks_are_read(name: str) -> None:
    raw = json.dumps(shared.webhook(name)).encode()
    parsed = intake.parse(Delivery("zendesk", "i", "POST", "u", {}, raw, datetime.now(UTC)), frozenset())
    assert len(parsed.events) == 1 and parsed.events[0].kind != "unknown"


def test_signature_vectors() -> None:
    vectors = shared.webhook("signature-vectors")
    assert len(vectors) >= 3
    for vector in vectors:
        body = vector["body"].encode()
        assert signature(vector["secret"], vector["timestamp"], body) == vector["signature"]
        assert signature(vector["secret"], vector["timestamp"], body + b" ") != vector["signature"]
        assert signature(vector["secret"] + "x", vector["timestamp"], body) != vector["signature"]
        assert signature(vector["secret"], vector["timestamp"] + "1", body) != vector["signature"]


def test_the_vector_with_a_real_time_passes_the_door() -> None:
    vector = next(v for v in shared.webhook("signature-vectors") if v["timestamp"].startswith("2021"))
    headers = {
        "X-Zendesk-Webhook-Signature": vector["signature"],
        "X-Zendesk-Webhook-Signature-Timestamp": vector["timestamp"],
    }
    at = datetime.fromisoformat(vector["timestamp"])
    delivery = Delivery("zendesk", "i", "POST", "u", headers, vector["body"].encode(), at)
    intake.verify(delivery, Secrets((vector["secret"],)))
