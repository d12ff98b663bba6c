from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
import requests
from flask import Flask, Response, request

from connectors.sandbox import serving
from connectors.transport import TokenAuth, VendorAdapter, retry_after, session
from core.errors import RetryLaterError
from core.ports import Token

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
OLD = Token("old", generation=1)


class FixedClock:
    def now(self) -> datetime:
        return NOW


class Vault:
    def __init__(self, token: Token = OLD) -> None:
        self.token, self.renewals = token, 0

    def current(self) -> Token:
        return self.token

    def renew(self, stale: Token, fetch: Callable[[Token], Token]) -> Token:
        if stale.generation == self.token.generation:
            self.token, self.renewals = fetch(stale), self.renewals + 1
        return self.token


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    app = Flask("vendor")

    @app.route("/sub/status/<int:code>")
    def status(code: int) -> Response:
        return Response("{}", code, {"Retry-After": "7"} if code in (429, 503) else {})

    @app.route("/sub/echo", methods=["GET", "POST"])
    def echo() -> dict[str, object]:
        return {
            "query": request.query_string.decode(),
            "body": request.get_data(as_text=True),
            "auth": request.headers.get("Authorization"),
        }

    @app.route("/sub/private")
    def private() -> Response:
        good = request.headers.get("Authorization") == "Bearer new"
        return Response("{}", 200 if good else 401)

    with serving(app) as url:
        yield url + "/sub"


def test_every_host_reaches_the_base_url_and_the_sdk_sees_the_vendors_address(address: str) -> None:
    answer = session(VendorAdapter(address)).post("https://acme.zendesk.com/echo?a=1&b=%20", data=b"x")
    assert answer.json() == {"query": "a=1&b=%20", "body": "x", "auth": None}
    assert answer.request.url == answer.url == "https://acme.zendesk.com/echo?a=1&b=%20"


@pytest.mark.parametrize(("code", "after"), [(429, 7.0), (503, 7.0), (500, None), (423, None), (502, None)])
def test_not_now_is_retry_later(address: str, code: int, after: float | None) -> None:
    with pytest.raises(RetryLaterError) as caught:
        session(VendorAdapter(address)).get(f"https://x.example/status/{code}")
    assert caught.value.after_seconds == after


@pytest.mark.parametrize("code", [200, 400, 403, 404, 409, 422])
def test_other_answers_are_the_callers(address: str, code: int) -> None:
    assert session(VendorAdapter(address)).get(f"https://x.example/status/{code}").status_code == code


def test_no_connection_is_retry_later() -> None:
    with pytest.raises(RetryLaterError):
        session(VendorAdapter("http://127.0.0.1:9")).get("https://x.example/")


def test_hooks_see_each_request_and_answer(address: str) -> None:
    seen: list[str] = []
    adapter = VendorAdapter(
        address, before=lambda r: seen.append(r.method or ""), after=lambda r: seen.append(str(r.status_code))
    )
    session(adapter).get("https://x.example/status/204")
    assert seen == ["GET", "204"]


def test_a_hook_that_says_wait_keeps_the_request_back(address: str) -> None:
    def refuse(_: requests.PreparedRequest) -> None:
        raise RetryLaterError(3.0, "budget")

    with pytest.raises(RetryLaterError, match="budget"):
        session(VendorAdapter(address, before=refuse)).get("https://x.example/status/200")


def test_a_401_renews_once_and_repeats_only_that_request(address: str) -> None:
    vault = Vault()
    auth = TokenAuth(vault, lambda old: Token("new", generation=old.generation + 1), FixedClock())
    wire = session(VendorAdapter(address), auth)
    assert [wire.get("https://x.example/private").status_code for _ in range(3)] == [200, 200, 200]
    assert vault.renewals == 1


def test_a_fresh_token_that_others_have_worn_out_is_renewed_again(address: str) -> None:
    vault = Vault()
    names = {1: "worn", 2: "new"}
    auth = TokenAuth(vault, lambda old: Token(names[old.generation], generation=old.generation + 1), FixedClock())
    assert session(VendorAdapter(address), auth).get("https://x.example/private").status_code == 200
    assert vault.renewals == 2


def test_a_401_that_stays_is_the_callers(address: str) -> None:
    auth = TokenAuth(Vault(), lambda old: Token("wrong", generation=old.generation + 1), FixedClock())
    assert session(VendorAdapter(address), auth).get("https://x.example/private").status_code == 401


@pytest.mark.parametrize(("left", "renewed"), [(59, True), (61, False)])
def test_a_token_about_to_end_is_renewed_before_use(address: str, left: int, renewed: bool) -> None:
    vault = Vault(Token("new", expires_at=NOW + timedelta(seconds=left), generation=1))
    auth = TokenAuth(vault, lambda _: Token("new", generation=2), FixedClock())
    session(VendorAdapter(address), auth).get("https://x.example/private")
    assert vault.renewals == int(renewed)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("3", 3.0),
        ("0.5", 0.5),
        ("", None),
        ("soon", None),
        ("-4", None),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0),
        ("9" * 400, 86_400.0),
    ],
)
def test_retry_after(text: str, seconds: float | None) -> None:
    assert retry_after({"Retry-After": text}) == seconds
