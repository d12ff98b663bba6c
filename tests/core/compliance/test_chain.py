from __future__ import annotations

import pytest

from core.compliance.chain import GENESIS, canonical, first_break, link, pseudonym

Row = tuple[int, dict[str, object], str]


def chain(count: int) -> list[Row]:
    rows: list[Row] = []
    prev = GENESIS
    for seq in range(1, count + 1):
        entry: dict[str, object] = {
            "seq": seq,
            "action": "field_written",
            "key": "attune_distress",
            "value": seq % 100,
        }
        prev = link(prev, entry)
        rows.append((seq, entry, prev))
    return rows


def test_an_untouched_chain_holds() -> None:
    assert first_break(chain(1_000)) is None
    assert first_break([]) is None


def test_row_412_altered_is_named() -> None:
    rows = chain(1_000)
    seq, entry, stored = rows[411]
    rows[411] = (seq, {**entry, "value": 1_000}, stored)
    assert first_break(rows) == 412


def test_altered_with_its_own_hash_shows_at_the_next_row() -> None:
    rows = chain(1_000)
    entry = {**rows[411][1], "value": 1_000}
    rows[411] = (412, entry, link(rows[410][2], entry))
    assert first_break(rows) == 413


@pytest.mark.parametrize("gone", [1, 412, 999])
def test_a_missing_row_shows_at_the_one_after(gone: int) -> None:
    assert first_break([row for row in chain(1_000) if row[0] != gone]) == gone + 1


def test_a_check_can_go_on_where_another_ended() -> None:
    rows = chain(20)
    assert first_break(rows[10:], rows[9][2], 11) is None
    assert first_break(rows[11:], rows[9][2], 11) == 12


def test_canonical_form_does_not_depend_on_order() -> None:
    assert canonical({"b": 1, "a": "ä"}) == canonical({"a": "ä", "b": 1}) == '{"a":"ä","b":1}'.encode()


def test_a_pseudonym_needs_its_key() -> None:
    assert pseudonym("person:1", b"k1") == pseudonym("person:1", b"k1") != pseudonym("person:1", b"k2")
    assert pseudonym("person:1", b"k1") != "1" and len(pseudonym("person:1", b"k1")) == 32
