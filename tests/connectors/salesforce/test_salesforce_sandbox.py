from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask, Response, request
from hypothesis import given
from hypothesis import strategies as st
from simple_salesforce.format import format_soql

from connectors.salesforce.nouns import full_id, is_id
from connectors.salesforce.sandbox import Sandbox
from connectors.salesforce.sandbox_org import Org
from connectors.salesforce.sandbox_soql import run
from connectors.salesforce.sandbox_words import QueryError
from connectors.sandbox import serving
from webhooks.salesforce import intake

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
PERSON = {"key": "p", "name": "Ada Example", "email": "a@firm.example"}
SAID = {"case": "c", "person": "p", "role": "customer", "text": "Hi", "channel": "web"}


# --- ids ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("short", "full"),
    [
        ("5007000000OFL5F", "5007000000OFL5FAAX"),
        ("00D70000000IVNp", "00D70000000IVNpEAO"),
        ("0037000000xicp7", "0037000000xicp7AAA"),
        ("04l7000000DjbKj", "04l7000000DjbKjAAJ"),
        ("5007000000OFL5FAAX", "5007000000OFL5FAAX"),
        ("", ""),
        ("short", "short"),
        ("é" * 15, "é" * 15),
    ],
)
def test_both_forms_of_an_id(short: str, full: str) -> None:
    assert full_id(short) == full


@pytest.mark.parametrize(
    ("text", "good"), [("5007000000OFL5F", True), ("5007000000OFL5FAA", False), (None, False), (5, False), ("", False)]
)
def test_the_shape_of_an_id(text: object, good: bool) -> None:
    assert is_id(text) is good
    assert not is_id(text, "001")


# --- queries --------------------------------------------------------------------------------------


def org() -> Org:
    made = Org()
    firm = made.add("Account", NOW, "", Name="Firm", Website="https://www.firm.example")
    made.add("Contact", NOW, "", Name="Ada", Email="Ada@firm.example", AccountId=firm["Id"], LastName="Ada")
    made.add("Contact", NOW, "", Name="Bo", Email=None, LastName="Bo")
    return made


@pytest.mark.parametrize(
    ("where", "names"),
    [
        ("", ["Ada", "Bo"]),
        ("WHERE Email = 'ADA@FIRM.EXAMPLE'", ["Ada"]),
        ("WHERE Email = null", ["Bo"]),
        ("WHERE Email != null", ["Ada"]),
        ("WHERE Email IN ('x','ada@firm.example') OR Name = 'Bo'", ["Ada", "Bo"]),
        ("WHERE (Name = 'Ada' OR Name = 'Bo') AND Email NOT IN ('ada@firm.example')", ["Bo"]),
        ("WHERE NOT Name = 'Ada'", ["Bo"]),
        ("WHERE Account.Website LIKE '%firm.exam_le'", ["Ada"]),
        ("WHERE IsDeleted = true", []),
        ("WHERE CreatedDate >= 2026-11-02T09:00:00Z", ["Ada", "Bo"]),
        ("WHERE CreatedDate > 2026-11-02T09:00:00+00:00", []),
        ("ORDER BY Name DESC", ["Bo", "Ada"]),
        ("ORDER BY Email, Name LIMIT 1", ["Bo"]),
        ("WHERE Id IN ('003000000000001')", []),
    ],
)
def test_queries(where: str, names: list[str]) -> None:
    assert [row["Name"] for row in run(org(), f"SELECT Id, Name FROM Contact {where}")] == names


def test_parents_come_nested_and_absent_ones_are_null() -> None:
    ada, bo = run(org(), "SELECT Name, Account.Name FROM Contact ORDER BY Name")
    assert ada["Account"]["Name"] == "Firm" and ada["Account"]["attributes"]["type"] == "Account"
    assert bo["Account"] is None


@given(st.text(max_size=30), st.text(max_size=30))
def test_no_value_breaks_out_of_its_quotes(name: str, other: str) -> None:
    made = org()
    made.add("Contact", NOW, "", Name=name, LastName=name)
    try:
        found = run(made, format_soql("SELECT Name FROM Contact WHERE Name = {}", name))
        run(made, format_soql("SELECT Name FROM Contact WHERE Name LIKE '%{:like}%' AND LastName = {}", other, name))
    except QueryError as refused:
        pytest.fail(f"{refused.code}: {refused.message}")
    assert name in [row["Name"] for row in found]
    assert all(row["Name"].lower() == name.lower() for row in found)


# --- outbound messages ----------------------------------------------------------------------------


@pytest.fixture
def box() -> Iterator[Sandbox]:
    made = Sandbox()
    made.seed([], [PERSON])
    yield made
    made.sender.url = ""


def receiver(answers: list[Response]) -> tuple[Flask, list[bytes]]:
    app, got = Flask("receiver"), []

    @app.post("/hook/<secret>")
    def hook(secret: str) -> Response:
        assert secret == "a-secret" and request.headers["Content-Type"].startswith("text/xml")
        got.append(request.get_data())
        return answers.pop(0) if answers else Response(*acknowledged())

    return app, got


def acknowledged() -> tuple[bytes, int, dict[str, str]]:
    body, kind = intake.acknowledgement()
    return body, 200, {"Content-Type": kind}


@pytest.mark.parametrize(
    ("first", "times"),
    [
        (Response(*acknowledged()), 1),
        (Response(b"", 200), 2),
        (Response(acknowledged()[0].replace(b"true", b"false"), 200), 2),
        (Response(b"", 503), 2),
    ],
)
def test_a_message_is_sent_until_it_is_acknowledged_with_the_same_id(box: Sandbox, first: Response, times: int) -> None:
    app, got = receiver([first])
    with serving(app) as url:
        box.configure({"webhook_url": f"{url}/hook", "secret": "a-secret"})
        (said,) = box.say([SAID])
    assert len(got) == times and len(set(got)) == 1
    assert said["status"] == 200 and box.webhooks()["sent"] == said["event_ids"]


def test_without_an_acknowledgement_it_gives_up_in_the_end(box: Sandbox) -> None:
    app, got = receiver([Response(b"", 200) for _ in range(3)])
    with serving(app) as url:
        box.configure({"webhook_url": f"{url}/hook", "secret": "a-secret", "tries": 3})
        (said,) = box.say([SAID])
    assert (len(got), said["status"], box.webhooks()["failed"], box.webhooks()["sent"]) == (3, 0, 1, [])


@pytest.mark.parametrize(("fault", "times"), [("duplicate_webhooks", 2), ("reorder_webhooks", 1)])
def test_duplicates_and_disorder(box: Sandbox, fault: str, times: int) -> None:
    app, got = receiver([])
    with serving(app) as url:
        box.configure({"webhook_url": f"{url}/hook", "secret": "a-secret"})
        box.faults({fault: True})
        said = box.say([SAID, {**SAID, "text": "Again"}])
    ids = [id_ for answer in said for id_ in answer["event_ids"]]
    assert len(got) == 2 * times
    assert (ids[0].encode() in got[0]) is (fault == "duplicate_webhooks")


def test_words_that_xml_cannot_hold_are_left_out(box: Sandbox) -> None:
    app, got = receiver([])
    with serving(app) as url:
        box.configure({"webhook_url": f"{url}/hook", "secret": "a-secret"})
        box.say([{**SAID, "text": "a\x00b\ud800c]]>&<d"}])
    assert b"abc]]&gt;&amp;&lt;d" in got[0]
