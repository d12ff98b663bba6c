"""Many patterns at once find exactly what `re` finds with each, and leave most texts alone after one look."""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from core.language import signals
from core.language.flat import flat
from core.language.literals import needed
from core.language.patterns import Match, Patterns, parser
from core.language.service.spans import drivers
from training.written_sets import of_part

PATTERNS = [
    ("cancel", r"\bcancel(?:led)?\b(?! button)"),
    ("cafe", r"(?<!\w)caf\w\b"),
    ("wait", r"\bwait[^.!?\n]{0,20}\b(?:days?|weeks?)\b"),
    ("name", r"\bfor (?-i:[A-Z])\w+"),
    ("listed", r"[\w'(]+\)"),
    ("days", r"\b(?:days?|dayly|an? (?:bad )?day)\b"),
    ("heart", r"<3|\u2764|:\)"),
    ("late", r"\b(?:\d+|two) days\s+late(?=\W|$)"),
    ("dash", r"\b(?:un)?-?paid\b|- for"),
    ("own", r"(?:can\s*not|can'?t|cannot)\s+(?:\w+\s+){0,2}?(?:wait|pay)"),
    ("blank", r"\s(?:pay|late)\b|\b\s*two\b"),
    ("again", r"(?:day ){2}|(?:two ?){2,}"),
]


@pytest.mark.parametrize(
    ("pattern", "starts", "rarest"),
    [
        (r"\bcancel(?:led)?\b", [" cancel ", " cancelled "], []),
        (r"\bcancel\w*", [" cancel"], []),
        (r"(?:rip[- ]?off)", ["rip off", "ripoff"], []),
        (r"\b(?:my|our)\s+(?:\w+\s+)?solicitor", [" my ", " our "], ["solicitor"]),
        (r"\w+ refused\b", [], [" refused "]),
        (r"\w+\?", [], []),
    ],
)
def test_what_a_text_needs(pattern: str, starts: list[str], rarest: list[str]) -> None:
    found = needed(parser.parse(pattern, re.IGNORECASE))
    assert sorted(start.text.decode() for start in found.starts) == starts
    assert [literal.decode() for literal in found.rarest] == rarest


def test_places_survive_blanks_that_are_left_out() -> None:
    text = "no \n\n answer,  none  at all"
    made = flat(text)
    assert made.words == b" no answer  none at all "
    assert [text[made.place(made.words.index(word.encode())) :][:4] for word in ("answ", "none", "all")] == [
        "answ",
        "none",
        "all",
    ]


def test_names_and_places() -> None:
    text = "Please CANCEL it, the café is for Ada"
    found = [(name, text[start:end]) for name, start, end in Patterns(PATTERNS).find(text)]
    assert found == [("cancel", "CANCEL"), ("cafe", "café"), ("name", "for Ada")]


def test_near_misses_are_left_alone() -> None:
    assert Patterns(PATTERNS).find("the cancel button is for all") == []


_LETTERS = list("cancel wait dys.\u00e9()A'\n\ud800forbutn\u2019\u2026\U0001f6212- \t\xa0<3\u2764pu\u0130\u017f")
_WORDS = [
    "cancel",
    "can not",
    "can't",
    "wait",
    "days",
    "two",
    "late",
    "pay",
    "for",
    "Ada",
    "<3",
    "day ",
    "-",
    ".",
    "\n",
]


@given(st.text(alphabet=st.sampled_from(_LETTERS), max_size=60))
@example("two day\u017f  late, wait 2 days\n\nlate")
def test_nothing_is_missed(text: str) -> None:
    assert _found(text) == _each(text)


@given(st.lists(st.sampled_from(_WORDS), max_size=20), st.sampled_from(["", " ", "  ", "\n\n", ", ", "\u00e9 "]))
def test_nothing_is_missed_among_words(words: list[str], between: str) -> None:
    text = between.join(words)
    assert _found(text) == _each(text)


_ATOMS = st.one_of(
    st.sampled_from(["a", "b", "ab", "no", "\u00e9", "\u2019", " ", "-", ".", "[ab]", "[^a]", "[a-]"]),
    st.sampled_from([r"\b", r"\B", r"\s", r"\s+", r"\s*", r"\w", r"\d", r"\W"]),
    st.sampled_from([r"(?!\w)", r"(?<!\w)", "(?=a)", "(?<=b)", "^", "$"]),
)
_PARTS = st.recursive(
    _ATOMS,
    lambda part: st.one_of(
        st.lists(part, min_size=1, max_size=4).map("".join),
        st.lists(part, min_size=1, max_size=3).map(lambda parts: f"(?:{'|'.join(parts)})"),
        st.tuples(part, st.sampled_from(["?", "+", "{2}", "{0,2}", "??", "+?"])).map(
            lambda pair: f"(?:{pair[0]}){pair[1]}"
        ),
    ),
    max_leaves=8,
)


@given(_PARTS, st.text(alphabet=st.sampled_from(list("abno -\n1\u00e9\u2019\xa0\u017fAN")), max_size=24))
def test_any_pattern_finds_what_re_finds(pattern: str, text: str) -> None:
    assume(not re.fullmatch(pattern, ""))
    expected = [m.span() for m in re.finditer(pattern, text, re.IGNORECASE) if m.group()]
    assert [(start, end) for _, start, end in Patterns([("any", pattern)]).find(text) if start < end] == expected


def test_the_patterns_of_the_house_find_what_re_finds() -> None:
    told = [(name, rf"\b(?:{pattern})") for name, listed in drivers().items() for pattern in listed]
    named = [*signals.patterns(), *told]
    compiled = [(name, re.compile(pattern, re.IGNORECASE)) for name, pattern in named]
    house, found = Patterns(named), 0
    for row in of_part("customers", "dev")[:60]:
        text = row["text"].replace(". ", ".\n\n").replace(" I ", "  I ")
        matches = house.find(text)
        assert matches == [Match(name, *match.span()) for name, pattern in compiled for match in pattern.finditer(text)]
        found += len(matches)
    assert found > 10


def _found(text: str) -> list[tuple[str, int, int]]:
    return [(name, start, end) for name, start, end in _PATTERNS.find(text)]


def _each(text: str) -> list[tuple[str, int, int]]:
    return [(name, *match.span()) for name, p in PATTERNS for match in re.finditer(p, text, re.IGNORECASE)]


_PATTERNS = Patterns(PATTERNS)
