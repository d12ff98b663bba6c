"""Stories: long texts of short ones, for the teacher to judge."""

import numpy as np

from core.language.service.words import MARKS
from training.stories import LONGEST, PART, SHORTEST, stories
from training.targets import Example
from training.variants import Neighbours

# Words with digits have no neighbours: they are left out at times and never exchanged.
WORDS = [*MARKS, *(f"{letter}{letter}{letter}" for letter in "abcdefghijklmnopqrstu")]
NEAR = Neighbours(WORDS, np.random.default_rng(0).normal(size=(len(WORDS), 8)).astype(np.float32))
COUNTS = {"customer": 300, "agent": 100, "peer": 100}


def texts(mark: str, source: str, label: str = "") -> list[Example]:
    known = {"sentiment": {label: 0.9, "other": 0.1}} if label else {}
    return [Example(" ".join([f"{mark}{n}x{k}" for k in range(10)]), source, known) for n in range(5)]


CUSTOMERS = [*texts("p", "written_posts", "positive"), *texts("n", "apple_tweets", "negative")]
OTHERS = [*texts("a", "written_replies"), *texts("g", "goemotions")]


def told(found: list[Example]) -> list[list[str]]:
    return [example.text.split() for example in stories(found, NEAR, COUNTS)]


def test_stories_are_long_carry_no_labels_and_come_again_with_the_same_seed() -> None:
    made = stories(CUSTOMERS, NEAR, COUNTS)
    assert made and all(e.known == {} and e.source == "variants" for e in made)
    sizes = [len(e.text.split()) for e in made]
    assert min(sizes) >= SHORTEST / 2 and max(sizes) <= LONGEST + PART
    assert [e.text for e in made] == [e.text for e in stories(CUSTOMERS, NEAR, COUNTS)]


def test_every_side_ends_as_many_and_some_turn() -> None:
    found = told(CUSTOMERS)
    ends = [words[-1][0] for words in found]
    assert abs(ends.count("p") - ends.count("n")) <= 2
    assert {"pn", "np"} <= {words[0][0] + words[-1][0] for words in found}


def test_customers_agents_and_peers_are_never_mixed() -> None:
    assert {frozenset(word[0] for word in words) for words in told(CUSTOMERS + OTHERS)} == {
        *(frozenset(marks) for marks in ("p", "n", "pn", "a", "g"))
    }


def test_a_long_text_gives_its_end_and_a_rewording_nothing() -> None:
    long = Example(" ".join(f"w{k}" for k in range(3 * PART)), "skytrax", {"sentiment": {"positive": 1.0}})
    again = Example("r1 r2 r3 r4", "skytrax", {"sentiment": {"positive": 1.0}}, origin="w1")
    words = {word for found in told([long, again]) for word in found}
    assert words and words <= {f"w{k}" for k in range(2 * PART, 3 * PART)}
