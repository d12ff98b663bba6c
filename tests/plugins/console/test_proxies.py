"""Whose address counts: behind proxies of ours the one that they have added, and never one that a caller made up."""

from __future__ import annotations

import pytest
from flask import Flask, request

import wsgi
from tests.plugins.console.visiting import Console

NEAR = "10.0.0.9"


@pytest.mark.parametrize(
    ("proxies", "header", "address"),
    [
        (0, "203.0.113.7", NEAR),
        (1, "203.0.113.7", "203.0.113.7"),
        (1, "198.51.100.1, 203.0.113.7", "203.0.113.7"),
        (2, "198.51.100.1, 203.0.113.7, 10.0.0.2", "203.0.113.7"),
        (2, "203.0.113.7", NEAR),
        (1, "", NEAR),
    ],
)
def test_the_address_is_the_one_that_our_proxies_added(proxies: int, header: str, address: str) -> None:
    web = Flask("proxied")
    web.add_url_rule("/", view_func=lambda: f"{request.remote_addr} {request.host} {request.scheme}")
    wsgi.behind(web, proxies)
    told = {"X-Forwarded-For": header, "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"}
    answer = web.test_client().get("/", headers=told, environ_base={"REMOTE_ADDR": NEAR})
    assert answer.text == f"{address} localhost http"


def test_tries_to_sign_in_are_counted_by_the_callers_own_address(console: Console) -> None:
    wsgi.behind(console.web, 1)

    def tries(name: str, header: str) -> int:
        visit = console.browser()
        visit.client.environ_base["REMOTE_ADDR"] = NEAR
        told = {"X-Forwarded-For": header}
        form = {"csrf": visit.token(), "tenant": console.made.tenant, "name": name, "password": "wrong"}
        return visit.client.post("/console/sign-in", data=form, headers=told).status_code

    assert [tries("ada", f"192.0.2.{n}, 203.0.113.70") for n in range(6)] == [401] * 5 + [429]
    assert tries("ada", "203.0.113.71") == 401, "whoever calls from elsewhere is not shut out"
