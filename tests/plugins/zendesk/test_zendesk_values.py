from __future__ import annotations

import tomllib
from dataclasses import fields
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.zendesk.client import ENDPOINT_LIMIT
from connectors.zendesk.nouns import field_type, option, outward, same
from connectors.zendesk.settings import ConnectionSettings
from core.fields import Field, catalogue
from core.model import Level, Outcome, RecordChange, RecordRef, Value
from plugins.zendesk.access import AccessSettings
from plugins.zendesk.fieldbook import FieldBook
from plugins.zendesk.planning import plan
from plugins.zendesk.settings import MappingSettings

FIELDS = catalogue()
BOOK = FieldBook({key: 100 + index for index, key in enumerate(FIELDS)})


@pytest.mark.parametrize(
    ("key", "stored", "wanted", "equal"),
    [
        ("attune_distress", "73", 73, True),
        ("attune_distress", 73, 73, True),
        ("attune_distress", "74", 73, False),
        ("attune_distress", None, 0, False),
        ("attune_distress", "0", None, False),
        ("attune_distress", "", None, True),
        ("attune_distress", "x", 73, False),
        ("attune_sentiment", "-0.5", -0.5, True),
        ("attune_sentiment", "-0.50", -0.5, True),
        ("attune_sentiment", -0.51, -0.5, False),
        ("attune_emotion", "attune_emotion_anger", "attune_emotion_anger", True),
        ("attune_emotion", "anger", "attune_emotion_anger", False),
        ("attune_expires_at", "2027-12-01T00:00:00+00:00", "2027-12-01", True),
        ("attune_expires_at", "2027-12-02", "2027-12-01", False),
        ("attune_health_reasons", "A", "A", True),
        ("attune_health_reasons", "A", "B", False),
    ],
)
def test_same(key: str, stored: object, wanted: Value, equal: bool) -> None:
    assert same(FIELDS[key], stored, wanted) is equal


def values(field: Field) -> st.SearchStrategy[Value]:
    kinds: dict[str, st.SearchStrategy[Value]] = {
        "decimal": st.floats(-1, 100),
        "integer": st.integers(0, 100),
        "choice": st.sampled_from(field.choices or ("",)),
        "text": st.text(min_size=1),
        "date": st.dates().map(str),
    }
    return st.none() | kinds[field.type]


PAIRS = st.sampled_from(sorted(FIELDS)).flatmap(lambda key: st.tuples(st.just(key), values(FIELDS[key])))


@given(PAIRS)
def test_what_was_written_is_not_written_again(pair: tuple[str, Value]) -> None:
    key, value = pair
    sent = outward(FIELDS[key], value)
    kept = str(sent) if FIELDS[key].type in ("decimal", "integer") and sent is not None else sent
    assert same(FIELDS[key], kept, outward(FIELDS[key], value))


@given(
    st.dictionaries(st.sampled_from(["attune_distress", "attune_sentiment"]), st.none() | st.integers(0, 1)),
    st.sets(st.sampled_from("abc")),
    st.sets(st.sampled_from("abc")),
    st.sets(st.sampled_from("abcd")),
)
def test_a_plan_that_was_carried_out_leaves_nothing_to_do(
    given_: dict[str, int | None], add: set[str], remove: set[str], held: set[str]
) -> None:
    change = RecordChange(RecordRef("zendesk", Level.CASE, "5"), given_, tuple(add - remove), tuple(remove))
    ticket: dict[str, Any] = {
        "id": 5,
        "updated_at": "2026-11-02T09:00:00Z",
        "status": "open",
        "tags": sorted(held),
        "custom_fields": [{"id": id_, "value": None} for id_ in BOOK.ticket_ids.values()],
    }
    for batch in plan([change], {"5": ticket}, BOOK).batches:
        for row in batch:
            sent = {item["id"]: item["value"] for item in row.body.get("custom_fields", [])}
            stored = [{"id": i["id"], "value": sent.get(i["id"], i["value"])} for i in ticket["custom_fields"]]
            tags = set(held) | set(row.body.get("additional_tags", []))
            ticket = {**ticket, "custom_fields": stored, "tags": sorted(tags - set(row.body.get("remove_tags", [])))}
    again = plan([change], {"5": ticket}, BOOK)
    assert again.batches == ()
    assert {receipt.outcome for receipt in again.receipts} <= {Outcome.UNCHANGED}


def test_a_plan_never_sends_more_than_a_hundred_rows() -> None:
    refs = [RecordRef("zendesk", Level.CASE, str(i)) for i in range(250)]
    empty = [{"id": field_id, "value": None} for field_id in range(100, 120)]
    ticket = {"updated_at": "2026-11-02T09:00:00Z", "custom_fields": empty}
    made = plan([RecordChange(ref, {"attune_distress": 1}) for ref in refs], {ref.id: ticket for ref in refs}, BOOK)
    assert [len(batch) for batch in made.batches] == [100, 100, 50]
    assert {(row.body["safe_update"], row.body["updated_stamp"]) for batch in made.batches for row in batch} == {
        (True, "2026-11-02T09:00:00Z")
    }


def test_every_choice_has_a_tag_of_its_own() -> None:
    tags = [option(field, choice) for field in FIELDS.values() for choice in field.choices]
    assert len(tags) == len(set(tags)) and all(tag.startswith("attune_") and " " not in tag for tag in tags)


def test_every_field_has_a_type_at_zendesk() -> None:
    known = {"decimal", "integer", "text", "date", "tagger", "dropdown"}
    assert {field_type(field) for field in FIELDS.values()} <= known


def test_the_endpoint_limit_header_is_read() -> None:
    found = ENDPOINT_LIMIT.search("total=20; remaining=19; resets=59")
    assert found is not None and found.groups() == ("20", "19", "59")


def test_every_setting_is_explained_and_every_explained_setting_exists() -> None:
    declared = tomllib.loads(files("manifests").joinpath("zendesk/plugin.toml").read_text(encoding="utf-8"))
    named = {entry.name for kind in (ConnectionSettings, MappingSettings, AccessSettings) for entry in fields(kind)}
    assert set(declared["settings"]) == named
    assert all(len(setting["help"]) > 20 for setting in declared["settings"].values())
    assert declared["settings"]["client_secret"]["secret"] is True
    assert "s3cret" not in repr(ConnectionSettings(client_secret="s3cret"))


def test_options_come_as_text_and_leave_in_their_type() -> None:
    settings = ConnectionSettings.from_options({"poll_seconds": "0.5", "poll_times": "7", "other": 1})
    assert (settings.poll_seconds, settings.poll_times) == (0.5, 7)
    assert MappingSettings.from_options({"minor_field": ""}).minor_field == ""
