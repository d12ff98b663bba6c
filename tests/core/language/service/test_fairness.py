"""Whoever signs and however they spell: the judgement stays."""

import pytest

from core.language.service.analyzer import ServiceAnalyzer
from core.language.service.dialects import STANDARD
from core.language.service.words import sounded, spelling, units

TEXTS = [
    "Third week without the part, and nobody answers the phone.",
    "The driver was lovely and waited for my mum. Thank you so much!",
    "Where do I find last month's invoice?",
    "You charged us twice and the refund is still not here.",
]
NAMES = [
    "Emily Walsh",
    "Lakisha Washington",
    "Mohammed Al-Amin",
    "Priya Nair",
    "Agnieszka Nowak",
    "Giorgos Papadopoulos",
]
KNOWN = frozenset(["will", "parcel", "<num>", "don't", "have", "aren't", "weren't", "not"])


@pytest.mark.parametrize("text", TEXTS)
def test_a_name_moves_nothing(analyzer: ServiceAnalyzer, text: str) -> None:
    found = [j.sentiment for j in analyzer.customer([f"{text} {name}" for name in NAMES])]
    assert max(found) - min(found) <= 0.05


@pytest.mark.parametrize(
    ("standard", "dialect"),
    [
        ("I don't know what to do with this, you never answer.", "I dinnae know what tae do wi this, ye never answer."),
        ("Please help them, that is the third time.", "Abeg help dem, dat dey da third time."),
        ("Thanks, you really saved my trip because of that.", "Thx, u rly saved my trip bc of dat."),
    ],
)
def test_a_spelling_moves_little(analyzer: ServiceAnalyzer, standard: str, dialect: str) -> None:
    a, b = (j.sentiment for j in analyzer.customer([standard, dialect]))
    assert abs(a - b) <= 0.1


@pytest.mark.parametrize("drawn", [["👍🏻", "👍🏽", "👍🏿"], ["🤦🏻‍♀️", "🤦🏿‍♂️", "🤦🏽‍♀️"]])
def test_whose_face_is_drawn_moves_nothing(analyzer: ServiceAnalyzer, drawn: list[str]) -> None:
    found = {j.sentiment for j in analyzer.customer([f"Where is my parcel {face}" for face in drawn])}
    assert len(found) == 1


@pytest.mark.parametrize(
    ("surface", "expected"),
    [
        ("Oluwaseun", "<name>"),
        ("McDonald", "<name>"),
        ("Al-Amin", "<name>"),
        ("[NAME]", "<name>"),
        ("[email-1]", "<mail>"),
        ("Will", "will"),
        ("PARCEL", "parcel"),
        ("oluwaseun", "oluwaseun"),
        ("dinnae", "don't"),
        ("soooo", "soo"),
        ("12", "<num>"),
    ],
)
def test_spellings(surface: str, expected: str) -> None:
    assert spelling(surface, KNOWN) == expected


def test_no_listed_spelling_leads_to_another_listed_one() -> None:
    assert not set(STANDARD) & set(STANDARD.values())


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("fink", "think"),
        ("bovver", "bother"),
        ("dem", "them"),
        ("ospital", "hospital"),
        ("tellin", "telling"),
        ("favor", "favour"),
        ("cabin", "cabin"),
        ("fridge", "fridge"),
        ("fi", "fi"),
        ("zorbin", "zorbin"),
    ],
)
def test_an_unknown_word_is_read_as_the_known_one_that_sounds_like_it(word: str, expected: str) -> None:
    known = frozenset(["think", "bother", "them", "hospital", "telling", "favour", "thi"])
    assert sounded(word, known) == expected


def test_a_known_word_stays_whatever_it_sounds_like() -> None:
    assert spelling("fin", frozenset(["fin", "thin", "thing"])) == "fin"


@pytest.mark.parametrize(
    ("surface", "read"),
    [
        ("the", ()),
        ("The", ()),
        ("da", ()),
        ("a", ()),
        ("has", ("have",)),
        ("isnae", ("aren't",)),
        ("wasn't", ("weren't",)),
        ("PARCEL", ("parcel", "<caps>")),
        ("Theo", ("<name>",)),
        ("not", ("not",)),
    ],
)
def test_what_writers_leave_out_or_confuse_is_looked_through(surface: str, read: tuple[str, ...]) -> None:
    assert units(surface, KNOWN) == read


def test_articles_move_nothing(analyzer: ServiceAnalyzer) -> None:
    a, b = analyzer.customer(["The driver has left the parcel in the rain.", "Driver have left parcel in rain."])
    assert a.sentiment == b.sentiment
