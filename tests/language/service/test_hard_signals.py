"""Hard signals: what must fire and, beside it, what must not."""

import pytest

from core.language.service.hard_signals import SIGNALS, STEMS, hard_signals
from core.language.service.triggers import Triggers
from core.language.service.words import tokens

FIRES = [
    ("I want to cancel my subscription today.", "cancellation"),
    ("We are switching provider after this.", "cancellation"),
    ("Please close my account.", "cancellation"),
    ("I'll be taking my business elsewhere", "cancellation"),
    ("I will complain to the ombudsman.", "regulator"),
    ("You leave me no choice but Trading Standards", "regulator"),
    ("My solicitor will be in touch.", "legal"),
    ("I am going to sue you.", "legal"),
    ("see you in small claims court", "legal"),
    ("The charger caught fire in my bedroom.", "safety"),
    ("we smelled gas after your engineer left", "safety"),
    ("My daughter had an allergic reaction to it", "safety"),
    ("I don't want to live anymore.", "self_harm"),
    ("some days I think about killing myself", "self_harm"),
    ("My husband died last week and the account is in his name.", "vulnerability"),
    ("I can't afford to eat because of this charge", "vulnerability"),
]
SILENT = [
    "I could kill for a refund option",
    "how do I kill a hung process",
    "cancel my 3pm slot and give me 4pm",
    "what is your cancellation policy?",
    "the noise cancelling headphones are great",
    "I do not want to cancel my subscription, just pause it",
    "the voltage regulator in the kit is loose",
    "your prices are on fire this week!",
    "my firestick will not connect",
    "where do I buy blinds for a bay window",
    "my complaints fall on deaf ears",
    "I don't want to be here on hold all day",
    "Your new ads are killing me, so funny",
    "the guarantee card is missing from the box",
]


def names(text: str) -> set[str]:
    words = [t for t in tokens(text) if t[0].isalpha()]
    return set(hard_signals(text, Triggers(STEMS).among(words)))


@pytest.mark.parametrize(("text", "signal"), FIRES)
def test_it_fires(text: str, signal: str) -> None:
    assert signal in names(text)


@pytest.mark.parametrize("text", SILENT)
def test_it_stays_silent(text: str) -> None:
    assert names(text) == set()


def test_stems_let_every_firing_example_through() -> None:
    for text, signal in FIRES:
        assert signal in {s.name for s in SIGNALS if s.fires.search(text)}
