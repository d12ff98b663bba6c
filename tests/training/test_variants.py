"""Variants: other words in known texts, for the teacher to judge."""

import numpy as np

from core.language.service.words import MARKS
from training.targets import Example
from training.variants import NEAREST, ROUNDS, SHARE, Neighbours, one_round, variants

WORDS = [*MARKS, *(f"{letter}{letter}{letter}" for letter in "abcdefghijklmnopqrstu")]
TEXT = "aaa bbb ccc ddd eee fff"


def neighbours() -> Neighbours:
    return Neighbours(WORDS, np.random.default_rng(0).normal(size=(len(WORDS), 8)).astype(np.float32))


def test_a_neighbour_is_another_word_and_no_mark() -> None:
    near, rng = neighbours(), np.random.default_rng(1)
    drawn = {near.draw("aaa", rng) for _ in range(200)} - {None}
    assert len(drawn) == NEAREST and "aaa" not in drawn and not drawn & set(MARKS)


def test_an_unknown_word_stays() -> None:
    assert neighbours().draw("zzz", np.random.default_rng(1)) is None


def test_variants_carry_no_labels_and_come_again_with_the_same_seed() -> None:
    known = {"tag": {"anger": 1.0}}
    found = [Example(TEXT, "apple_tweets", known), Example("ggg hhh iii jjj", "apple_tweets", known)]
    first = variants(found, neighbours())
    assert first and all(e.known == {} and e.source == "variants" for e in first)
    assert [e.text for e in first] == [e.text for e in variants(found, neighbours())]


def test_a_further_round_leaves_the_earlier_as_they_are() -> None:
    found = [Example(TEXT, "apple_tweets"), Example("ggg hhh iii jjj", "apple_tweets")]
    seed = next(iter(ROUNDS))
    first = list(dict.fromkeys(one_round(found, SHARE, neighbours(), seed)))
    drawn = [e.text for e in variants(found, neighbours())]
    assert drawn[: len(first)] == first and len(drawn) > len(first)


def test_rewordings_and_other_sets_are_left_alone() -> None:
    others = [Example(TEXT, "xed_en"), Example(TEXT, "apple_tweets", origin="x"), Example("aaa", "apple_tweets")]
    assert variants(others, neighbours()) == []


def test_halves_come_from_any_customer_and_never_from_an_agent() -> None:
    strange = ["1a 1b 1c 1d", "2a 2b 2c 2d", "3a 3b 3c 3d"]  # words that have no neighbours stay
    sources = ["apple_tweets", "yelp_sentences", "written_lines"]
    found = [Example(t, s) for t, s in zip(strange, sources, strict=True)]
    mixed = {frozenset(word[0] for word in e.text.split()) for e in variants(found, neighbours())}
    assert frozenset("12") in mixed
    assert not [m for m in mixed if "3" in m and len(m) > 1]
