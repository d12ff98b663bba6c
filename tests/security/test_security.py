"""Everything that must be refused is sent, and what was answered stands in docs/security.md."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.store.embedded import Addresses
from core.store.engine import Store
from tests.security.house import MARK, House, house
from tests.security.page import PAGE, write
from tests.security.sweep import gaps, sweep

# Remarks of these tools are plain text; HubSpot's notes are markup.
PLAIN_TEXT = {"zendesk", "salesforce"}


@pytest.fixture(scope="module")
def attacked(database: Addresses, store: Store, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The whole application."""
    folder: Path = tmp_path_factory.mktemp("house")
    with house(database, store, folder) as made:
        yield made


def test_everything_is_refused_and_written_down(attacked: House) -> None:
    text, wrong = write(attacked)
    assert wrong == []
    assert PAGE.read_text("utf-8") == text, "docs/security.md is out of date: run `make docs`"


def test_what_gets_through_is_noticed(attacked: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(attacked.web.view_functions, "metrics", lambda: MARK)
    wrong = gaps(sweep(attacked))
    assert "GET /metrics: without got 200" in wrong and "GET /metrics: showed what is not theirs" in wrong


def test_what_is_written_into_the_tools_holds_no_script(attacked: House) -> None:
    for vendor, talk in attacked.mine.talks.items():
        written = json.dumps([talk.box.records()[kind] for kind in ("remarks", "tasks")])
        assert MARK in written or "angry" in written, f"{vendor}: nothing was written"
        assert "<script>attuneEvil" not in written or vendor in PLAIN_TEXT, vendor
