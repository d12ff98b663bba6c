"""The table of hard signals counts what writers labelled against what the lexicon hears."""

from __future__ import annotations

from typing import Any

from training.evaluate import hard

ROWS: list[dict[str, Any]] = [
    {"text": "Close my account today", "signals": ["cancellation"]},
    {"text": "We may part one day", "signals": ["cancellation"]},
    {"text": "Cancel my contract", "signals": []},
    {"text": "Good morning", "signals": []},
]


def test_row_counts_labelled_found_precision_and_recall() -> None:
    heard = [hard.codes(r["text"]) for r in ROWS]
    assert hard.row("CANCEL_INTENT", ROWS, heard) == "| CANCEL_INTENT | 2 | 2 | 0.50 | 0.50 |"


def test_a_signal_that_nobody_labelled_or_found_has_no_share() -> None:
    heard = [hard.codes(r["text"]) for r in ROWS]
    assert hard.row("LEGAL_THREAT", ROWS, heard) == "| LEGAL_THREAT | 0 | 0 | – | – |"


def test_only_hard_signals_count() -> None:
    assert hard.codes("I want to speak to your manager") == frozenset()
