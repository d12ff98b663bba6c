from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import RejectedError
from core.ports import Secrets
from tests.webhooks.hubspot.bodies import BASE, OURS, SECRET, delivery, parse
from webhooks.hubspot import intake

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=5,
)
topics = st.sampled_from(["ticket.creation", "object.creation", "conversation.newMessage", "contact.privacyDeletion"])
hostile = (
    st.fixed_dictionaries(
        {},
        optional={
            **{name: st.just(value) | json_values for name, value in BASE.items()},
            "subscriptionType": topics | json_values,
            "objectTypeId": st.just("0-5") | json_values,
            "messageId": st.just("m") | json_values,
            "propertyName": json_values,
            "changeSource": st.just("INTEGRATION") | json_values,
            "sourceId": json_values,
        },
    )
    | json_values
)


@settings(max_examples=1200, deadline=None)
@given(st.lists(hostile, max_size=4))
def test_nothing_in_a_body_is_an_exception(elements: list[Any]) -> None:
    found = parse(*elements)
    for event in found.events:
        stored = json.dumps(dict(event.raw), ensure_ascii=False)
        assert "\x00" not in stored and stored.encode() and event.event_id.encode() and len(event.event_id) <= 200
        assert "\x00" not in event.event_id
    assert len(found.events) + len(found.rejects) + found.echoes >= (1 if elements else 0)


@settings(max_examples=1000, deadline=None)
@given(st.binary(max_size=100), st.text(max_size=30), st.text(max_size=20), st.text(max_size=30))
def test_no_stranger_gets_in_or_breaks_the_door(body: bytes, signed: str, stamp: str, path: str) -> None:
    one = delivery(body, signed, stamp=stamp, url=f"https://attune.example/{path}".replace("\ud800", ""))
    with pytest.raises(RejectedError):
        intake.verify(one, Secrets((SECRET,), account_ref="1"))
    intake.parse(one, OURS)
