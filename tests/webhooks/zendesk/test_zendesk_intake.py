from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from core.errors import RejectedError
from core.model import Delivery, Kind, Level, RecordRef
from core.ports import Intake, Secrets
from tests.webhooks.zendesk.bodies import (
    INVOCATION,
    NOW,
    SECRETS,
    SIGNATURE,
    STAMP,
    comment,
    delivery,
    event,
    parse,
    signed,
)
from webhooks.zendesk import TRIGGER_TEMPLATE, intake


def test_it_is_an_intake() -> None:
    assert isinstance(intake.vendor, str)
    checked: Intake = intake
    assert checked.acknowledgement() == (b"", "text/plain")


# --- signature ------------------------------------------------------------------------------------


@pytest.mark.parametrize("secret", ["new", "old"])
@pytest.mark.parametrize("body", [b"", b"{}", b"\xff\x00", "häl".encode()])
def test_both_live_secrets_are_good(secret: str, body: bytes) -> None:
    intake.verify(signed(body, secret), SECRETS)


def test_header_names_in_any_case() -> None:
    good = signed(b"{}")
    intake.verify(delivery(b"{}", headers={k.upper(): v for k, v in good.headers.items()}), SECRETS)


@pytest.mark.parametrize(
    ("seconds", "code"), [(300, None), (-300, None), (301, "STALE_TIMESTAMP"), (-301, "STALE_TIMESTAMP")]
)
def test_skew_either_way(seconds: int, code: str | None) -> None:
    stamp = (NOW + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")
    if code is None:
        intake.verify(signed(b"{}", stamp=stamp), SECRETS)
        return
    with pytest.raises(RejectedError, match=code):
        intake.verify(signed(b"{}", stamp=stamp), SECRETS)


@pytest.mark.parametrize(
    "bad",
    [
        signed(b"{}", "another"),
        signed(b"{}", "new", **{SIGNATURE: ""}),
        signed(b"{}", "new", **{SIGNATURE: "\ud800é"}),
        signed(b"{}", "new", **{SIGNATURE: "A" * 100_000}),
        signed(b"{}", "new", **{STAMP: "2026-11-02T09:00:01Z"}),
        signed(b"{}", "new", stamp=""),
        signed(b"{}", "new", stamp="1234"),
        signed(b"{}", "new", stamp="2026-11-02T09:00:00"),
        signed(b"{}", "new", stamp="20261102"),
        signed(b"{}", "new", stamp="0001-01-01T00:00:00+23:59"),
        delivery(b"{}"),
    ],
)
def test_anything_else_is_a_bad_signature(bad: Delivery) -> None:
    with pytest.raises(RejectedError) as caught:
        intake.verify(bad, SECRETS)
    assert caught.value.code == "BAD_SIGNATURE"


@pytest.mark.parametrize("secrets", [Secrets(()), Secrets(("",))])
def test_without_a_secret_nothing_is_good(secrets: Secrets) -> None:
    with pytest.raises(RejectedError, match="BAD_SIGNATURE"):
        intake.verify(signed(b"{}", ""), secrets)


# --- events ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "kind", "level"),
    [
        (event("ticket.created"), Kind.CASE_CREATED, Level.CASE),
        (event("ticket.comment_added", content=comment()), Kind.MESSAGE_ADDED, Level.CASE),
        (event("ticket.status_changed"), Kind.STATUS_CHANGED, Level.CASE),
        (
            event("messaging_ticket.message_added", content={"actor": {"type": "end_user"}, "message": {"id": "m"}}),
            Kind.MESSAGE_ADDED,
            Level.CASE,
        ),
        (event("user.custom_field_changed"), Kind.RECORD_CHANGED, Level.PERSON),
        (event("user.active_changed", content={"current": True}), Kind.RECORD_CHANGED, Level.PERSON),
        (event("user.active_changed", content={"current": False}), Kind.PERSON_DELETED, Level.PERSON),
        (event("user.deleted"), Kind.PERSON_DELETED, Level.PERSON),
        (event("organization.name_changed"), Kind.RECORD_CHANGED, Level.ACCOUNT),
        (event("ticket.custom_field_changed"), Kind.UNKNOWN, Level.CASE),
        (event("ticket.comment_added", {"tags": ["attune_task"]}, comment()), Kind.RECORD_CHANGED, Level.CASE),
        (event("ticket.created", {"tags": ["attune_task"]}), Kind.RECORD_CHANGED, Level.CASE),
        (event("ticket.status_changed", {"tags": ["attune_task"]}), Kind.STATUS_CHANGED, Level.CASE),
    ],
)
def test_kinds(body: Any, kind: Kind, level: Level) -> None:
    (found,) = parse(body).events
    assert (found.kind, found.subject, found.event_id) == (kind, RecordRef("zendesk", level, "5"), "e-1")
    assert found.occurred_at == NOW.replace(microsecond=304701)
    assert found.raw == body


@pytest.mark.parametrize("topic", ["article.published", "agent.state_changed", "community_post.created", "x"])
def test_a_kind_we_do_not_know_is_an_event_without_a_subject(topic: str) -> None:
    (found,) = parse(event(topic)).events
    assert (found.kind, found.subject) == (Kind.UNKNOWN, None)


@pytest.mark.parametrize(
    ("body", "echoes"),
    [
        (event("ticket.custom_field_changed", {"actor_id": "900"}), 1),
        (event("ticket.tags_changed", {"actor_id": 900}), 1),
        (event("ticket.status_changed", {"actor_id": "900"}), 1),
        (event("ticket.comment_added", {"actor_id": "900"}, comment("900")), 1),
        (event("ticket.created", {"actor_id": "900", "submitter_id": "900"}), 1),
        # a person's words that we only carried
        (event("ticket.comment_added", {"actor_id": "900"}, comment("7")), 0),
        (event("ticket.created", {"actor_id": "900", "submitter_id": "7"}), 0),
        (event("ticket.merged", {"actor_id": "900"}, comment("7")), 0),
        (
            event(
                "messaging_ticket.message_added",
                {"actor_id": "900"},
                {"actor": {"type": "end_user"}, "message": {"id": "m", "body": "Hi"}},
            ),
            0,
        ),
        # somebody else
        (event("ticket.custom_field_changed", {"actor_id": "901"}), 0),
        (event("ticket.custom_field_changed", {"actor_id": None}), 0),
        (event("ticket.custom_field_changed", {"actor_id": True}), 0),
    ],
)
def test_echo(body: Any, echoes: int) -> None:
    parsed = parse(body)
    assert (parsed.echoes, len(parsed.events), parsed.rejects) == (echoes, 1 - echoes, ())


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"no json",
        b"[1]",
        b'"text"',
        b"null",
        b"\xff\xfe",
        b"{" * 100_000,
        b"[" * 100_000 + b"]" * 100_000,
        b'{"a":' * 50 + b"1" + b"}" * 50,
        b'{"type": NaN}',
        b'{"type": 1e999}',
        {},
        event("ticket.created") | {"type": 7},
        event("ticket.created") | {"type": "ticket.created"},
        event("ticket.created") | {"id": None},
        event("ticket.created") | {"id": "x" * 129},
        event("ticket.created") | {"id": "a\nb"},
        event("ticket.created") | {"time": "yesterday"},
        event("ticket.created") | {"time": "2026-11-02T09:00:00"},
        event("ticket.created") | {"time": 5},
        event("ticket.created") | {"detail": []},
        event("ticket.created") | {"event": "x"},
        event("ticket.created", {"id": "x"}),
        event("ticket.created", {"id": None}),
        event("ticket.created", {"id": "9" * 21}),
        event("ticket.created", {"id": True}),
        event("ticket.comment_added"),
        event("ticket.comment_added", content={"comment": []}),
        event("ticket.comment_added", content=comment(body=None)),
        event("ticket.comment_added", content=comment(id="x")),
        event("ticket.comment_added", content=comment(author=[])),
        event("ticket.comment_added", content=comment(is_public="yes")),
        event("messaging_ticket.message_added", content={"message": {"id": 5}, "actor": {"type": "agent"}}),
        event("messaging_ticket.message_added", content={"message": {"id": "m", "body": 5}, "actor": {"type": "a"}}),
        event("messaging_ticket.message_added", content={"message": {"id": "m"}}),
    ],
)
def test_drift_is_kept_as_a_reject_that_quotes_nothing(body: Any) -> None:
    parsed = parse(body)
    assert parsed.events == () and parsed.echoes == 0
    (reject,) = parsed.rejects
    assert reject.code == "SCHEMA_DRIFT"
    assert reject.raw == delivery(body).body
    assert len(reject.detail) < 40


def test_what_a_database_cannot_hold_is_replaced() -> None:
    body = json.dumps(event("ticket.comment_added", content=comment(body="a\x00b\ud800c"))).encode()
    (found,) = parse(body).events
    assert found.raw["event"]["comment"]["body"] == "a\ufffdb\ufffdc"


# --- triggers -------------------------------------------------------------------------------------


def filled(**values: str) -> bytes:
    given = {
        "ticket.id": "5",
        "ticket.requester.id": "7",
        "ticket.organization.id": "",
        "current_user.id": "7",
        "ticket.updated_at_with_timestamp": "2026-11-02T09:00:00Z",
        **values,
    }
    text = TRIGGER_TEMPLATE
    for name, value in given.items():
        text = text.replace("{{" + name + "}}", value)
    return text.encode()


def test_a_trigger_is_an_event_named_by_its_invocation() -> None:
    (found,) = parse(filled(), headers=INVOCATION).events
    assert (found.kind, str(found.subject), found.event_id) == (
        Kind.MESSAGE_ADDED,
        "zendesk:case:5",
        INVOCATION["X-Zendesk-Webhook-Invocation-Id"],
    )
    assert found.occurred_at == NOW


def test_a_trigger_that_we_set_off_is_an_echo() -> None:
    assert parse(filled(**{"current_user.id": "900"}), headers=INVOCATION).echoes == 1


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (filled(), {}),
        (filled(**{"ticket.id": ""}), INVOCATION),
        (filled(**{"ticket.id": '9", "ticket_id": "8'}), INVOCATION),
        (filled(**{"ticket.updated_at_with_timestamp": ""}), INVOCATION),
        (filled().replace(b"commented", b"exploded"), INVOCATION),
    ],
)
def test_a_broken_trigger_is_drift(body: bytes, headers: dict[str, str]) -> None:
    assert [reject.code for reject in parse(body, headers=headers).rejects] == ["SCHEMA_DRIFT"]
