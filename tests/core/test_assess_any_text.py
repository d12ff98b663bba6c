from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.fields import at_level, catalogue
from core.model import Level, Message, Role
from tests.core.cases import (
    START,
    message,
    run,
)

CASE_KEYS = {entry.key for entry in at_level(Level.CASE)}
SCORED = CASE_KEYS - {"attune_expires_at"}


@given(texts=st.lists(st.text(max_size=400), max_size=5))
@settings(max_examples=150, deadline=None)
def test_any_text_gives_an_answer_in_range(texts: list[str]) -> None:
    result = run([message(text, minute=i) for i, text in enumerate(texts)])
    for one in result.observations:
        entry = catalogue()[one.key]
        if isinstance(one.value, int | float) and entry.min is not None and entry.max is not None:
            assert entry.min <= one.value <= entry.max
        if entry.choices and one.value is not None:
            assert one.value in entry.choices
        if one.refused:
            assert one.value is None or one.key == "attune_health_band"


HOSTILE = {
    "long": "word " * 20_000,
    "emoji": "😡" * 50_000,
    "controls": "\x00\x01\ufeff\u202e" * 10_000,
    "tags": "<div>" * 20_000,
    "quotes": "> > > > > old\n" * 7_000,
    "lines": "\n \n" * 30_000,
    "digits": "1 " * 50_000,
    "lone surrogates": "\ud800" * 1_000,
    "shouting": "CANCEL " * 14_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_costs_bounded_time(name: str) -> None:
    begun = _cpu()
    run([Message("m", Role.CUSTOMER, HOSTILE[name][:100_000], START)])
    assert _cpu() - begun < 5.0


def _cpu() -> float:
    import time

    return time.process_time()
