from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.language.strip import own_words

FIVE_LEVELS = "I still wait.\n" + "".join(f"{'> ' * level}level {level}\n" for level in range(1, 6))

CASES = {
    "plain": ("I want my money back.", "I want my money back."),
    "apostrophes and < signs": ("if a < b & c > d it's broken", "if a < b & c > d it's broken"),
    "quoted history": (
        "No change.\n\nOn Mon, 2 Nov 2026 at 09:15, Support <s@firm.example> wrote:\n> Hello\n> there",
        "No change.",
    ),
    "unquoted history": (
        "No change.\n\nOn Mon, 2 Nov 2026, Support wrote:\n\nHello there,\nplease wait.",
        "No change.",
    ),
    "outlook head": (
        "Still broken.\n\nFrom: Support\nSent: Monday\nTo: Ada\nSubject: Re: help\n\nPlease wait.",
        "Still broken.",
    ),
    "original message": ("Still broken.\n-----Original Message-----\nPlease wait.", "Still broken."),
    "five levels": (FIVE_LEVELS, "I still wait."),
    "answers between quotes": (
        "On Monday, A wrote:\n> Which plan?\nThe big one.\n> Since when?\nSince May.",
        "The big one.\nSince May.",
    ),
    "signature": ("Please help me.\n\nBest regards,\nAda Example\nHead of Things", "Please help me."),
    "a name alone": ("It is late.\n\nYours,\nP. Example (Mrs)", "It is late."),
    "a name beside": ("It is late.\n\nYours sincerely, Rupert Example", "It is late."),
    "dashes": ("Please help me.\n-- \nAda Example\n+44 20 7946 0018", "Please help me."),
    "device": ("Please help me.\n\nSent from my iPhone", "Please help me."),
    "legal footer": (
        "Please help me.\n\nThis e-mail is confidential and intended only for the addressee. If you are not "
        "the recipient, delete it.",
        "Please help me.",
    ),
    "html": ("<p>Hello</p><p>It is <b>broken</b>.</p><blockquote>old words</blockquote>", "Hello\nIt is broken."),
    "html quote class": ('<div>No.</div><div class="gmail_quote">old words</div>', "No."),
    "script": ("<p>Hi</p><script>alert(1)</script>", "Hi"),
    "entities": ("It&#39;s broken &amp; late", "It's broken & late"),
    "only quotes": ("> all\n> old", ""),
    "empty": ("", ""),
    "controls": ("a\x00b\u200bc\ufeff", "abc"),
    # Counter-examples: these look like the above and are the sender's own words.
    "thanks and more": (
        "Hi,\nThanks, but that did not help at all. I want to cancel.",
        "Hi,\nThanks, but that did not help at all. I want to cancel.",
    ),
    "best of all": (
        "I am lost.\nBest would be a refund today",
        "I am lost.\nBest would be a refund today",
    ),
    "regards in a sentence": (
        "I write about the bill.\nRegards the second one, it is wrong. Please look again.",
        "I write about the bill.\nRegards the second one, it is wrong. Please look again.",
    ),
    "a list": (
        "I tried:\n- restart\n- reinstall\nNothing helps.",
        "I tried:\n- restart\n- reinstall\nNothing helps.",
    ),
    "from in a sentence": (
        "From: my window I see the van\nit never stops",
        "From: my window I see the van\nit never stops",
    ),
    "on something": (
        "On Monday you wrote that it is fixed.\nIt is not.",
        "On Monday you wrote that it is fixed.\nIt is not.",
    ),
    "confidential at once": (
        "This is confidential and intended for your manager: the agent was rude.",
        "This is confidential and intended for your manager: the agent was rude.",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_own_words(name: str) -> None:
    text, expected = CASES[name]
    assert own_words(text) == expected


@given(st.text(alphabet=st.sampled_from(list("ab <>/\n>-_:&;=\"'On wrote:From\u200b\x00pdiv")), max_size=600))
@settings(max_examples=300, deadline=None)
def test_any_text_is_taken(text: str) -> None:
    assert len(own_words(text)) <= len(text) + 8
