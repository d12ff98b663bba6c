"""Many patterns at once: what RE2 lets through is at least what `re` finds."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.language.patterns import Patterns, whole, wider

PATTERNS = [
    ("cancel", r"\bcancel(?:led)?\b(?! button)"),
    ("cafe", r"(?<!\w)caf\w\b"),
    ("wait", r"\bwait[^.!?\n]{0,20}\b(?:days?|weeks?)\b"),
    ("name", r"\bfor (?-i:[A-Z])\w+"),
    ("listed", r"[\w'(]+\)"),
    ("days", r"\b(?:days?|dayly|an? (?:bad )?day)\b"),
]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (r"a(?!b)c", "ac"),
        (r"(?<!\w)a(?=[)(]|b(c))d", "ad"),
        (r"\w+\\(?:x)", r"\w+\\(?:x)"),
        (r"x\Z", r"x\z"),
    ],
)
def test_what_re2_cannot_run_is_widened(pattern: str, expected: str) -> None:
    assert wider(pattern) == expected


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (r"(?:meds|medicines?)", r"(?:(?:)meds|(?:)medicine(?:s|))"),
        (r"(?:the )?end\s?", r"(?:(?:)the |)end\s?"),
        (r"a\?[)?|]?\x27?(?:b)??c??", r"a\?[)?|]?\x27?(?:(?:)b)??c??"),
    ],
)
def test_words_are_kept_whole_for_the_filter(pattern: str, expected: str) -> None:
    assert whole(pattern) == expected


def test_names_and_places() -> None:
    text = "Please CANCEL it, the café is for Ada"
    found = [(name, text[start:end]) for name, start, end in Patterns(PATTERNS).find(text)]
    assert found == [("cancel", "CANCEL"), ("cafe", "café"), ("name", "for Ada")]


def test_near_misses_are_left_alone() -> None:
    assert Patterns(PATTERNS).find("the cancel button is for all") == []


@given(st.text(alphabet=st.sampled_from(list("cancel wait dys.é()A'\n\ud800forbutn\u2019\u2026😡")), max_size=60))
def test_nothing_is_missed(text: str) -> None:
    found = set(Patterns(PATTERNS).find(text))
    wanted = {(n, *m.span()) for n, p in PATTERNS for m in re.finditer(p, text, re.IGNORECASE)}
    assert found == wanted
