"""What is underlined, and what looks like it and is not."""

import pytest

from core.language.service.spans import evidence

SAID = [
    ("Third day without my bag, desk closed again.", "LONG_WAIT", "Third day without"),
    ("I have called twice already and nobody rang back.", "REPEAT_CONTACT", "called twice already"),
    ("You really saved our wedding.", "GRATITUDE", "saved our wedding"),
    ("It was supposed to come on Monday.", "BROKEN_PROMISE", "was supposed to come on"),
    ("I'm concerned that nobody answers.", "ANXIETY", "concerned"),
]
NOT_SAID = [
    ("On the second day we went to the museum.", "LONG_WAIT"),
    ("This is the third day.", "REPEAT_CONTACT"),
    ("I saved the file before it crashed.", "GRATITUDE"),
    ("Am I supposed to press both?", "BROKEN_PROMISE"),
    ("As far as I'm concerned, that is fine.", "ANXIETY"),
    ("I am not angry at all.", "ANGER"),
    ("No frustration from my side.", "STRONG_FRUSTRATION"),
]


@pytest.mark.parametrize(("text", "driver", "words"), SAID)
def test_a_turn_of_phrase_is_quoted(text: str, driver: str, words: str) -> None:
    assert [s.text for s in evidence(text, text).spans if s.driver == driver] == [words]


@pytest.mark.parametrize(("text", "driver"), NOT_SAID)
def test_what_looks_like_it_is_left_alone(text: str, driver: str) -> None:
    assert driver not in {s.driver for s in evidence(text, text).spans}
