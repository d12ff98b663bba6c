"""Text to words and word rows: surfaces, their spelling, pieces of unseen words, rows of pairs."""

from __future__ import annotations

import re
import zlib
from collections.abc import Container
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.language.service.dialects import STANDARD

Ints = NDArray[np.intp]

_WORDS: Final = r"\[[A-Za-z]{3,12}(?:-\d{1,3})?\]|[A-Z]\w+(?:-[A-Z]\w+)+|\w+(?:['’]\w+)*|[!?]+|\.{2,}|[^\w\s]"
# Addresses are looked for only where there is an @ or a slash: most of the time of a text goes by otherwise.
_ADDRESSES: Final = r"https?://\S+|www\.\S+|[\w.+-]{1,64}@[\w-]{1,64}\.[\w.-]+|@\w+|"
TOKEN: Final = re.compile(_ADDRESSES + _WORDS)
PLAIN_TOKEN: Final = re.compile(_WORDS)
REPEATED: Final = re.compile(r"(.)\1{2,}")
MARKS: Final = ("<pad>", "<unk>", "<user>", "<url>", "<mail>", "<num>", "<ref>", "<caps>", "<name>")
PAD, UNKNOWN, USER, URL, MAIL, NUMBER, REFERENCE, CAPS, NAME = range(len(MARKS))
TOKENS_KEPT: Final = 320  # a longer text keeps its first and last halves of this
BUCKETS: Final = 4096  # rows for character n-grams of unseen words


def tokens(text: str) -> list[str]:
    """Surfaces of a text, the middle of a very long one left out."""
    plain = "@" not in text and "www." not in text and "://" not in text
    found = (PLAIN_TOKEN if plain else TOKEN).findall(text)
    half = TOKENS_KEPT // 2
    return found[:half] + found[-half:] if len(found) > TOKENS_KEPT else found


# What stands in for redacted details, by the placeholder's own word.
_PLACEHOLDERS: Final = {"name": "<name>", "person": "<name>", "religion": "<name>", "email": "<mail>", "link": "<url>"}


def spelling(surface: str, known: Container[str]) -> str:
    """The vocabulary's spelling; a capitalised word that it does not hold is a name, whoever's.

    All names share one row, so that no name reads better or worse than another.
    """
    lowered = surface.lower()
    if lowered in known and surface.isalpha():
        return STANDARD.get(lowered, lowered)
    word = normal(surface)
    if word in known or word in LEFT_OUT:
        return word
    named = surface[0].isupper() and len(surface) > 1 and not surface.isupper()
    return "<name>" if named else sounded(word, known)


# How English is spelt as it is spoken: th as f, v or d, a dropped h, -ing as -in, our and or alike.
_SPOKEN: Final = (
    (re.compile(r"[fv]+"), "th"),
    (re.compile(r"^d"), "th"),
    (re.compile(r"^(?=[aeiou])"), "h"),
    (re.compile(r"in$"), "ing"),
    (re.compile(r"or(?=s?$)"), "our"),
)


def sounded(word: str, known: Container[str]) -> str:
    """An unknown word as the known one that sounds the same to many speakers of English; itself where there is none."""
    if len(word) < 3:
        return word
    return next((other for sound, letters in _SPOKEN if (other := sound.sub(letters, word)) in known), word)


def normal(surface: str) -> str:
    """Lower case and standard spelling, marks for links, numbers and placeholders."""
    if surface.isalpha():
        return _standard(surface.lower())
    first = surface[0]
    if first == "[" and len(surface) > 1:
        return _PLACEHOLDERS.get(surface[1:-1].split("-")[0].lower(), "<ref>")
    if first == "@" and len(surface) > 1:
        return "<user>"
    if surface.startswith(("http", "www.")) and len(surface) > 6:
        return "<url>"
    if "@" in surface and len(surface) > 1:
        return "<mail>"
    if any(map(str.isdigit, surface)):
        return "<num>" if surface.isdigit() and len(surface) < 6 else "<ref>"
    word = surface.lower().replace("’", "'")
    return word[:2] if first in "!?." else _standard(word)


def _standard(word: str) -> str:
    word = REPEATED.sub(r"\1\1", word)
    return STANDARD.get(word, word)


# Left out of every text: they say nothing about how a customer fares, and many who write English leave them out too.
# Whose face is drawn says nothing either: skin, sex, and what joins them to it.
LEFT_OUT: Final = frozenset({"a", "an", "the", "\u200d", *"♀♂🏻🏼🏽🏾🏿"})


def units(surface: str, known: Container[str]) -> tuple[str, ...]:
    """The words that a surface is read as: none for an article, a mark behind a word in capitals."""
    word = spelling(surface, known)
    if word in LEFT_OUT:
        return ()
    return (word, MARKS[CAPS]) if shouted(surface) else (word,)


def shouted(surface: str) -> bool:
    """Whether a word is written in capitals for emphasis."""
    return len(surface) > 2 and surface.isalpha() and surface.isupper()


def pieces(word: str) -> list[int]:
    """Rows of the character n-grams (3 to 5) of an unseen word."""
    marked = f"<{word[:24]}>"
    grams = {marked[i : i + n]: None for n in (3, 4, 5) for i in range(len(marked) - n + 1)}
    return [zlib.crc32(g.encode("utf-8", "replace")) % BUCKETS for g in grams] or [0]


def pair_rows(hashes: NDArray[np.uint32], bits: int) -> Ints:
    """Row of each neighbouring pair: (n,) word hashes give n − 1 rows below 2**bits."""
    first, second = pair_halves(hashes, bits)
    return first[:-1] ^ second[1:]


def pair_halves(hashes: NDArray[np.uint32], bits: int) -> tuple[Ints, Ints]:
    """What a word brings into a pair as its first and as its second word: the pair's row is one or else the other.

    Two hashes that know nothing of each other, so that pairs spread as evenly as if each were hashed as a whole.
    """
    first, second = (hashes * np.uint32(odd) >> np.uint32(32 - bits) for odd in (0x9E3779B1, 0x85EBCA6B))
    return first.astype(np.intp), second.astype(np.intp)
