"""Who may ask: no, foreign, expired and tampered credentials, on every route; HubSpot's signed requests."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, update

from connectors.hubspot.signing import signature
from core.roles import Reader
from core.store import bearer
from core.store.tables import DirectoryRow, InstallationRow
from tests.conftest import MakeWorld
from tests.plugins.api.asking import Asking, ask
from tests.talk import ANGRY, connect

ROUTES = [
    ("GET", "/cases/1", None),
    ("GET", "/people/1", None),
    ("GET", "/accounts/1", None),
    ("GET", "/overview", None),
    ("POST", "/cases/1/draft", {"text": "Thank you for writing to us."}),
    ("POST", "/cases/1/draft/outcome", {"accepted": ["HOLLOW_REPLY"]}),
    ("POST", "/cases/1/alert", {}),
    ("POST", "/cases/1/disagreement", {"reason": "other"}),
    ("POST", "/accounts/1/disagreement", {"reason": "other"}),
    ("POST", "/cases/1/dismissal", {}),
    ("POST", "/cases/1/supervisor", {}),
    ("POST", "/session", {}),
]


def tampered(good: str) -> list[str]:
    payload, _, mac = good.partition(".")
    body = json.loads(base64.urlsafe_b64decode(payload))
    lead = base64.urlsafe_b64encode(json.dumps(body | {"role": "lead"}).encode()).decode()
    return [
        f"{lead}.{mac}",
        f"{payload}.{mac[:-1]}{'1' if mac[-1] == '0' else '0'}",
        payload,
        f".{mac}",
        f"{payload}.",
        "x" * 5_000,
        "ä.ö",
        "..",
        "",
    ]


@pytest.fixture
def asking(make_world: MakeWorld) -> Asking:
    """A world in which ticket 1 is known."""
    made = make_world(only=("zendesk",))
    connect(made).say(ANGRY)
    made.work()
    return ask(made)


def send(asking: Asking, route: tuple[str, str, Any], credential: str | None) -> tuple[int, dict[str, Any]]:
    method, path, body = route
    headers = {"Authorization": credential} if credential is not None else {}
    answer = asking.web.test_client().open(f"/api/v1{path}", method=method, json=body, headers=headers)
    return answer.status_code, answer.get_json()


SIGN_IN = (401, {"code": "SIGN_IN", "words": "Please reload this page to sign in again."})


def test_doubtful_credentials_get_the_sign_in_state_on_every_route(asking: Asking) -> None:
    now, seal = asking.made.clock.now(), asking.made.seal
    doubtful = {
        "none": None,
        "other scheme": "Basic YTpi",
        "expired": f"Bearer {bearer.issue(seal, asking.reader(), now - timedelta(minutes=30))}",
        "too long ago": f"Bearer {bearer.issue(seal, asking.reader(), now, now - timedelta(hours=12))}",
        "foreign installation": "Bearer "
        + bearer.issue(seal, Reader("t-else", "nowhere", "zendesk", "1", "agent"), now),
        "foreign tenant": "Bearer "
        + bearer.issue(seal, Reader("t-else", asking.made.installations["zendesk"], "zendesk", "1", "lead"), now),
    } | {f"tampered {n}": f"Bearer {one}" for n, one in enumerate(tampered(asking.bearer()))}
    found = {(name, route[:2]): send(asking, route, one) for name, one in doubtful.items() for route in ROUTES}
    assert {case: answer for case, answer in found.items() if answer != SIGN_IN} == {}


def test_a_live_bearer_is_served_on_every_route(asking: Asking) -> None:
    given = f"Bearer {asking.bearer('lead')}"
    served = {route[:2]: send(asking, route, given)[0] for route in ROUTES}
    assert served == {route[:2]: 200 for route in ROUTES} | {("POST", "/accounts/1/disagreement"): 404}


def test_a_bearer_of_one_tenant_opens_nothing_of_another(make_world: MakeWorld, asking: Asking) -> None:
    other = ask(make_world(only=("zendesk",)))
    card = other.card("/cases/1")
    assert card["state"]["code"] == "empty" and not card["values"]


def test_an_uninstalled_tool_signs_everybody_out(asking: Asking) -> None:
    with asking.made.store.tenant(asking.made.tenant) as connection:
        connection.execute(delete(DirectoryRow).where(DirectoryRow.tenant_id == asking.made.tenant))
    asking.made.runtime.directory.forget(asking.made.installations["zendesk"])
    assert asking.call("GET", "/cases/1").status_code == 401


def test_a_renewed_bearer_has_the_role_of_now_and_ends_after_a_working_day(asking: Asking) -> None:
    made = asking.made
    with made.store.tenant(made.tenant) as connection:
        connection.execute(update(InstallationRow).values(options={"roles": {"501": "collections"}}))
    fresh = asking.call("POST", "/session", json={}).get_json()
    reader, since = bearer.open_bearer(made.seal, fresh["bearer"], made.clock.now())
    assert reader.role == "collections" and since == made.clock.now() and fresh["seconds"] == 1800
    renewed = bearer.issue(made.seal, reader, made.clock.now(), since - timedelta(hours=11, minutes=59))
    made.advance(120)
    assert send(asking, ("POST", "/session", {}), f"Bearer {renewed}") == SIGN_IN


@pytest.mark.parametrize("id_", ["%00", "1%20OR%201", "..%2f", "x" * 65, "1;", "%E2%82%AC", "-1"])
def test_odd_record_ids_are_unknown(asking: Asking, id_: str) -> None:
    answer = asking.call("GET", f"/cases/{id_}")
    assert answer.status_code == 404 and answer.get_json()["code"] in {"UNKNOWN_RECORD", "REFUSED"}


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{", "application/json", 422),
        (b"[]", "application/json", 422),
        (b'{"text": 5}', "application/json", 422),
        (b'{"text": "x", "more": 1}', "application/json", 422),
        (b"\xff\xfe", "application/json", 422),
        (b"", "application/json", 422),
        (b"text=hello", "application/x-www-form-urlencoded", 422),
        (b'{"text": "' + b"x" * 20_001 + b'"}', "application/json", 422),
        (b'{"text": "' + b"x" * 200_000 + b'"}', "application/json", 413),
        (b'{"text": ' + b"9" * 5_000 + b"}", "application/json", 422),
        (b'{"text": ' + b"[" * 50_000 + b"]" * 50_000 + b"}", "application/json", 422),
    ],
)
def test_hostile_content_is_refused_in_json(asking: Asking, body: bytes, kind: str, status: int) -> None:
    answer = asking.call("POST", "/cases/1/draft", data=body, content_type=kind)
    assert answer.status_code == status, answer.text
    assert set(answer.get_json()) == {"code", "words"} and "xxxx" not in answer.text


def test_answers_are_not_cached_nor_framed(asking: Asking) -> None:
    for answer in (asking.call("GET", "/cases/1"), asking.web.test_client().get("/api/v1/cases/1")):
        assert answer.headers["Cache-Control"] == "no-store"
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
        assert "Set-Cookie" not in answer.headers


# --- HubSpot: the signature over the whole address proves user and account -------------------------------------------


@pytest.fixture
def hub(make_world: MakeWorld) -> Asking:
    """A HubSpot installation in which user 7 is an account manager."""
    made = make_world(only=("hubspot",))
    with made.store.tenant(made.tenant) as connection:
        connection.execute(update(InstallationRow).values(options={"roles": {"7": "csm"}}))
        # Every world has the sandbox's own account; this test needs one that nobody else has.
        of_this = update(DirectoryRow).where(DirectoryRow.tenant_id == made.tenant)
        connection.execute(of_this.values(account_ref=_portal(made)))
    made.runtime.directory.forget(made.installations["hubspot"])
    return ask(made, vendor="hubspot")


def _portal(made: Any) -> str:
    return str(int(made.tenant.removeprefix("t-"), 16))


def signed(asking: Asking, url: str, *, secret: str = "", skew: float = 0.0, sent_to: str = "") -> int:
    made = asking.made
    stamp = str(int((made.clock.now().timestamp() + skew) * 1000))
    key = secret or made.secret["hubspot"]
    mac = signature(key, "GET", f"http://localhost{url}", b"", stamp)
    headers = {"X-HubSpot-Signature-v3": mac, "X-HubSpot-Request-Timestamp": stamp}
    return asking.web.test_client().get(sent_to or url, headers=headers).status_code


def test_hubspot_users_are_known_by_their_signed_address(hub: Asking) -> None:
    url = f"/api/v1/accounts/1?userId=7&portalId={_portal(hub.made)}&userEmail=a%40b.example&appId=1"
    assert signed(hub, url) == 200
    assert signed(hub, url, skew=299) == 200
    refused = {
        "stale": signed(hub, url, skew=-301),
        "future": signed(hub, url, skew=301),
        "other secret": signed(hub, url, secret="other"),
        "other user": signed(hub, url, sent_to=url.replace("=7&", "=8&")),
        "other record": signed(hub, url, sent_to=url.replace("accounts/1", "accounts/2")),
        "other portal": signed(hub, url.replace(_portal(hub.made), "1")),
        "two users": signed(hub, url + "&userId=8"),
        "no user": signed(hub, url.replace("userId=7&", "")),
        "no portal": signed(hub, url.replace("portalId=", "portal=")),
    }
    assert set(refused.values()) == {401}, refused


def test_a_hubspot_user_without_a_role_gets_the_least_view(hub: Asking) -> None:
    url = f"/api/v1/accounts/1?userId=99&portalId={_portal(hub.made)}"
    stamp = str(int(hub.made.clock.now().timestamp() * 1000))
    mac = signature(hub.made.secret["hubspot"], "GET", f"http://localhost{url}", b"", stamp)
    headers = {"X-HubSpot-Signature-v3": mac, "X-HubSpot-Request-Timestamp": stamp}
    assert hub.web.test_client().get(url, headers=headers).get_json()["state"]["code"] == "no_view"
