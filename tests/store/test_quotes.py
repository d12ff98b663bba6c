"""Quoted words go with the words they quote; numbers and reason codes stay."""

from __future__ import annotations

import json

from core.jobs import sweeping
from core.store.directory import Directory, enrol
from core.store.engine import Store
from core.store.seal import Seal
from tests.conftest import MakeWorld
from tests.talk import ANGRY, connect, rows

DAY = 86_400


def quoted(made: object) -> str:
    """Everything that could hold a quote, as text."""
    held = rows(made, "SELECT words, judgement, signals FROM turn") + rows(  # type: ignore[arg-type]
        made,  # type: ignore[arg-type]
        "SELECT reasons FROM observation UNION ALL SELECT value FROM written WHERE kind = 'remark'",
    )
    return json.dumps([list(row) for row in held], default=str)


def test_quotes_live_as_long_as_the_words(make_world: MakeWorld) -> None:
    talk = connect(make_world(only=("zendesk",)))
    talk.say(ANGRY)
    talk.made.work()
    word = next(w for w in ("angry", "cancel", "disappointed") if w in ANGRY.lower())
    assert word in quoted(talk.made)
    talk.made.advance(29 * DAY)
    sweeping.expire(talk.made.runtime)
    assert word in quoted(talk.made)
    talk.made.advance(2 * DAY)
    assert sweeping.expire(talk.made.runtime)["words"] >= 2
    assert word not in quoted(talk.made).replace("attune_", "")
    values = rows(talk.made, "SELECT key, value FROM observation WHERE key = 'attune_distress'")
    assert values[0].value["value"] > 0
    codes = rows(talk.made, "SELECT jsonb_path_query(reasons, '$[*].code') AS code FROM observation")
    assert "CANCEL_INTENT" in {row.code for row in codes}
    assert sweeping.expire(talk.made.runtime)["words"] == 0


def test_a_remark_is_remembered_without_its_text(make_world: MakeWorld) -> None:
    talk = connect(make_world(only=("zendesk",)))
    talk.say(ANGRY)
    talk.made.work()
    kept = rows(talk.made, "SELECT value FROM written WHERE kind IN ('remark', 'task')")
    assert [row.value for row in kept] == [True, True]


def test_the_directory_keeps_secrets_and_certificate_sealed(store: Store, seal: Seal) -> None:
    with store.outside() as connection:
        enrol(
            connection,
            seal,
            installation="i-cert",
            tenant="t-cert",
            vendor="salesforce",
            account_ref="00D",
            secrets=("new", "old", "older"),
            client_cert="AB:CD",
        )
    found = Directory(store, seal).find("i-cert").secrets
    assert (found.live, found.client_cert) == (("new", "old"), "AB:CD")
    assert "AB:CD" not in repr(Directory(store, seal).find("i-cert"))
