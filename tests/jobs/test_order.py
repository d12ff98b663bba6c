"""Events twice, swapped and late: the records end as if everything had come once and in order."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import MakeWorld
from tests.talk import AT, CALM, Talk, captured, connect, judge, rows
from webhooks.zendesk import signature

TEXTS = ("It does not work again, I am really angry.", "Nobody answers. This is terrible.", CALM)
TIMES = ("2026-11-20T11:00:00Z", "2026-11-20T11:10:00Z", "2026-11-20T11:20:00Z")
Headers = dict[str, str]


def talked(talk: Talk) -> str:
    """Let Ada write three times; return the ticket."""
    answers = [talk.say(text, at=at)[0] for text, at in zip(TEXTS, TIMES, strict=True)]
    return str(answers[0]["case"])


def outcome(talk: Talk, case: str) -> dict[str, Any]:
    """What stands at the vendor in the end, without our own numbers."""
    records = talk.box.records()
    return {"case": records["case"][case], "tasks": len(records["tasks"]), "remarks": len(records["remarks"])}


@pytest.fixture
def undisturbed(make_world: MakeWorld) -> dict[str, Any]:
    talk = connect(make_world(only=("zendesk",)))
    case = talked(talk)
    talk.made.work()
    return outcome(talk, case)


def twice(talk: Talk) -> str:
    talk.box.faults({"duplicate_webhooks": True})
    return talked(talk)


def swapped(talk: Talk) -> str:
    talk.box.faults({"reorder_webhooks": True})
    said = [
        {"case": "c1", "person": "ada", "role": "customer", "text": text, "at": at, "channel": "email"}
        for text, at in zip(TEXTS, TIMES, strict=True)
    ]
    return str(talk.box.say(said)[0]["case"])


def last_first(talk: Talk) -> str:
    """Each event is judged before the next, older one comes."""
    caught = captured(talk)
    case = talked(talk)
    for _, body, headers in reversed(caught):
        assert talk.post("", body, headers) == 200
        judge(talk.made)
    return case


@pytest.mark.parametrize("disturbed", [twice, swapped, last_first])
def test_the_end_is_the_same(
    make_world: MakeWorld, undisturbed: dict[str, Any], disturbed: Callable[[Talk], str]
) -> None:
    talk = connect(make_world(only=("zendesk",)))
    case = disturbed(talk)
    talk.made.work()
    found = outcome(talk, case)
    if disturbed is last_first:
        # Judged in another order, the case may have been noticed at another moment; its values are the same.
        found, undisturbed = found["case"], undisturbed["case"]
    assert found == undisturbed
    turns = rows(talk.made, "SELECT at FROM turn ORDER BY at")
    assert len(turns) == 3


def test_a_resend_is_counted_and_judged_once(make_world: MakeWorld) -> None:
    talk = connect(make_world(only=("zendesk",)))
    twice(talk)
    assert talk.counters()["DUPLICATE"] == 3
    assert judge(talk.made) == 3


def status(talk: Talk, new: str, at: str) -> None:
    talk.box.status([{"case": "c1", "status": new, "at": at}])


def test_a_late_event_never_overwrites_a_newer_fact(make_world: MakeWorld) -> None:
    talk = connect(make_world(only=("zendesk",)))
    talk.say("Hello, how do I change my password?", at=AT)
    judge(talk.made)
    late = captured(talk)
    status(talk, "pending", "2026-11-20T11:15:00Z")
    talk.box.sender.post = talk.post
    status(talk, "solved", "2026-11-20T11:30:00Z")
    judge(talk.made)
    talk.post(*late[0])
    assert judge(talk.made) == 1
    (case,) = rows(talk.made, "SELECT status, as_of, reopens FROM case_file")
    assert (case.status, case.as_of.isoformat(), case.reopens) == ("solved", "2026-11-20T11:30:00+00:00", 0)
    status(talk, "open", "2026-11-20T11:45:00Z")
    judge(talk.made)
    (case,) = rows(talk.made, "SELECT status, reopens FROM case_file")
    assert (case.status, case.reopens) == ("open", 1)


# --- echoes ---------------------------------------------------------------------------------------


def resent(talk: Talk, body: dict[str, Any]) -> int:
    raw, stamp = json.dumps(body).encode(), talk.made.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")
    headers = {
        "X-Zendesk-Webhook-Signature": signature(talk.made.secret["zendesk"], stamp, raw),
        "X-Zendesk-Webhook-Signature-Timestamp": stamp,
    }
    return talk.post("", raw, headers)


def comment_by(talk: Talk, author: str, actor: str) -> dict[str, Any]:
    """Return the webhook of a second comment, its author and actor replaced."""
    talk.say("First words.")
    caught = captured(talk)
    talk.say("Second words.", at="2026-11-20T11:05:00Z")
    body: dict[str, Any] = json.loads(caught[-1][1])
    body["detail"]["actor_id"] = actor
    body["event"]["comment"]["author"]["id"] = author
    return body


def test_our_own_writing_come_back_triggers_nothing(make_world: MakeWorld) -> None:
    talk = connect(make_world(only=("zendesk",)))
    ours = talk.box.credentials()["integration_user"]
    body = comment_by(talk, ours, ours)
    assert resent(talk, body) == 200
    assert (talk.counters()["ECHO"], judge(talk.made)) == (1, 1)


def test_a_persons_words_that_our_user_carried_are_kept(make_world: MakeWorld) -> None:
    talk = connect(make_world(only=("zendesk",)))
    customer = str(next(id_ for id_, user in talk.box.desk.users.items() if user["role"] == "end-user"))
    body = comment_by(talk, customer, talk.box.credentials()["integration_user"])
    assert resent(talk, body) == 200
    judge(talk.made)
    assert [row.words for row in rows(talk.made, "SELECT words FROM turn ORDER BY at")] == [
        "First words.",
        "Second words.",
    ]


def test_what_we_write_sets_nothing_in_motion(make_world: MakeWorld) -> None:
    talk = connect(make_world(only=("zendesk",)))
    talk.box.configure({"subscriptions": "all"})
    talked(talk)
    talk.made.work()
    assert talk.box.settle()
    before = talk.box.calls()
    talk.made.work()
    assert talk.box.calls() == before
    assert rows(talk.made, "SELECT 1 FROM inbox WHERE state <> 'done'") == []
