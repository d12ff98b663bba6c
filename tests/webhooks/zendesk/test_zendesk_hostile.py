from __future__ import annotations

import json
from datetime import UTC
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import RejectedError
from core.model import Parsed
from tests.webhooks.zendesk.bodies import (
    INVOCATION,
    SECRETS,
    SIGNATURE,
    STAMP,
    comment,
    delivery,
    event,
    parse,
)
from webhooks.zendesk import intake

# --- hostile input --------------------------------------------------------------------------------

LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(st.characters(exclude_categories=()), max_size=8),
    st.sampled_from(["5", "900", "zen:event-type:ticket.created", "2026-11-02T09:00:00Z", "\x00"]),
)
TREES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)),
    max_leaves=6,
)
WILD = st.text(st.characters(exclude_categories=()), max_size=60)
PARTS = ("type", "id", "time", "detail", "event", "attune", "ticket_id", "at")
INNER = ("id", "actor_id", "submitter_id", "tags", "comment", "message", "actor", "author", "body", "is_public", "type")
SHAPED = st.fixed_dictionaries(
    {}, optional={name: st.one_of(TREES, st.dictionaries(st.sampled_from(INNER), TREES, max_size=5)) for name in PARTS}
)
TOPICS = (
    "ticket.created",
    "ticket.comment_added",
    "ticket.status_changed",
    "messaging_ticket.message_added",
    "user.deleted",
    "user.active_changed",
    "organization.created",
    "ticket.tags_changed",
    "other",
)
BENT = st.builds(lambda topic, changes: {**event(topic, content=comment()), **changes}, st.sampled_from(TOPICS), SHAPED)


def sound(parsed: Parsed) -> None:
    assert len(parsed.events) + len(parsed.rejects) + parsed.echoes == 1
    for found in parsed.events:
        stored = json.dumps(found.raw, allow_nan=False, ensure_ascii=False).encode()
        assert b"\\u0000" not in stored
        assert found.event_id.isascii() and 0 < len(found.event_id) <= 128
        assert found.occurred_at.tzinfo is UTC


@settings(max_examples=2000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.one_of(SHAPED, BENT), st.booleans())
def test_no_body_is_an_exception(body: Any, header: bool) -> None:
    sound(parse(json.dumps(body).encode(), headers=INVOCATION if header else {}))


@settings(max_examples=1000, deadline=None)
@given(st.binary(max_size=200))
def test_no_bytes_are_an_exception(body: bytes) -> None:
    assert len(parse(body).rejects) == 1


@settings(max_examples=1000, deadline=None)
@given(WILD, WILD)
def test_no_headers_are_good_by_chance(stamp: str, signature: str) -> None:
    with pytest.raises(RejectedError, match="BAD_SIGNATURE"):
        intake.verify(delivery(b"{}", headers={SIGNATURE: signature, STAMP: stamp}), SECRETS)
